"""Holds at the desk: placed with a reason, reviewed, released by two people; refusals lose nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import Role
from retention.models import Hold
from retention.services import held
from tests import desk
from tests import factories as make
from tests.dsar.admin.test_admin_queue import own

HOLDS = "/staff/retention/hold/"
PLACE = f"{HOLDS}place/"


@pytest.fixture
def client(db):
    """The data protection officer's browser."""
    return desk.signed_in(desk.staff("Leonie Hartwig", Role.DPO))


@pytest.fixture
def handler(db):
    """The browser of somebody who handles cases."""
    return desk.signed_in(desk.staff("Mehmet Aksoylu", Role.HANDLER))


@pytest.fixture
def located(monkeypatch):
    """Everybody has two rows in the log."""
    monkeypatch.setattr(held, "_locate", [lambda *_: {"social_product.server_logs": [(1,), (2,)]}])


def soon(days=90):
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def typed(**more):
    owner = make.StaffFactory()
    return {"kind": "legal", "reason": "A claim of May.", "owner": owner.pk, "review_on": soon()} | more


def page_of(hold):
    return f"{HOLDS}{hold.pk}/change/"


def test_the_list_takes_the_same_few_statements_and_has_views(client):
    counts = []
    for _round in range(2):
        make.HoldFactory.create_batch(10)
        with CaptureQueriesContext(connection) as captured:
            client.get(HOLDS)
        counts.append(len(own(captured)))
    assert counts[0] == counts[1] <= 6
    late = make.HoldFactory(review_on=timezone.localdate() - timedelta(days=2))
    for query in ({"view": "review"}, {"due": "yes"}):
        html = client.get(HOLDS, query).content.decode()
        assert f">{late}<" in html or str(late) in html
        assert "due since" in html


def test_the_first_question_is_what_is_kept(handler):
    html = handler.get(PLACE).content.decode()
    for scope in ("person", "case", "system", "rows"):
        assert f"?scope={scope}" in html


def test_a_person_is_held_by_their_address(handler, product, located):
    make.IdentityFactory(value="l.hartwig@studio-nord.example")
    at = f"{PLACE}?scope=person"
    unknown = handler.post(at, typed(email="nobody@example.org"))
    assert unknown.status_code == 422
    assert "We know nobody with this address." in unknown.content.decode()
    assert "A claim of May." in unknown.content.decode()
    answer = handler.post(at, typed(email="L.Hartwig@studio-nord.example"))
    hold = Hold.objects.get()
    assert answer.url == page_of(hold)
    html = handler.get(answer.url).content.decode()
    for text in ("social_product.server_logs", "2 rows", "A claim of May.", "Placed", "In effect"):
        assert text in html


def test_the_person_of_a_case_is_held(handler, product, located):
    case = make.CaseFactory()
    at = f"{PLACE}?scope=case"
    assert handler.post(at, typed(reference="NO-1")).status_code == 422
    handler.post(at, typed(reference=f" {case.reference.lower()} "))
    assert Hold.objects.get().case_id == case.pk


def test_a_system_and_some_rows_are_held(handler, product):
    assert handler.post(f"{PLACE}?scope=system", typed(system=product.pk)).status_code == 302
    where = f"{product.key}/social_product.server_logs"
    wrong = handler.post(f"{PLACE}?scope=rows", typed(where=where, column="nope", values="1"))
    assert wrong.status_code == 422
    assert "no such column" in wrong.content.decode()
    answer = handler.post(f"{PLACE}?scope=rows", typed(where=where, column="id", values="1\n\n2\n1"))
    html = handler.get(answer.url).content.decode()
    assert "1, 2" in html


def test_what_the_service_refuses_stands_on_the_form(handler, product):
    answer = handler.post(f"{PLACE}?scope=system", typed(system=product.pk, review_on=soon(800)))
    assert answer.status_code == 422
    assert "within the next twelve months" in answer.content.decode()
    assert "A claim of May." in answer.content.decode()


def test_a_hold_that_has_to_wait_for_a_window_says_so(handler, product):
    make.SweepBatchFactory(step__system=product)
    answer = handler.post(f"{PLACE}?scope=system", typed(system=product.pk), follow=True)
    html = answer.content.decode()
    assert "it takes effect when that is done" in html
    assert "Not in effect yet." in html


def test_it_is_released_by_two_people(client, handler):
    hold = make.HoldFactory()
    at = f"{HOLDS}{hold.pk}/"
    assert handler.post(f"{at}ask/", {"reason": ""}).status_code == 422
    assert handler.post(f"{at}ask/", {"reason": "The court has decided."}).status_code == 302
    assert handler.post(f"{at}release/").status_code == 403
    assert handler.post(f"{at}ask/", {"reason": "Again."}).status_code == 409
    html = client.get(f"{at}release/").content.decode()
    assert "The court has decided." in html
    assert client.post(f"{at}release/").status_code == 302
    hold.refresh_from_db()
    assert hold.state == "released"
    assert client.post(f"{at}keep/").status_code == 409


def test_a_release_needs_a_fresh_proof(db):
    hold = make.HoldFactory(
        state="release_asked", release_asked_by=make.StaffFactory(), release_asked_at=make.NOW
    )
    stale = desk.signed_in(desk.staff("Jonas Reuter", Role.DPO), stepped_up=False)
    assert "Confirm who I am" in stale.get(f"{HOLDS}{hold.pk}/release/").content.decode()
    assert stale.post(f"{HOLDS}{hold.pk}/release/").status_code == 302
    hold.refresh_from_db()
    assert hold.state == "release_asked"


def test_nobody_grants_what_they_asked_for(client):
    hold = make.HoldFactory()
    client.post(f"{HOLDS}{hold.pk}/ask/", {"reason": "Over."})
    assert "Somebody else has to grant it" in client.get(page_of(hold)).content.decode()
    assert client.post(f"{HOLDS}{hold.pk}/release/").status_code == 409


def test_a_release_is_refused_and_a_hold_reviewed(client):
    hold = make.HoldFactory(
        state="release_asked", release_asked_by=make.StaffFactory(), release_asked_at=make.NOW,
        review_on=timezone.localdate() - timedelta(days=1),
    )  # fmt: skip
    assert "Its review is due." in client.get(page_of(hold)).content.decode()
    client.post(f"{HOLDS}{hold.pk}/keep/")
    hold.refresh_from_db()
    assert hold.state == "active"
    assert client.post(f"{HOLDS}{hold.pk}/review/", {"review_on": soon(500)}).status_code == 409
    assert client.post(f"{HOLDS}{hold.pk}/review/", {"review_on": soon(100)}).status_code == 302
    html = client.get(page_of(hold)).content.decode()
    assert "Still needed" in html
    assert "Release refused" in html


def test_who_may_not_is_refused(db):
    hold = make.HoldFactory()
    auditor = desk.signed_in(desk.staff("Ingrid Solheim-Dahl", Role.AUDITOR))
    assert auditor.get(page_of(hold)).status_code == 200
    assert auditor.post(PLACE).status_code == 403
    technical = desk.signed_in(desk.staff("Tomasz Wrześniak", Role.TECHNICAL_ADMIN))
    assert technical.get(page_of(hold)).status_code == 403
    assert auditor.get(f"{HOLDS}00000000-0000-0000-0000-000000000000/change/").status_code == 404
