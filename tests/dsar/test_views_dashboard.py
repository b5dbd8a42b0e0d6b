"""The first page of a person: own requests, and what we hold, counted system by system."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from dsar.enums import CaseStatus, Right
from dsar.services import holdings
from tests import factories as make
from tests.people import signed_in, text_of

pytestmark = pytest.mark.django_db
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def counts(monkeypatch):
    """What the systems would answer, by key; anything else holds nothing."""
    answers = {}

    def holdings_of(*, subject, system, now):
        return answers.get(system.key, [])

    monkeypatch.setattr(holdings, "holdings_of", holdings_of)
    return answers


def held(category, rows, error=""):
    return SimpleNamespace(category_key=category, label=category, rows=rows, error=error)


def test_a_visitor_is_asked_to_sign_in(client):
    assert client.get("/").url.startswith("/accounts/login/?next=/")


def test_staff_are_sent_to_their_desk():
    assert signed_in(make.StaffFactory()).get("/").url == "/staff/"


def test_a_person_sees_own_requests_in_progress_and_nobody_elses(person, counts):
    mine = make.CaseFactory(subject=person.subject, verified=True, right=Right.DELETION)
    theirs = make.CaseFactory()
    page = text_of(signed_in(person).get("/"))
    assert mine.reference in page
    assert "Deletion of your data" in page
    assert theirs.reference not in page


def test_closed_requests_stand_in_the_list_only(person, counts):
    case = make.CaseFactory(
        subject=person.subject,
        verified=True,
        status=CaseStatus.CLOSED,
        outcome="fulfilled",
        closed_at=make.NOW,
    )
    client = signed_in(person)
    assert case.reference not in text_of(client.get("/"))
    assert case.reference in text_of(client.get("/requests/"))


def test_a_copy_that_waits_comes_first_and_has_the_only_primary_button(person, counts, time_machine):
    time_machine.move_to(make.NOW)
    make.CaseFactory(subject=person.subject, verified=True, due_on=date(2026, 10, 13))
    ready = make.CaseFactory(
        subject=person.subject, verified=True, status=CaseStatus.DELIVERED, delivered_at=make.NOW
    )
    released(ready)
    page = text_of(signed_in(person).get("/"))
    assert page.index(ready.reference) < page.index("In progress")
    assert page.count("btn-primary") == 1


def released(case, **fields):
    times = {"released_at": make.NOW, "reviewed_at": make.NOW, "expires_at": make.NOW + timedelta(days=14)}
    return make.PackageFactory(
        plan=make.PlanFactory(case=case), case=case, status="released", **(times | fields)
    )


def test_systems_are_counted_after_the_page_has_come(person, counts):
    make.SystemFactory(key="product", connector="sql", name="Product")
    page = text_of(signed_in(person).get("/"))
    assert 'data-live="/held/product/"' in page
    assert "Count now" in page


def test_counts_come_with_why_and_how_long(person, counts):
    make.SystemFactory(key="product", connector="sql")
    counts["product"] = [held("payment", 1286), held("usage", 0)]
    page = text_of(signed_in(person).get("/held/product/", headers=FETCH))
    assert "1,286 entries" in page
    assert "tax law" in page
    assert "7 years" in page
    assert "Use of the service" not in page
    assert "data-live" not in page


def test_a_system_that_does_not_answer_says_so_and_the_others_stay(person, counts):
    for key in ("product", "support"):
        make.SystemFactory(key=key, connector="sql", name=key.title())
    counts["product"] = [held("account", 3)]
    counts["support"] = [held("communications", 0, error="Support does not answer.")]
    page = text_of(signed_in(person).get("/?count=all"))
    assert "3 entries" in page
    assert "Could not count" in page
    assert '?count=support#held-support">Try again' in page


def test_counting_works_without_script(person, counts):
    make.SystemFactory(key="product", connector="sql")
    counts["product"] = [held("account", 1)]
    client = signed_in(person)
    assert "1 entry" in text_of(client.get("/?count=product"))
    assert client.get("/held/product/").url == "/?count=product#held-product"


def test_nothing_held_is_said_with_the_date_of_the_search(person, counts, time_machine):
    time_machine.move_to(make.NOW)
    make.SystemFactory(key="product", connector="sql")
    page = text_of(signed_in(person).get("/?count=all"))
    assert 'data-held="none"' in page
    assert "We hold nothing about you" in page
    assert "We searched on 12 October 2026" in page


def test_a_manual_system_is_never_called_empty(person, counts):
    make.SystemFactory(key="archive", connector="manual")
    page = text_of(signed_in(person).get("/?count=all"))
    assert 'data-held="hand"' in page
    assert "We look here when you make a request" in page


def test_systems_that_are_off_or_unknown_are_not_there(person, counts):
    make.SystemFactory(key="old", enabled=False, name="Old shop")
    client = signed_in(person)
    assert client.get("/held/old/", headers=FETCH).status_code == 404
    assert client.get("/held/none/", headers=FETCH).status_code == 404
    assert "Old shop" not in text_of(client.get("/"))


def test_pages_with_personal_data_are_not_kept_by_browsers(person, counts):
    assert signed_in(person).get("/")["Cache-Control"] == "no-store"
