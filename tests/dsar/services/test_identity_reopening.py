"""Proof that does not come: links end, one reminder, closing proposed; reopened with the first receipt."""

from datetime import timedelta

import pytest

from accounts.models import AuditEvent
from accounts.services.audit import ANONYMOUS
from correspondence.models import Letter
from dsar import tasks
from dsar.enums import CaseStatus, CheckResult, Method, Right
from dsar.models import IdentityCheck
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, links
from dsar.services.identity import asking, reopening, unproved, verifying
from tests.dsar.crm import case_of
from tests.factories import NOW, CaseFactory

pytestmark = pytest.mark.django_db
NOTHING = {"expired": 0, "reminded": 0, "proposed": 0}


def day(n):
    return NOW + timedelta(days=n)


@pytest.fixture
def check(crm, handler):
    return asking.ask(case=case_of(), method=Method.SWORN, actor=handler, now=NOW)


def test_a_link_that_nobody_opened_ends(check):
    assert reopening.sweep(now=NOW + timedelta(hours=71)) == NOTHING
    assert reopening.sweep(now=NOW + timedelta(hours=72)) == NOTHING | {"expired": 1}
    check.refresh_from_db()
    assert (check.result, check.decided_at) == (CheckResult.EXPIRED, NOW + timedelta(hours=72))
    check.case.refresh_from_db()
    assert check.case.status == CaseStatus.VERIFYING


def test_one_reminder_after_the_days_of_the_profile(check):
    assert reopening.sweep(now=day(9))["reminded"] == 0
    assert reopening.sweep(now=day(10))["reminded"] == 1
    letter = Letter.objects.get(template="identity_reminder")
    assert "11 November 2026" in letter.body  # the day on which closing is proposed
    assert links.path_for(check.case) in letter.body
    assert reopening.sweep(now=day(11))["reminded"] == 0


def test_closing_is_proposed_and_never_done_by_itself(check):
    reopening.sweep(now=day(10))
    assert reopening.sweep(now=day(30))["proposed"] == 1
    check.case.refresh_from_db()
    assert check.case.is_open
    assert "close by letter" in check.case.attention
    assert reopening.sweep(now=day(31))["proposed"] == 0


def test_what_arrived_is_not_reminded_of(check):
    IdentityCheck.objects.filter(pk=check.pk).update(arrived_at=day(1))
    assert reopening.sweep(now=day(40)) == NOTHING


def test_the_beat_task_does_all_of_it(check, time_machine):
    time_machine.move_to(day(10), tick=False)
    assert tasks.sweep_identity() == 2  # ended, reminded


def test_reopening_keeps_the_first_receipt_and_its_date(check, dpo):
    case = check.case
    reopening.sweep(now=day(10))
    cases.close(case=case, outcome="unverified", actor=dpo, now=day(30))
    case.refresh_from_db()
    receipt, due = case.received_at, case.due_on
    reopening.reopen(case=case, actor=ANONYMOUS, now=day(33))
    case.refresh_from_db()
    assert (case.status, case.outcome, case.closed_at) == (CaseStatus.VERIFYING, "", None)
    assert case.received_at == receipt
    assert case.due_on <= max(due, case.statutory_due_on)
    assert Letter.objects.filter(template="reopened").count() == 1
    assert AuditEvent.objects.about(case).filter(action="case.reopened").exists()


def test_the_closing_letter_carries_the_link_that_opens_it_again(check, dpo):
    reopening.sweep(now=day(10))
    cases.close(case=check.case, outcome="unverified", actor=dpo, now=day(30))
    letter = Letter.objects.get(template="unverified")
    assert links.path_for(check.case) in letter.body
    check.case.refresh_from_db()
    assert not links.has_ended(check.case, now=day(500))


@pytest.mark.parametrize("outcome", ["fulfilled", "withdrawn", "refused", "nothing_found"])
def test_what_was_answered_is_not_opened_again(outcome):
    case = CaseFactory(status="closed", closed_at=NOW, outcome=outcome)
    with pytest.raises(NotAllowed, match="was answered"):
        reopening.reopen(case=case, actor=ANONYMOUS, now=NOW)
    assert links.has_ended(case, now=day(500))


def test_an_open_case_is_not_opened_again(check):
    with pytest.raises(NotAllowed, match="is open"):
        reopening.reopen(case=check.case, actor=ANONYMOUS, now=NOW)


def test_a_reopened_case_can_be_proved(check, dpo, handler):
    case = check.case
    reopening.sweep(now=day(10))
    cases.close(case=case, outcome="unverified", actor=dpo, now=day(30))
    reopening.reopen(case=case, actor=ANONYMOUS, now=day(33))
    asking.again(case=case, now=day(33), address="192.0.2.1")
    fresh = case.identity_checks.open().get()
    assert fresh.questions == check.questions


def test_an_attempt_has_one_result(check):
    given = {"reason": "x", "actor": ANONYMOUS, "now": NOW}
    verifying.settle(check=check, result=CheckResult.EXPIRED, **given)
    with pytest.raises(ValueError, match="one result"):
        verifying.settle(check=check, result=CheckResult.PASSED, **given)


@pytest.mark.parametrize(
    ("regime", "days", "may"), [("ccpa", 44, False), ("ccpa", 45, True), ("eu_gdpr", 90, False)]
)
def test_a_californian_may_be_denied_as_unverified_after_45_days(regime, days, may):
    assert unproved.may_deny(CaseFactory(regime=regime, status="verifying"), day(days)) is may


def test_who_showed_enough_for_the_categories_gets_those_instead_of_the_pieces(crm, handler):
    case = case_of()
    assert unproved.falls_back_to(case) is None
    cases.opening.mark_verified(case=case, level=3, method="compared", actor=handler, now=NOW)
    case.refresh_from_db()
    assert case.status == CaseStatus.VERIFYING
    assert unproved.falls_back_to(case) == Right.KNOW_CATEGORIES
    case.right = "deletion"
    assert unproved.falls_back_to(case) is None
