"""Decisions: proposed by one, decided by another, told by their letter; the law's limits hold."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts.enums import Role
from accounts.models import AuditEvent
from accounts.services.audit import SYSTEM, Actor
from correspondence.models import Letter
from dsar.enums import CaseStatus, Outcome, Regime, Right
from dsar.models import Case, ClockEvent, Decision
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, clarifying, decisions, intake, rulings, uploads
from tests.factories import NOW, CaseFactory, IdentityFactory, StaffFactory, SubjectFactory
from tests.waiting import waited_for

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)
REASONS = "You sent the same request eleven times since Monday."


@pytest.fixture
def legal():
    return Actor.of(StaffFactory(role=Role.LEGAL_REVIEWER))


def access(**fields):
    """Return a verified access case of somebody with a mailbox."""
    case = CaseFactory(verified=True, **fields)
    IdentityFactory(subject=case.subject)
    return case


def proposed(case, actor, *, kind="refusal", codes=("EXCESSIVE",), reasons=REASONS, now=NOW, **more):
    return decisions.propose(case=case, kind=kind, codes=codes, reasons=reasons, actor=actor, now=now, **more)


def test_a_refusal_is_proposed_approved_by_somebody_else_and_ends_the_case(handler, dpo):
    case = access()
    decision = proposed(case, handler)
    assert Letter.objects.filter(case_id=case.pk).count() == 0
    decisions.approve(decision=decision, actor=dpo, now=LATER)
    case.refresh_from_db()
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, Outcome.REFUSED)
    letter = Letter.objects.get(case_id=case.pk)
    assert letter.template == "refusal"
    assert REASONS in letter.body
    assert "GDPR Art. 12(5)" in letter.body
    assert "complaint" in letter.body
    assert "court" in letter.body
    assert AuditEvent.objects.filter(action="decision.approved", object_id=str(case.pk)).exists()


def test_the_preview_is_the_letter_that_leaves(handler, dpo):
    decision = proposed(access(), handler)
    title, body = rulings.preview(decision)
    decisions.approve(decision=decision, actor=dpo, now=LATER)
    letter = Letter.objects.get(case_id=decision.case_id)
    assert (letter.title, letter.body) == (title, body)


def test_nobody_approves_what_they_proposed(dpo):
    decision = proposed(access(), dpo)
    with pytest.raises(NotAllowed, match="Somebody else has to decide"):
        decisions.approve(decision=decision, actor=dpo, now=LATER)
    with pytest.raises(NotAllowed, match="Somebody else has to decide"):
        decisions.send_back(decision=decision, reason="No", actor=dpo, now=LATER)


def test_the_database_refuses_one_person_in_both_places(dpo):
    decision = proposed(access(), dpo)
    with pytest.raises(IntegrityError, match="decision_four_eyes"), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(status="approved", decided_by=dpo.user, decided_at=NOW)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"reasons": ""}, "decision_has_reasons"),
        ({"codes": []}, "decision_has_codes"),
        ({"kind": "fee"}, "decision_fee_is_computed"),
        ({"kind": "duplicate"}, "decision_duplicate_of"),
        ({"status": "approved"}, "decision_decided_whole"),
    ],
)
def test_the_database_refuses_half_a_decision(handler, fields, constraint):
    decision = proposed(access(), handler)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(**fields)


def test_a_legal_reviewer_decides_what_is_not_for_the_officer(handler, legal):
    decision = proposed(access(), handler, codes=["EXCESSIVE"])
    with pytest.raises(NotAllowed, match="data protection officer"):
        decisions.approve(decision=decision, actor=legal, now=LATER)
    other = proposed(access(), handler, codes=["OUT_OF_SCOPE"])
    decisions.approve(decision=other, actor=legal, now=LATER)
    assert other.case.outcome == Outcome.REFUSED


def test_a_handler_proposes_and_never_approves(handler):
    decision = proposed(access(), Actor.of(StaffFactory(role=Role.HANDLER)))
    with pytest.raises(NotAllowed, match="role does not include"):
        decisions.approve(decision=decision, actor=handler, now=LATER)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"reasons": " "}, "Write the reasons"),
        ({"codes": []}, "at least one ground"),
        ({"codes": ["D_SECURITY"]}, "does not serve this right under this law"),
        ({"codes": ["E17_LEGAL_CLAIMS"]}, "does not serve this right under this law"),
        ({"codes": ["ID_NOT_PROVIDED"]}, "identity is confirmed"),
        ({"reasons": "x" * 5_000}, "too long"),
        ({"kind": "part_refusal", "codes": ["OTHERS_RIGHTS"]}, "which part"),
        ({"kind": "fee"}, "amount, a currency"),
        ({"kind": "fee", "codes": [], "amount": Decimal(20), "currency": "EUR", "computed": "x"},
         "one ground"),
        ({"kind": "fee", "codes": ["OUT_OF_SCOPE"], "amount": Decimal(20), "currency": "EUR",
          "computed": "2 h"}, "does not serve"),
        ({"kind": "duplicate", "codes": ["DUPLICATE"]}, "earlier request"),
    ],
)  # fmt: skip
def test_what_lacks_a_part_is_not_proposed(handler, more, sentence):
    with pytest.raises(NotAllowed, match=sentence):
        proposed(access(), handler, **more)
    assert not Decision.objects.exists()


def test_one_decision_waits_at_a_time(handler):
    case = access()
    proposed(case, handler)
    with pytest.raises(NotAllowed, match="waits already"):
        proposed(case, handler)


def test_a_closed_case_is_not_refused(handler):
    case = access()
    Case.objects.filter(pk=case.pk).update(status="closed", outcome="withdrawn", closed_at=NOW)
    with pytest.raises(NotAllowed, match="closed"):
        proposed(case, handler)


def test_a_refusal_after_its_last_day_says_why_in_the_letter(handler, dpo):
    case = access()
    late = NOW + timedelta(days=60)
    Case.objects.filter(pk=case.pk).update(due_on=(late + timedelta(days=30)).date())  # extended
    with pytest.raises(NotAllowed, match="an extension does not move it"):
        proposed(case, handler, now=late)
    decision = proposed(case, handler, now=late, late_reason="Your letter lay unread.")
    decisions.approve(decision=decision, actor=dpo, now=late)
    assert "Your letter lay unread." in Letter.objects.get(case_id=case.pk).body


def test_a_proposal_that_became_late_goes_back(handler, dpo):
    decision = proposed(access(), handler)
    with pytest.raises(NotAllowed, match="passed meanwhile"):
        decisions.approve(decision=decision, actor=dpo, now=NOW + timedelta(days=60))
    decision.refresh_from_db()
    assert decision.status == "proposed"


def test_a_proposal_is_sent_back_with_a_reason(handler, dpo):
    decision = proposed(access(), handler)
    with pytest.raises(NotAllowed, match="what should be different"):
        decisions.send_back(decision=decision, reason="", actor=dpo, now=LATER)
    decisions.send_back(decision=decision, reason="Name the dates.", actor=dpo, now=LATER)
    assert decision.status == "returned"
    assert not Letter.objects.filter(case_id=decision.case_id).exists()
    proposed(decision.case, handler)


def test_a_refusal_without_an_address_is_not_pretended(handler, dpo):
    decision = proposed(CaseFactory(verified=True), handler)
    with pytest.raises(NotAllowed, match="by post"):
        decisions.approve(decision=decision, actor=dpo, now=LATER)
    decision.refresh_from_db()
    assert decision.status == "proposed"


def test_closing_as_refused_needs_the_approved_decision(handler):
    case = access()
    with pytest.raises(NotAllowed, match="a ground and a second person"):
        cases.close(case=case, outcome="refused", actor=handler, now=NOW)
    proposed(case, handler)
    with pytest.raises(NotAllowed, match="a ground and a second person"):
        cases.close(case=case, outcome="refused", actor=handler, now=NOW)


def test_a_fee_is_told_first_and_its_payment_recorded_with_the_clocks(handler, dpo):
    case = access()
    decision = proposed(
        case, handler, kind="fee", amount=Decimal("20.00"), currency="eur", computed="2 hours at 10 EUR"
    )
    with pytest.raises(NotAllowed, match="No fee was asked"):
        decisions.record_payment(decision=decision, evidence="Bank statement", actor=dpo, now=LATER)
    decisions.approve(decision=decision, actor=dpo, now=LATER)
    letter = Letter.objects.get(case_id=case.pk, template="fee_request")
    assert "20.00 EUR" in letter.body
    assert "2 hours at 10 EUR" in letter.body
    asked = ClockEvent.objects.get(case=case, kind="fee_requested")
    assert (asked.letter_id, asked.on) == (letter.pk, LATER.date())
    with pytest.raises(NotAllowed, match="evidence"):
        decisions.record_payment(decision=decision, evidence="", actor=dpo, now=LATER)
    decisions.record_payment(decision=decision, evidence="Bank statement 44", actor=dpo, now=LATER)
    assert ClockEvent.objects.filter(case=case, kind="fee_paid").count() == 1
    with pytest.raises(NotAllowed, match="recorded already"):
        decisions.record_payment(decision=decision, evidence="Again", actor=dpo, now=LATER)


def test_a_duplicate_points_to_the_earlier_request_of_the_same_person(handler, dpo):
    case = access()
    earlier = CaseFactory(subject=case.subject, received_at=NOW - timedelta(days=9))
    stranger = CaseFactory(received_at=NOW - timedelta(days=9))
    with pytest.raises(NotAllowed, match="another person's"):
        proposed(case, handler, kind="duplicate", codes=["DUPLICATE"], repeats=stranger)
    decision = proposed(case, handler, kind="duplicate", codes=["DUPLICATE"], repeats=earlier)
    decisions.approve(decision=decision, actor=dpo, now=LATER)
    case.refresh_from_db()
    assert case.outcome == Outcome.DUPLICATE
    assert earlier.reference in Letter.objects.get(case_id=case.pk).body


def test_evidence_is_kept_encrypted_and_read_again(handler, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    case = access(right=Right.OPT_OUT, regime=Regime.CCPA)
    file = SimpleUploadedFile("belief.txt", b"The same card, forty names.")
    decision = proposed(case, handler, codes=["OPT_OUT_FRAUD"], file=file)
    assert b"".join(uploads.read_from(decision)) == b"The same card, forty names."
    assert b"forty" not in (tmp_path / decision.proof_file).read_bytes()
    with pytest.raises(NotAllowed, match="not a pdf file"):
        proposed(access(), handler, file=SimpleUploadedFile("a.pdf", b"hello"))


def test_no_personal_value_reaches_trail_or_timeline(handler, dpo):
    decision = proposed(access(), handler)
    decisions.approve(decision=decision, actor=dpo, now=LATER)
    for event in AuditEvent.objects.all():
        assert "eleven" not in str(event.details)
    assert not any("eleven" in e.note + e.what for e in decision.case.events.all())


def test_a_machine_decides_nothing(handler):
    with pytest.raises(NotAllowed, match="proposed by people"):
        proposed(access(), SYSTEM)
    decision = proposed(access(), handler)
    with pytest.raises(NotAllowed, match="made by people"):
        decisions.approve(decision=decision, actor=SYSTEM, now=LATER)


def test_a_question_stops_the_clock_only_where_the_law_knows_it(handler):
    case = access(regime=Regime.UK_GDPR)
    clarifying.ask(case=case, question="Which workspace?\nWhich year?", actor=handler, now=NOW)
    letter = Letter.objects.get(case_id=case.pk)
    assert "- Which workspace?" in letter.body
    assert "do not count" in letter.body
    asked = ClockEvent.objects.get(case=case)
    assert (asked.kind, asked.letter_id) == ("clarification_requested", letter.pk)
    with pytest.raises(NotAllowed, match="open already"):
        clarifying.ask(case=case, question="And?", actor=handler, now=NOW)
    got = clarifying.answer(case=case, text="The red one.", actor=SYSTEM, received_at=LATER, now=LATER)
    assert got.answer == "The red one."
    assert ClockEvent.objects.filter(case=case, kind="clarification_received", on=LATER.date()).exists()
    with pytest.raises(NotAllowed, match="No question is open"):
        clarifying.answer(case=case, text="More", actor=SYSTEM, received_at=LATER, now=LATER)


@pytest.mark.parametrize(
    "fields", [{"right": Right.OBJECTION}, {"regime": Regime.CCPA}, {"regime": Regime.NONE}]
)
def test_no_pause_by_a_question_elsewhere(handler, fields):
    with pytest.raises(NotAllowed, match="plain letter"):
        clarifying.ask(case=access(**fields), question="Which?", actor=handler, now=NOW)


def test_an_answer_comes_after_its_question(handler):
    case = access()
    clarifying.ask(case=case, question="Which?", actor=handler, now=LATER)
    with pytest.raises(NotAllowed, match="before the question"):
        clarifying.answer(case=case, text="This", actor=SYSTEM, received_at=NOW, now=LATER)


def test_an_unverified_californian_is_refused_on_that_ground(handler, dpo):
    subject = SubjectFactory(country="US", region="CA")
    IdentityFactory(subject=subject)
    case = intake.open_case(
        subject=subject, right=Right.DELETION, channel="email", received_at=NOW, actor=handler, now=NOW
    )
    waited_for(case, LATER)
    decision = proposed(case, handler, codes=["UNVERIFIED"], reasons="Nobody answered our questions.")
    decisions.approve(decision=decision, actor=dpo, now=LATER)
    case.refresh_from_db()
    assert case.outcome == Outcome.REFUSED
