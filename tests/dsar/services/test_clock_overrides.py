"""A receipt corrected, a pause overridden: a reason, two people, dates seen before, nothing rewritten."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from dsar.models import ClockEvaluation, ClockOverride
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, clarifying, clocks, intake
from dsar.services.clocks import overriding
from tests.factories import NOW, ClockOverrideFactory, IdentityFactory, StaffFactory, SubjectFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WHY = "The postmark of the letter is of the fifth."


@pytest.fixture
def british(handler):
    """An access request from England, received and opened at NOW: due on 12 November 2026."""
    subject = SubjectFactory(country="GB")
    IdentityFactory(subject=subject)
    return intake.open_case(
        subject=subject, right="access", channel="post", received_at=NOW, actor=handler, now=NOW
    )


@pytest.fixture
def waited(british, dpo):
    """The same, asked what they mean on day 2 and answered on day 9: eight days that do not count."""
    british.status, british.verified_at = "verified", NOW
    british.verification_level, british.verification_method = 2, "signed in"
    british.save()
    clarifying.ask(case=british, question="Which?", actor=dpo, now=NOW + 2 * DAY)
    clarifying.answer(case=british, text="All", actor=dpo, received_at=NOW + 9 * DAY, now=NOW + 9 * DAY)
    british.refresh_from_db()
    return british


def receipt(case, actor, **more):
    given = {"received_at": NOW - 3 * DAY, "reason": WHY, "now": NOW + DAY}
    return overriding.propose_receipt(case=case, actor=actor, **given | more)


def pause(case, actor, **more):
    event = more.pop("event", None) or case.clock_events.get(kind="clarification_requested")
    given = {"event": event, "reason": "The question was needless.", "now": NOW + 10 * DAY}
    return overriding.propose_pause(case=case, actor=actor, **given | more)


def statutory(case):
    case.refresh_from_db()
    return case.statutory_due_on


def test_a_proposal_changes_nothing_and_shows_the_dates(british, dpo):
    before = statutory(british)
    made = receipt(british, dpo)
    assert (statutory(british), british.received_at) == (before, NOW)
    assert made.before["statutory_due_on"] == before.isoformat()
    assert date.fromisoformat(made.after["statutory_due_on"]) == before - 3 * DAY
    assert british.events.get(kind="override_proposed").plain == ""
    assert overriding.changed_by(made, now=NOW + DAY) == made.after


def test_a_second_person_corrects_the_receipt_and_the_old_evaluation_stays(british, dpo, deputy):
    before, old = statutory(british), list(british.evaluations.values_list("pk", "result"))
    made = receipt(british, dpo)
    overriding.approve(override=made, actor=deputy, now=NOW + DAY)
    assert statutory(british) == before - 3 * DAY
    assert british.received_at == NOW - 3 * DAY
    kept = dict(ClockEvaluation.objects.filter(case=british).values_list("pk", "result"))
    assert all(kept[pk] == result for pk, result in old)
    assert len(kept) > len(old)
    assert british.evaluations.filter(obligation="answer").first().reason == "override receipt"
    line = british.events.get(kind="override_approved")
    assert line.plain.startswith("We corrected the day on which your request reached us:")
    assert "You hear from us by" in line.plain
    assert WHY not in line.plain
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"clock.override_proposed", "clock.override_approved"} <= actions
    details = AuditEvent.objects.get(action="clock.override_approved").details
    assert details["before"]["statutory_due_on"] == before.isoformat()
    assert WHY not in str(details)


def test_a_pause_that_does_not_count_brings_the_answer_nearer(waited, dpo, deputy):
    long = statutory(waited)
    made = pause(waited, dpo)
    assert statutory(waited) == long
    overriding.approve(override=made, actor=deputy, now=NOW + 10 * DAY)
    assert statutory(waited) < long
    assert statutory(waited) == date(2026, 11, 12)
    assert waited.clock_events.count() == 2  # facts stay
    result = waited.evaluations.filter(obligation="answer").first().result
    assert (result["excluded_days"], result["refused"]) == (0, [])
    assert "count after all" in waited.events.get(kind="override_approved").plain


def test_an_overridden_pause_stays_overridden_whatever_comes(waited, dpo, deputy):
    overriding.approve(override=pause(waited, dpo), actor=deputy, now=NOW + 10 * DAY)
    soon = statutory(waited)
    clocks.recompute(case=waited, now=NOW + 12 * DAY)
    assert statutory(waited) == soon
    with pytest.raises(NotAllowed, match="stops no clock"):
        pause(waited, dpo)


def test_only_the_named_pause_goes(waited, dpo, deputy):
    clarifying.ask(case=waited, question="And which year?", actor=dpo, now=NOW + 11 * DAY)
    clarifying.answer(case=waited, text="2025", actor=dpo, received_at=NOW + 13 * DAY, now=NOW + 13 * DAY)
    first = waited.clock_events.filter(kind="clarification_requested").earliest("on")
    overriding.approve(override=pause(waited, dpo, event=first), actor=deputy, now=NOW + 14 * DAY)
    result = waited.evaluations.filter(obligation="answer").first().result
    assert result["excluded_days"] == 3


def test_who_proposed_does_not_decide(british, dpo):
    made = receipt(british, dpo)
    for act in (
        lambda: overriding.approve(override=made, actor=dpo, now=NOW + DAY),
        lambda: overriding.send_back(override=made, reason="No", actor=dpo, now=NOW + DAY),
    ):
        with pytest.raises(NotAllowed, match="Somebody else"):
            act()
    with pytest.raises(IntegrityError, match="override_four_eyes"), transaction.atomic():
        ClockOverride.objects.filter(pk=made.pk).update(
            status="approved", decided_by=dpo.user, decided_at=NOW + DAY
        )


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"reason": ""}, "override_has_reason"),
        ({"received_at": None}, "override_names_its_fact"),
        ({"kind": "pause"}, "override_names_its_fact"),
        ({"status": "approved"}, "override_decided_whole"),
        ({"status": "returned", "decided_at": NOW}, "override_decided_whole"),
    ],
)
def test_the_database_refuses_half_a_correction(more, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ClockOverrideFactory(**more)


def test_what_is_sent_back_says_why(british, dpo, deputy):
    made = receipt(british, dpo)
    with pytest.raises(NotAllowed, match="what should be different"):
        overriding.send_back(override=made, reason=" ", actor=deputy, now=NOW + DAY)
    with pytest.raises(IntegrityError, match="override_returned_says_why"), transaction.atomic():
        ClockOverride.objects.filter(pk=made.pk).update(
            status="returned", decided_by=deputy.user, decided_at=NOW
        )
    before = statutory(british)
    overriding.send_back(override=made, reason="Attach the envelope", actor=deputy, now=NOW + DAY)
    assert statutory(british) == before
    with pytest.raises(NotAllowed, match="decided already"):
        overriding.approve(override=made, actor=deputy, now=NOW + DAY)
    assert receipt(british, dpo)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"reason": " "}, "reason in a sentence"),
        ({"reason": "Because"}, "reason in a sentence"),
        ({"received_at": NOW}, "time of receipt already"),
        ({"received_at": NOW + DAY}, "opened before that"),
    ],
)
def test_what_cannot_be_proposed(british, dpo, more, said):
    with pytest.raises(NotAllowed, match=said):
        receipt(british, dpo, **more)
    assert not ClockOverride.objects.exists()


def test_one_correction_waits_at_a_time_and_none_for_a_closed_case(british, dpo, deputy):
    made = receipt(british, dpo)
    with pytest.raises(NotAllowed, match="waits already"):
        receipt(british, dpo, received_at=NOW - DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClockOverrideFactory(case=british, proposed_by=StaffFactory())
    cases.withdraw(case=british, actor=dpo, now=NOW + DAY)
    with pytest.raises(NotAllowed, match="closed in the meantime"):
        overriding.approve(override=made, actor=deputy, now=NOW + DAY)
    with pytest.raises(NotAllowed, match="closed"):
        receipt(british, dpo)


def test_a_receipt_that_changed_meanwhile_is_proposed_again(british, dpo, deputy):
    made = receipt(british, dpo)
    british.received_at = NOW - DAY
    british.save()
    with pytest.raises(NotAllowed, match="Propose it again"):
        overriding.approve(override=made, actor=deputy, now=NOW + DAY)


def test_the_portal_itself_corrects_nothing(british):
    from accounts.services.audit import SYSTEM

    with pytest.raises(NotAllowed, match="proposed by people"):
        receipt(british, SYSTEM)
