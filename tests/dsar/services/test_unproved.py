"""Ending a case because nobody showed who they are: not before they were asked, reminded and waited for."""

from datetime import timedelta

import pytest

from accounts.enums import Role
from accounts.services.audit import Actor
from correspondence.models import Letter
from dsar.enums import CaseStatus, Method, Outcome, Right
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, closing, decisions, rulings
from dsar.services.identity import answering, unproved
from tests.factories import (
    NOW,
    CaseFactory,
    DecisionFactory,
    IdentityCheckFactory,
    IdentityFactory,
    StaffFactory,
)
from tests.waiting import waited_for

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def unknown(regime="eu_gdpr", **fields):
    """A case whose person nobody knows yet, with an address that is only claimed."""
    country, region = {"eu_gdpr": ("DE", ""), "ccpa": ("US", "CA")}[regime]
    subject = IdentityFactory(verified_at=None, subject__country=country, subject__region=region).subject
    return CaseFactory(subject=subject, status="verifying", channel="email", regime=regime, **fields)


@pytest.fixture
def asked():
    """A case whose person was asked by letter at NOW."""
    case = unknown()
    IdentityCheckFactory(case=case, letter_id=case.pk)
    return case


def test_nobody_is_closed_out_who_was_not_asked(dpo):
    case = unknown()
    assert cases.allowed_outcomes(case, NOW + 90 * DAY) == ()
    with pytest.raises(NotAllowed, match="Ask first"):
        cases.close(case=case, outcome="unverified", actor=dpo, now=NOW + 90 * DAY)


def test_nobody_is_closed_out_without_a_reminder(asked):
    assert "not reminded" in unproved.why_not_end(asked, NOW + 90 * DAY)


def test_nobody_is_closed_out_before_the_days_of_the_profile(asked):
    asked.identity_checks.update(reminded_at=NOW + 10 * DAY)
    assert cases.allowed_outcomes(asked, NOW + 29 * DAY) == ()
    assert cases.allowed_outcomes(asked, NOW + 30 * DAY) == (Outcome.UNVERIFIED,)


def test_a_proof_that_waits_for_us_closes_nobody_out(asked):
    asked.identity_checks.update(reminded_at=NOW, arrived_at=NOW)
    assert "A proof waits" in unproved.why_not_end(asked, NOW + 90 * DAY)


def test_who_failed_may_be_told_so_at_once(asked, handler):
    answering.fail(check=asked.identity_checks.get(), reason="Did not fit.", actor=handler, now=NOW)
    assert cases.allowed_outcomes(asked, NOW) == (Outcome.UNVERIFIED,)


def test_whom_no_mail_reaches_is_waited_for_as_long():
    case = CaseFactory(status="new", channel="post", received_at=NOW)
    assert cases.allowed_outcomes(case, NOW + 29 * DAY) == ()
    assert cases.allowed_outcomes(case, NOW + 30 * DAY) == (Outcome.UNVERIFIED,)


def test_who_is_known_never_ends_unverified():
    assert "is known" in unproved.why_not_end(CaseFactory(verified=True), NOW + 90 * DAY)


def refusal(case, actor, now):
    return decisions.propose(
        case=case, kind="refusal", codes=["UNVERIFIED"], reasons="We could not compare you.", actor=actor,
        now=now,
    )  # fmt: skip


def test_california_may_refuse_as_unverified_after_45_days_and_not_before(handler, dpo):
    case = unknown("ccpa", right="deletion", received_at=NOW)
    with pytest.raises(NotAllowed, match="Ask first"):
        refusal(case, handler, NOW + 44 * DAY)
    decision = refusal(case, handler, NOW + 45 * DAY)
    decisions.approve(decision=decision, actor=dpo, now=NOW + 45 * DAY)
    case.refresh_from_db()
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, Outcome.REFUSED)


def pieces(case, actor):
    return decisions.propose(
        case=case, kind="part_refusal", codes=["UNVERIFIED_PIECES"], refused_part="the pieces themselves",
        reasons="Two data were not enough for a copy.", actor=actor, now=NOW,
    )  # fmt: skip


@pytest.fixture
def half_known():
    """A Californian who asked for the pieces and showed two data: enough for the categories."""
    case = unknown("ccpa", right="access", received_at=NOW)
    level = 3
    IdentityCheckFactory(case=case, method=Method.KNOWLEDGE, level=level, result="passed", decided_at=NOW)
    return case


def test_pieces_refused_are_answered_with_the_categories(half_known, handler):
    officer = Actor.of(StaffFactory(role=Role.DPO))
    decision, receipt = pieces(half_known, handler), half_known.received_at
    decisions.approve(decision=decision, actor=officer, now=NOW)
    case = half_known
    case.refresh_from_db()
    assert (case.right, case.status, case.verification_level) == (
        Right.KNOW_CATEGORIES, CaseStatus.VERIFIED, 3,
    )  # fmt: skip
    assert case.received_at == receipt
    assert case.events.filter(kind="fell_back").count() == 1
    assert Letter.objects.filter(case_id=case.pk, template="part_refusal").count() == 1


def test_who_showed_nothing_gets_no_categories_either(handler):
    case = unknown("ccpa", right="access")
    with pytest.raises(NotAllowed, match="not enough for the categories"):
        pieces(case, handler)


def test_who_was_confirmed_meanwhile_gets_the_pieces(half_known, handler, dpo):
    decision = pieces(half_known, handler)
    IdentityCheckFactory(case=half_known, method=Method.DECLARATION, level=0, result="passed", decided_at=NOW)
    cases.verify(case=half_known, level=4, method="compared", actor=handler, now=NOW)
    with pytest.raises(NotAllowed):
        decisions.approve(decision=decision, actor=dpo, now=NOW)
    half_known.refresh_from_db()
    assert half_known.right == Right.ACCESS


@pytest.mark.parametrize(
    ("own", "decided", "allowed"),
    [
        (("partly",), False, ("partly",)),
        (("partly",), True, ("partly",)),
        (("refused",), False, ("refused",)),
        (("fulfilled", "partly"), False, ("fulfilled",)),
        (("fulfilled", "partly"), True, ("partly",)),
        ((), True, ()),
    ],
)
@pytest.mark.parametrize("right", ["rectification", "objection", "opt_out"])
def test_a_right_that_refuses_in_part_by_itself_stays_partly_done(right, own, decided, allowed, monkeypatch):
    case = CaseFactory(right=right, verified=True)
    monkeypatch.setattr(closing.rights, "allowed_outcomes", lambda *_: tuple(Outcome(one) for one in own))
    if decided:
        DecisionFactory(case=case, kind="part_refusal", status="approved", decided_by=StaffFactory(),
                        decided_at=NOW)  # fmt: skip
    assert cases.allowed_outcomes(case, NOW) == allowed


def test_recipients_not_told_keep_a_decided_right_open_too(monkeypatch, handler):
    from tests.factories import RecipientNoticeFactory

    case = CaseFactory(right="rectification", verified=True)
    RecipientNoticeFactory(case=case)
    monkeypatch.setattr(closing.rights, "allowed_outcomes", lambda *_: (Outcome.PARTLY,))
    assert "not told yet" in rulings.owed(case)
    with pytest.raises(NotAllowed, match="not told yet"):
        cases.close(case=case, outcome="partly", actor=handler, now=NOW)


def test_waiting_is_what_the_factory_says(asked):
    waited_for(asked, NOW)
    assert unproved.why_not_end(asked, NOW) == ""
