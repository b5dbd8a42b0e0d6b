"""The list of cases: four statements at any size, names decrypted for one page only, exact search."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import DataSubject
from config import crypto
from dsar.models import Case
from tests import desk
from tests import factories as make
from tests.dsar.admin.test_admin_queue import own

LIST = "/staff/dsar/case/"


def shown(answer):
    """Return the references on a page of the list."""
    return [case.reference for case in answer.context["cl"].result_list]


@pytest.mark.parametrize(
    "query", ["", "?view=mine", "?right__exact=access&due=7", "?view=closed", "?waiting=me"]
)
def test_a_list_takes_at_most_four_statements_and_no_more_with_more_cases(client, officer, handler, query):
    counts = []
    for start in (0, 1000):
        for i in range(40):
            desk.case(start + i, assignee=(officer, handler)[i % 2])
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST + query).status_code == 200
        counts.append(len(own(captured)))
    assert counts[0] == counts[1]
    assert counts[0] <= 4


def test_names_are_decrypted_for_the_rows_of_the_page_alone(client, officer, monkeypatch):
    for i in range(60):
        desk.case(i)
    opened = []
    plain = crypto.decrypt
    monkeypatch.setattr(
        crypto, "decrypt", lambda sealed, *, aad: (opened.append(aad), plain(sealed, aad=aad))[1]
    )
    client.get(LIST)
    names = [aad for aad in opened if aad.startswith(f"{DataSubject._meta.label}.name")]
    assert len(names) == 25
    assert not [aad for aad in opened if "Case.words" in aad]


def test_search_finds_a_complete_reference_and_a_complete_address(client):
    one, _other = desk.case(1), desk.case(2)
    make.IdentityFactory(subject=one.subject, value="tomasz@example.org")
    assert shown(client.get(LIST, {"q": one.reference.lower()})) == [one.reference]
    assert shown(client.get(LIST, {"q": "Tomasz@Example.org"})) == [one.reference]
    assert shown(client.get(LIST, {"q": one.reference[:-1]})) == []
    assert shown(client.get(LIST, {"q": "tomasz@"})) == []


def test_nothing_found_says_how_search_works_and_offers_the_way_back(client):
    html = client.get(LIST, {"q": "MX-2026-9999", "view": "open"}).content.decode()
    assert "Nothing matches" in html
    assert "only when they are complete" in html
    assert 'href="?view=open"' in html


def test_the_saved_views_show_what_they_say(client, officer, handler):
    mine, other = desk.case(1, assignee=officer), desk.case(2, assignee=handler)
    nobodys, closed = desk.case(3, due_on=desk.TODAY.replace(day=1)), desk.case(4, status="closed")
    assert shown(client.get(LIST, {"view": "mine"})) == [mine.reference]
    assert shown(client.get(LIST, {"view": "unassigned"})) == [nobodys.reference]
    assert shown(client.get(LIST, {"view": "overdue"})) == [nobodys.reference, mine.reference]
    assert shown(client.get(LIST, {"view": "closed"})) == [closed.reference]
    assert set(shown(client.get(LIST))) == {mine.reference, other.reference, nobodys.reference}


def test_the_clock_column_says_days_date_and_rule(client):
    desk.case(1, due_on=desk.TODAY.replace(day=23))
    html = client.get(LIST).content.decode()
    assert "1 day overdue" in html
    assert "Mon 23 Nov, our promise" in html


def test_a_hostile_name_is_text(client):
    one = desk.case(1)
    one.subject.name = '<img src=x onerror="alert(1)">' + "é" * 4000
    one.subject.save()
    html = client.get(LIST).content.decode()
    assert "<img" not in html
    assert client.get(f"{LIST}{one.pk}/change/").status_code == 200


@pytest.mark.parametrize(
    ("role", "status"),
    [
        *((role, 200) for role in (Role.CLERK, Role.HANDLER, Role.LEGAL_REVIEWER, Role.DPO, Role.AUDITOR)),
        *((role, 403) for role in (Role.SYSTEM_OWNER, Role.SECURITY_OFFICER, Role.TECHNICAL_ADMIN)),
    ],
)  # fmt: skip
def test_who_may_see_cases(db, role, status):
    one = desk.case(1)
    client = desk.signed_in(desk.staff("Somebody", role))
    assert client.get(LIST).status_code == status
    assert client.get(f"{LIST}{one.pk}/change/").status_code == status
    assert client.get(f"{LIST}{one.pk}/live/").status_code == status


def test_a_case_is_never_deleted_from_the_desk(client):
    one = desk.case(1)
    assert client.post(f"{LIST}{one.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Case.objects.filter(pk=one.pk).exists()
