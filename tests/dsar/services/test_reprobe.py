"""Looking again after the proof: before the case closes, as often as somebody wants; it changes nothing."""

import pytest

from config.jobs import JobStatus
from dsar.enums import CaseStatus, Operation, Right
from dsar.models import Step
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, fulfilment
from tests.dsar.shop import Clock, approved, open_case, work
from tests.factories import NOW
from tests.notices import tell_everybody

pytestmark = pytest.mark.django_db


@pytest.fixture
def deleted(shop, person, handler, dpo):
    case = open_case(person, Right.DELETION)
    approved(case, handler, dpo)
    work()
    case.refresh_from_db()
    assert case.status == CaseStatus.READY
    return case


def proof_of(case):
    return Step.objects.select_related("case", "plan", "system").get(case=case, operation=Operation.PROBE)


def again(case, actor, clock=None):
    fulfilment.reprobe(case_step=proof_of(case), actor=actor, now=NOW)
    work(clock)
    case.refresh_from_db()


def test_looking_again_finds_nothing_and_changes_nothing(deleted, shop, handler):
    before, changes = proof_of(deleted).finished_at, shop.rows("SELECT what FROM changes")
    clock = Clock()
    clock.now = before
    again(deleted, handler, clock)
    assert proof_of(deleted).finished_at > before
    assert deleted.status == CaseStatus.READY
    assert shop.rows("SELECT what FROM changes") == changes


def test_the_person_reads_once_that_the_data_are_gone(deleted, handler):
    again(deleted, handler)
    assert [e.plain for e in deleted.events.all()].count("Your data has been deleted") == 1


def test_rows_that_came_back_are_seen_and_keep_the_case_open(deleted, shop, handler):
    shop.run("UPDATE customers SET phone = '+49 170 9' WHERE id = 1")
    again(deleted, handler)
    step = proof_of(deleted)
    assert (step.status, step.error_code) == (JobStatus.ATTENTION, "remaining")
    assert sum(one["remaining"] for one in step.proof.values()) == 1
    assert deleted.status == CaseStatus.ATTENTION
    assert cases.allowed_outcomes(deleted) == ()


def test_once_mended_by_hand_the_next_look_is_clean(deleted, shop, handler):
    shop.run("UPDATE customers SET phone = '+49 170 9' WHERE id = 1")
    again(deleted, handler)
    shop.run("UPDATE customers SET phone = NULL WHERE id = 1")
    again(deleted, handler)
    assert deleted.status == CaseStatus.READY


def test_an_erasure_is_no_proof_and_a_closed_case_is_closed(deleted, handler):
    erasure = Step.objects.select_related("case").get(case=deleted, operation=Operation.ERASE)
    with pytest.raises(NotAllowed, match="finished proof"):
        fulfilment.reprobe(case_step=erasure, actor=handler, now=NOW)
    tell_everybody(deleted, handler, NOW)
    outcome = cases.allowed_outcomes(deleted)[0]
    cases.close(case=deleted, outcome=outcome, actor=handler, now=NOW)
    with pytest.raises(NotAllowed, match="before the case closes"):
        fulfilment.reprobe(case_step=proof_of(deleted), actor=handler, now=NOW)


def test_before_the_proof_the_refusal_says_so(shop, person, handler, dpo):
    case = open_case(person, Right.DELETION)
    approved(case, handler, dpo)
    assert "before the case closes" in fulfilment.why_not_reprobe(case)
