"""What moves the dates of a case: facts with evidence, recomputed in the same transaction."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import AuditEvent
from dsar.models import Case, ClockEvent
from dsar.rules.transitions import NotAllowed
from dsar.services import clocks
from dsar.services.clocks import evaluating
from tests.factories import NOW, CaseFactory

pytestmark = pytest.mark.django_db


def record(case, kind, on, actor, **more):
    return clocks.record_event(
        case=case, kind=kind, on=on, actor=actor, **{"now": NOW, "note": "seen"} | more
    )


def test_an_event_is_stored_and_the_dates_are_computed_in_one_go(dpo):
    case = CaseFactory()
    event = record(case, "extension_notice", NOW.date(), dpo)
    assert (event.case_id, event.recorded_by) == (case.pk, dpo.user)
    case.refresh_from_db()
    assert case.statutory_due_on == date(2027, 1, 12)
    assert case.extend_by_on == date(2026, 11, 12)
    assert case.conservative_due_on <= case.due_on
    actions = list(AuditEvent.objects.about(case).values_list("action", flat=True))
    assert {"clock.event", "clock.computed"} <= set(actions)


def test_computing_again_changes_and_records_nothing(dpo):
    case = CaseFactory()
    assert clocks.recompute(case=case, now=NOW) is not None
    assert clocks.recompute(case=case, now=NOW + timedelta(days=1)) is None
    assert case.evaluations.count() == 1


def test_no_date_without_evidence(handler):
    with pytest.raises(NotAllowed, match="evidence"):
        record(CaseFactory(), "identity_requested", NOW.date(), handler, note=" ")


def test_the_database_refuses_an_event_without_evidence():
    with pytest.raises(IntegrityError), transaction.atomic():
        ClockEvent.objects.create(case=CaseFactory(), kind="fee_paid", on=NOW.date(), recorded_at=NOW)


def test_a_day_to_come_is_refused(handler):
    with pytest.raises(NotAllowed, match="still to come"):
        record(CaseFactory(), "identity_received", NOW.date() + timedelta(days=1), handler)


def test_a_stored_event_is_never_changed(handler):
    event = record(CaseFactory(), "identity_requested", NOW.date(), handler)
    with pytest.raises(ValueError, match="never changed"):
        event.save()


def test_the_database_refuses_to_change_an_event(handler):
    event = record(CaseFactory(), "identity_requested", NOW.date(), handler)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        ClockEvent.objects.filter(pk=event.pk).update(on=NOW.date() - timedelta(days=1))


def test_a_closed_case_has_no_clock(handler):
    case = CaseFactory(status="closed", closed_at=NOW, outcome="withdrawn")
    with pytest.raises(NotAllowed, match="closed"):
        record(case, "identity_requested", NOW.date(), handler)
    assert clocks.recompute(case=case, now=NOW) is None


def test_a_pause_moves_the_law_and_the_person_is_told(handler, settings):
    settings.PROFILE = "mixora"
    case = CaseFactory(promised_due_on=None, due_on=date(2026, 11, 12))
    record(case, "identity_requested", date(2026, 10, 13), handler, now=NOW + timedelta(days=2))
    record(case, "identity_received", date(2026, 10, 23), handler, now=NOW + timedelta(days=12))
    case.refresh_from_db()
    assert case.statutory_due_on == case.due_on == date(2026, 11, 22)
    assert case.conservative_due_on == date(2026, 11, 12)
    plain = case.events.filter(kind="clock_moved").values_list("plain", flat=True)
    assert list(plain) == ["You hear from us by Sunday 22 November 2026"]
    kept = case.evaluations.filter(obligation="answer").first()
    assert (kept.reason, kept.result["excluded_days"]) == ("identity_received", 10)
    assert kept.inputs["pack"]
    assert kept.inputs["calendars"]["DE"]


def test_an_event_that_moves_nothing_is_kept_with_its_reason(handler):
    case = CaseFactory(regime="ccpa")
    record(case, "identity_requested", NOW.date(), handler)
    kept = case.evaluations.filter(obligation="answer").first()
    assert kept.result["refused"][0]["why"] == "refused_no_pause"
    assert kept.result["pause_valid"] is False


def test_an_open_question_shows_what_an_answer_today_would_give(handler, settings):
    settings.PROFILE = "mixora"
    case = CaseFactory()
    record(case, "identity_requested", date(2026, 10, 13), handler, now=NOW + timedelta(days=1))
    found = clocks.preview(case=case, today=date(2026, 10, 20))
    assert (found.due_on, found.if_answered_today_on) == (date(2026, 11, 12), date(2026, 11, 19))


def test_a_californian_case_keeps_the_clock_of_the_confirmation_too():
    case = CaseFactory(regime="ccpa")
    clocks.recompute(case=case, now=NOW)
    assert case.confirm_by_on == date(2026, 10, 26)
    assert set(case.evaluations.values_list("obligation", flat=True)) == {"answer", "confirm"}
    assert Case.objects.unconfirmed().get() == case
    Case.objects.update(acknowledged_at=NOW)
    assert not Case.objects.unconfirmed().exists()


def test_a_complaint_has_an_acknowledgement_and_an_aim_but_no_date_of_the_law():
    case = CaseFactory(regime="uk_gdpr", right="complaint", statutory_due_on=None)
    clocks.recompute(case=case, now=NOW)
    assert case.confirm_by_on == date(2026, 11, 11)
    assert (case.statutory_due_on, case.due_on) == (None, case.target_due_on)
    answer = case.evaluations.get(obligation="answer")
    assert answer.result["binds"] is False


def test_terms_of_a_platform_bind_when_they_are_the_earliest(monkeypatch):
    monkeypatch.setattr(evaluating, "platform_terms", [lambda case: (7, "Developer policies III.D.3.1")])
    case = CaseFactory(right="platform_deletion")
    clocks.recompute(case=case, now=NOW)
    assert case.platform_due_on == case.due_on == date(2026, 10, 19)
