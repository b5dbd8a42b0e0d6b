"""What the page of a case names as next, right by right: it never leads to a page that refuses."""

import pytest

from accounts.enums import Role
from dsar.enums import CaseStatus, Right
from dsar.rules.transitions import next_action
from dsar.services import complaints
from tests import desk
from tests.dsar.services.rights import drive
from tests.dsar.shop import Clock, work
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def step_of(case, role=Role.DPO):
    case.refresh_from_db()
    return next_action(case, desk.staff("Katrin Vogelsang", role)).key


def test_a_complaint_is_looked_into_and_then_answered(shop, handler):
    case = drive.ask(drive.leonie("uk_gdpr"), Right.COMPLAINT, reason="Nobody answered.")
    assert step_of(case) == "inquire"
    complaints.add_step(case=case, what="Mail log read", note="", actor=handler, now=NOW)
    assert step_of(case) == "conclude"


def test_the_deletion_of_platform_data_is_planned_at_once(shop, handler):
    case = drive.ask(drive.leonie(), Right.PLATFORM_DELETION)
    assert case.status == CaseStatus.PLANNING
    assert step_of(case) == "wait"


def test_nobody_is_sent_to_tasks_that_are_done(shop, handler):
    case = drive.ask(drive.leonie("ccpa"), Right.OPT_OUT)
    work(Clock())
    assert step_of(case) == "attest"
    assert drive.by_hand(handler)
    assert step_of(case) == "wait"


def test_a_right_without_proof_claims_no_knowledge_of_the_person(shop):
    case = drive.ask(drive.leonie("ccpa"), Right.OPT_OUT)
    said = list(case.events.values_list("plain", flat=True))
    assert "You do not have to show who you are for this" in said
    assert "We know that it is you" not in said
