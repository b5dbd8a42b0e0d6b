"""Recording what may move a date, and computing the dates of a case again, in one transaction."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import Actor
from config.profile import active_profile
from config.profile.law import NO_CHECK
from config.sentences import Sentence, say
from dsar.enums import ClockEventKind
from dsar.models import Case, ClockEvaluation, ClockEvent
from dsar.rules.clocks import Evaluation
from dsar.rules.clocks.wording import EVENT_NAMES
from dsar.rules.transitions import NotAllowed
from dsar.services import story
from dsar.services.clocks import evaluating, storing

NOTE_LENGTH = 300


@transaction.atomic
def record_event(
    *,
    case: Case,
    kind: str,
    on: date,
    actor: Actor,
    now: datetime,
    letter_id: UUID | None = None,
    message_id: UUID | None = None,
    note: str = "",
) -> ClockEvent:
    """Store something that may move the dates of a case, and compute them again.

    `on`: the day of the letter sent or the message received, in the reckoning zone. `note`: evidence where
    there is neither; no personal values. Whether it moves anything is for the rules: what does not is kept
    with its reason. Raises NotAllowed without evidence, for a closed case, a day that is to come, or a proof
    that nobody may be asked for.
    """
    kind = ClockEventKind(kind)
    story.lock(case)
    if not (letter_id or message_id or note.strip()):
        raise NotAllowed(_("A date needs its evidence: the letter sent, the message received, or a note."))
    if not case.is_open:
        raise NotAllowed(_("This case is closed: nothing moves its dates any more."))
    if kind == ClockEventKind.IDENTITY_REQUESTED and case.right in NO_CHECK:
        raise NotAllowed(_("For this right nobody may be asked who they are: nothing can wait for it."))
    if on > evaluating.local_day(now):
        raise NotAllowed(_("This day is still to come: an event is recorded after it happened."))
    event = ClockEvent.objects.create(
        case=case, kind=kind, on=on, letter_id=letter_id, message_id=message_id,
        note=note.strip()[:NOTE_LENGTH], recorded_by=actor.user, recorded_at=now,
    )  # fmt: skip
    story.tell(
        case=case,
        kind=f"clock_{kind}",
        what=Sentence(EVENT_NAMES[kind], {}),
        note=say("%(day)s", day=on),
        actor=actor,
        now=now,
    )
    story.record(case=case, actor=actor, action="clock.event", details={"kind": kind, "on": on.isoformat()})
    recompute(case=case, now=now, reason=kind)
    return event


@transaction.atomic
def recompute(*, case: Case, now: datetime, reason: str = "recomputed") -> ClockEvaluation | None:
    """Compute the dates of a case from its facts again; stores and records only what changed.

    Returns the new evaluation of the answer, or None when nothing changed (also for a closed case).
    """
    story.lock(case)
    if not case.is_open:
        return None
    made, stored = _evaluate(case, evaluating.local_day(now))
    last = case.evaluations.filter(obligation="answer").first()
    if last and last.result == made[-1].as_json() and last.inputs.get("profile") == stored["profile"]:
        return None
    was, dates = case.due_on, storing.dates_of(made)
    changed = tuple(name for name, value in dates.items() if getattr(case, name) != value)
    for name, value in dates.items():
        setattr(case, name, value)
    case.save(update_fields=list(dates))
    rows = storing.store(case=case, inputs=stored, made=made, reason=reason, now=now)
    details = {
        "due_on": case.due_on.isoformat(),
        "was": was.isoformat(),
        "rule": made[-1].rule,
        "why": reason,
    }
    story.record(case=case, actor=audit.SYSTEM, action="clock.computed", fields=changed, details=details)
    if case.due_on != was:
        _tell_moved(case, was, now)
    return rows[-1]


def recheck_notices(*, now: datetime) -> int:
    """Compute open cases again whose notice of an extension left late, or not at all; returns how many moved.

    A notice counts on the day on which its letter left: a letter that waited too long gives no longer time.
    """
    kind = ClockEventKind.EXTENSION_NOTICE
    waiting = ClockEvent.objects.filter(kind=kind, letter_id__isnull=False, recorded_at__lt=now)
    cases = Case.objects.open().filter(pk__in=waiting.values("case_id")).select_related("subject")
    return sum(recompute(case=case, now=now, reason="notice") is not None for case in cases)


def _evaluate(case: Case, today: date) -> tuple[list[Evaluation], dict[str, Any]]:
    profile = active_profile()
    inputs = evaluating.inputs_of(
        profile, right=case.right, regime=case.regime, received_at=case.received_at,
        events=evaluating.facts_of(case, today), terms=evaluating.terms_of(case),
    )  # fmt: skip
    made, used = evaluating.evaluate_case(profile, inputs)
    return made, storing.inputs_json(profile, inputs, used, case.regime_reason)


def _tell_moved(case: Case, was: date, now: datetime) -> None:
    story.tell(
        case=case, kind="clock_moved", what=say("Answer due %(day)s", day=case.due_on),
        note=say("before: %(day)s", day=was), plain=say("You hear from us by %(day)s", day=case.due_on),
        actor=audit.SYSTEM, now=now,
    )  # fmt: skip


def preview(*, case: Case, today: date) -> Evaluation:
    """Return the answer clock of a case as it stands, with "due if answered today". Changes nothing."""
    profile = active_profile()
    inputs = evaluating.inputs_of(
        profile, right=case.right, regime=case.regime, received_at=case.received_at,
        events=evaluating.facts_of(case, today), today=today, terms=evaluating.terms_of(case),
    )  # fmt: skip
    made, _ = evaluating.evaluate_case(profile, inputs)
    return made[-1]
