"""Lists of the desk: every row once, filters kept, counts capped, nothing that grows with the table."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.admin import site
from django.db import DatabaseError
from django.test import RequestFactory

from accounts.admin_base import UNKNOWN, Figure, figures
from accounts.enums import Role
from dsar.enums import CaseStatus
from dsar.models import Case
from tests import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    """The data protection officer."""
    return desk.staff("Katrin Vogelsang", Role.DPO)


def changelist(user, query=""):
    """Return the list of cases as the admin makes it."""
    request = RequestFactory().get(f"/staff/dsar/case/?{query}")
    request.user = user
    request.session = {}
    request._messages = type("Said", (list,), {"add": lambda self, *a, **k: self.append(a)})()
    return site.get_model_admin(Case).get_changelist_instance(request)


def walk(user, query, way="next_url"):
    """Return the references of all pages, following the links of the list."""
    seen, pages = [], 0
    while True:
        page = changelist(user, query)
        seen += [case.reference for case in page.result_list]
        url = getattr(page, way)()
        pages += 1
        if not url or pages > 20:
            return seen, pages, query
        query = urlsplit(url).query


def test_every_row_appears_once_and_in_order_going_forward(officer):
    for i in range(60):
        desk.case(i, due_on=desk.TODAY)
    seen, pages, _last = walk(officer, "view=open")
    assert pages == 3
    assert seen == list(Case.objects.open().order_by("due_on", "number").values_list("reference", flat=True))


def test_going_back_shows_the_page_that_was_before(officer):
    for i in range(60):
        desk.case(i)
    first = changelist(officer, "view=open")
    second = changelist(officer, urlsplit(first.next_url()).query)
    back = changelist(officer, urlsplit(second.previous_url()).query)
    assert [c.pk for c in back.result_list] == [c.pk for c in first.result_list]
    assert back.has_next
    assert not back.has_previous


def test_the_links_keep_view_filters_and_search(officer):
    for i in range(120):
        desk.case(i)
    page = changelist(officer, "view=open&right__exact=access")
    kept = parse_qs(urlsplit(page.next_url()).query)
    assert kept["view"] == ["open"]
    assert kept["right__exact"] == ["access"]
    assert {case.right for case in changelist(officer, urlsplit(page.next_url()).query).result_list} == {
        "access"
    }


def test_changing_a_filter_forgets_the_place(officer):
    for i in range(60):
        desk.case(i)
    second = changelist(officer, urlsplit(changelist(officer, "view=open").next_url()).query)
    assert "after" not in second.get_query_string({"right__exact": "access"})


def test_a_row_that_is_closed_meanwhile_costs_no_other_row_its_place(officer):
    for i in range(60):
        desk.case(i)
    first = changelist(officer, "view=open")
    gone = first.result_list[0]
    Case.objects.filter(pk=gone.pk).update(
        status=CaseStatus.CLOSED, closed_at=gone.received_at, outcome="refused"
    )
    second = changelist(officer, urlsplit(first.next_url()).query)
    whole = list(Case.objects.open().order_by("due_on", "number").values_list("pk", flat=True))
    assert [c.pk for c in second.result_list] == whole[24:49]


@pytest.mark.parametrize("damage", ["after=%%%", "after=W10", "after=WyIxIl0", "after=bm9uZQ"])
def test_a_damaged_address_shows_the_first_page_and_says_so(officer, damage):
    desk.case(1)
    page = changelist(officer, f"view=open&{damage}")
    assert len(page.result_list) == 1
    assert len(page.request._messages) == 1


def test_an_impossible_filter_shows_all_instead_of_failing(officer):
    client = desk.signed_in(officer)
    answer = client.get("/staff/dsar/case/?status__exact=nonsense&assignee=999999&due=never")
    assert answer.status_code == 200
    assert client.get("/staff/dsar/case/?subject__pk=not-a-uuid", follow=True).status_code in {200, 400}


def test_counts_stop_at_a_thousand(officer):
    assert str(Figure(1000)) == "1,000"
    assert str(Figure(1001)) == "1,000+"
    assert Figure(1001).capped


def test_a_count_that_failed_is_unknown_and_never_nothing(monkeypatch, officer, caplog):
    def broken(*_args, **_kwargs):
        raise DatabaseError("gone")

    monkeypatch.setattr(figures.connection, "cursor", broken)
    found = figures.count_together({"open": Case.objects.open()})
    assert found == {"open": UNKNOWN}
    assert str(UNKNOWN) == "?"
    assert bool(UNKNOWN)
    assert "failed" in caplog.text


def test_all_counts_of_a_page_take_one_statement(officer, django_assert_num_queries):
    desk.case(1)
    asked = {
        "open": Case.objects.open(),
        "none": Case.objects.none(),
        "closed": Case.objects.filter(status="closed"),
    }
    with django_assert_num_queries(1):
        found = figures.count_together(asked)
    assert {name: figure.n for name, figure in found.items()} == {"open": 1, "none": 0, "closed": 0}
