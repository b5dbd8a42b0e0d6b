"""Proofs on the page of a case, and what the forms say about sentences that are printed."""

from datetime import timedelta

import pytest

from accounts.enums import Role
from dsar.models import Run, Step
from platforms.models import System
from tests import desk
from tests import factories as make

PROOF = {"product.users": {"checked": 955, "remaining": 0}}


def at(case, page="change"):
    return f"/staff/dsar/case/{case.pk}/{page}/"


@pytest.fixture
def done(handler):
    """A deletion that is done and proved."""
    one = desk.case(2, status="ready", right="deletion")
    plan = make.PlanFactory(case=one, number=1, status="approved", made_by=handler, summary=desk.summary())
    system = System.objects.get(key="product")
    make.StepFactory(plan=plan, system=system, operation="erase", status="done", rows_done=955)
    make.StepFactory(
        plan=plan, system=system, operation="probe", status="done", proof=PROOF, position=1000,
        finished_at=make.NOW, signed_at=make.NOW,
    )  # fmt: skip
    return one


def probe(case):
    return Step.objects.get(case=case, operation="probe")


def test_the_page_says_when_it_last_looked_and_what_it_saw(client, done):
    html = client.get(at(done)).content.decode()
    assert "Looked again 12 Oct 2026, 02:30: 955 checked, 0 left." in html
    assert at(done, "reprobe") in html


def test_the_button_starts_another_look(client, done):
    answer = client.post(at(done, "reprobe"), {"step": str(probe(done).pk)}, follow=True)
    assert "The portal looks into Product database again." in answer.content.decode()
    assert probe(done).status == "ready"
    assert Run.objects.filter(case=done, status="ready").count() == 1


def test_a_step_that_is_no_proof_is_not_taken(client, done):
    erasure = Step.objects.get(case=done, operation="erase")
    assert client.post(at(done, "reprobe"), {"step": str(erasure.pk)}).status_code == 422
    assert not Run.objects.filter(case=done).exists()


@pytest.mark.parametrize("role", [Role.CLERK, Role.AUDITOR])
def test_without_the_permission_there_is_no_button_and_no_act(done, role):
    client = desk.signed_in(desk.staff("Somebody Else", role))
    html = client.get(at(done)).content.decode()
    assert "955 checked" in html
    assert at(done, "reprobe") not in html
    assert client.post(at(done, "reprobe"), {"step": str(probe(done).pk)}).status_code == 403


def test_a_closed_case_shows_the_result_without_the_button(client, done):
    done.status, done.closed_at, done.outcome = "closed", make.NOW + timedelta(days=1), "fulfilled"
    done.save()
    html = client.get(at(done)).content.decode()
    assert "955 checked" in html
    assert at(done, "reprobe") not in html
    page = client.get(at(done, "reprobe")).content.decode()
    assert "before the case closes" in page


@pytest.mark.parametrize("page", ["skip", "block"])
def test_forms_whose_reason_is_printed_say_so(client, handler, page):
    one = desk.case(12, status="attention")
    desk.under_way(one, handler, handler)
    html = client.get(at(one, page)).content.decode()
    assert "This sentence is printed in the letter to the person, word for word" in html


def test_the_form_for_work_by_hand_says_what_is_not_printed(client, handler):
    one = desk.case(12, status="waiting")
    desk.under_way(one, handler, handler)
    task = Step.objects.get(case=one, system__key="support").task
    html = client.get(f"/staff/dsar/manualtask/{task.pk}/attest/").content.decode()
    assert "gives the number of records, not these words" in html
