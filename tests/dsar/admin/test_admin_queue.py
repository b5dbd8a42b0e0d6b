"""The work queue: every number is the length of its list; few statements; honest when it cannot count."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.admin_base import figures
from accounts.enums import Role
from dsar.admin import queue
from tests import desk

# What every request of a signed-in member of staff asks: session, user, second factor, permissions, roles.
AROUND = (
    "django_session",
    "auth_permission",
    "auth_group",
    "accounts_user",
    "otp",
    "mfa",
    "accounts_mfadevice",
)


def own(captured):
    """Return the statements of the page itself."""
    rows = [query["sql"] for query in captured.captured_queries]
    return [
        sql for sql in rows if not any(f'FROM "{name}' in sql for name in AROUND) and "SAVEPOINT" not in sql
    ]


def links(html, kind):
    """Return (address, number) of each tile or list line."""
    pattern = (
        r'<a class="tile" href="([^"]+)".*?<b>(\d+)</b>'
        if kind == "tile"
        else r'<li><a href="([^"]+)".*?<b[^>]*>(\d+)</b>'
    )
    return [(url.replace("&amp;", "&"), int(n)) for url, n in re.findall(pattern, html)]


def count_of(client, url):
    """Return how many rows the list behind an address says it has."""
    text = client.get(url).content.decode()
    found = re.search(r'<div class="paginator">\s*<span>(\d+)', text)
    return int(found.group(1)) if found else 0


@pytest.mark.parametrize("kind", ["tile", "line"])
def test_every_number_is_the_length_of_the_list_it_links_to(client, officer, handler, kind):
    desk.full_desk(officer, handler)
    html = client.get("/staff/").content.decode()
    found = links(html, kind)
    assert len(found) == (6 if kind == "tile" else 10)
    for url, n in found:
        assert count_of(client, url) == n, url


def test_who_we_wait_for_adds_up_to_all_open_cases(client, officer, handler):
    desk.full_desk(officer, handler)
    html = client.get("/staff/").content.decode()
    waiting = [n for url, n in links(html, "line") if "waiting=" in url]
    assert sum(waiting) == 60


def test_the_first_page_takes_at_most_twelve_statements_however_much_there_is(client, officer, handler):
    counts = []
    for _round in range(2):
        desk.full_desk(officer, handler) if not counts else [desk.case(200 + i) for i in range(40)]
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/staff/").status_code == 200
        counts.append(len(own(captured)))
    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_an_empty_desk_says_so(client):
    html = client.get("/staff/").content.decode()
    for words in (
        "Nothing waits for you.",
        "Nothing is broken.",
        "No case is open",
        "No answer is late or due today.",
    ):
        assert words in html


def test_counts_that_fail_are_shown_as_unknown_and_the_page_stays(client, officer, handler, monkeypatch):
    desk.full_desk(officer, handler)

    def broken(asked):
        return dict.fromkeys(asked, figures.UNKNOWN)

    monkeypatch.setattr(figures, "count_together", broken)
    html = client.get("/staff/").content.decode()
    assert "could not be counted" in html
    assert "<b>0</b>" not in html
    assert "Joaquín Belmonte Ruiz" in html


def test_a_role_that_sees_no_cases_gets_no_numbers_about_cases(db):
    client = desk.signed_in(desk.staff("Ines Carvalho", Role.TECHNICAL_ADMIN))
    html = client.get("/staff/").content.decode()
    assert "Your role does not see cases" in html
    assert "/staff/dsar/case/" not in html


def test_the_proposer_does_not_see_the_own_plan_among_approvals(db, officer):
    one = desk.case(2, status="approval")
    desk.proposed(one, officer)
    html = desk.signed_in(officer).get("/staff/").content.decode()
    assert "Nothing waits for you." in html


def test_the_chart_counts_by_week_and_says_it_in_words():
    rows = [queue.Week(desk.TODAY, 5, 2), queue.Week(desk.TODAY, 1, 0)]
    drawn = queue.chart(rows)
    assert drawn["summary"].startswith("6 received and 2 closed")
    assert "4 more came than went." in drawn["summary"]
    assert all(bar["h1"] >= 0 and bar["y1"] >= queue.TOP for bar in drawn["bars"])


def test_the_chart_of_nothing_has_a_scale():
    assert queue.chart([queue.Week(desk.TODAY, 0, 0)])["grid"][-1]["v"] == 2


def test_the_find_box_goes_straight_to_a_reference_however_typed(client):
    one = desk.case(3)
    answer = client.get("/staff/find/", {"q": f" {one.reference.lower()} "})
    assert answer.status_code == 302
    assert str(one.pk) in answer.url


def test_the_find_box_finds_a_person_by_complete_address_only(client):
    from tests import factories as make

    one = desk.case(3)
    make.IdentityFactory(subject=one.subject, value="Mehmet@Example.org")
    assert one.reference in client.get("/staff/find/", {"q": "mehmet@example.ORG"}).content.decode()
    assert "Nothing matches" in client.get("/staff/find/", {"q": "mehmet@"}).content.decode()


def test_the_find_box_shows_nothing_that_the_role_may_not_see(db):
    from tests import factories as make

    one = desk.case(3)
    make.IdentityFactory(subject=one.subject, value="mehmet@example.org")
    client = desk.signed_in(desk.staff("Ines Carvalho", Role.TECHNICAL_ADMIN))
    assert client.get("/staff/find/", {"q": one.reference}).status_code == 200
    assert "Mehmet" not in client.get("/staff/find/", {"q": "mehmet@example.org"}).content.decode()


def test_no_page_of_the_desk_opens_without_the_second_step(officer):
    client = desk.signed_in(officer, verified=False)
    for url in ("/staff/", "/staff/find/?q=x", "/staff/dsar/case/"):
        assert client.get(url).status_code == 302
