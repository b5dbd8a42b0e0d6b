"""What moves the dates of a case: facts with evidence, recomputed in the same transaction."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from dsar.models import ClockEvent
from dsar.rules.transitions import NotAllowed
from dsar.services import clocks
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
