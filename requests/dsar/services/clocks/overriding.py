"""A receipt corrected, a pause that does not count: proposed with a reason, decided by a second person.

Nothing is rewritten: old evaluations, events and the receipt as it was stay; the new dates are computed by
the same rules. A pause can only be taken away: no officer lengthens what the law gives.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.audit import Actor
from config.profile import active_profile
from config.sentences import Sentence, say
from dsar.enums import DecisionStatus, OverrideKind
from dsar.models import Case, ClockEvent, ClockOverride
from dsar.rules.clocks import ASKED
from dsar.rules.transitions import NotAllowed
from dsar.services import story
from dsar.services.clocks import evaluating, storing
from dsar.services.clocks.events import recompute

MIN_REASON = 10
SHOWN = ("due_on", "statutory_due_on", "promised_due_on", "extend_by_on", "confirm_by_on")


def pauses_of(case: Case) -> list[ClockEvent]:
    """Return the questions whose waiting may move the dates of a case and was not overridden."""
    gone = {one.event_id for one in case.overrides.all() if one.status == DecisionStatus.APPROVED}
    return [one for one in case.clock_events.all() if one.kind in ASKED and one.pk not in gone]


def dates_with(
    case: Case, *, now: datetime, received_at: datetime | None = None, without: ClockEvent | None = None
) -> dict[str, str]:
    """Return the dates that a case would have: with another receipt, or without a pause. Changes nothing."""
    profile, today = active_profile(), evaluating.local_day(now)
    gone = [without.pk] if without else []
    inputs = evaluating.inputs_of(
        profile, right=case.right, regime=case.regime, received_at=received_at or case.received_at,
        events=evaluating.facts_of(case, today, without=gone), terms=evaluating.terms_of(case),
    )  # fmt: skip
    found = storing.dates_of(evaluating.evaluate_case(profile, inputs)[0])
    return {name: on.isoformat() for name in SHOWN if (on := found[name])}


def changed_by(override: ClockOverride, *, now: datetime) -> dict[str, str]:
    """Return the dates after an override, as they would be computed now."""
    return dates_with(override.case, now=now, received_at=override.received_at, without=override.event)


@transaction.atomic
def propose_receipt(
    *, case: Case, received_at: datetime, reason: str, actor: Actor, now: datetime
) -> ClockOverride:
    """Propose that a request reached us at another time. Nothing changes before a second person agrees.

    Raises NotAllowed without a reason, for the same or a later time than that of opening the case, for a
    closed case, and while another proposal waits.
    """
    story.lock(case)
    if received_at > case.opened_at:
        raise NotAllowed(_("The case was opened before that: it cannot have been received later."))
    if received_at == case.received_at:
        raise NotAllowed(_("This is the time of receipt already."))
    made = ClockOverride(
        case=case, kind=OverrideKind.RECEIPT, received_at=received_at, was_received_at=case.received_at
    )
    return _propose(made, reason, actor, now)


@transaction.atomic
def propose_pause(
    *, case: Case, event: ClockEvent, reason: str, actor: Actor, now: datetime
) -> ClockOverride:
    """Propose that the days we waited after a question count after all. Raises NotAllowed as above."""
    story.lock(case)
    if event not in pauses_of(case):
        raise NotAllowed(_("This question stops no clock of this case."))
    return _propose(ClockOverride(case=case, kind=OverrideKind.PAUSE, event=event), reason, actor, now)


def _propose(made: ClockOverride, reason: str, actor: Actor, now: datetime) -> ClockOverride:
    case = made.case
    if actor.user is None:
        raise NotAllowed(_("Decisions are proposed by people."))
    if not case.is_open:
        raise NotAllowed(_("This case is closed: nothing moves its dates any more."))
    if len(reason.strip()) < MIN_REASON:
        raise NotAllowed(_("Write the reason in a sentence: it stays with the case."))
    if case.overrides.filter(status=DecisionStatus.PROPOSED).exists():
        raise NotAllowed(_("Another correction of this clock waits already. Decide on that one first."))
    made.reason, made.proposed_by, made.proposed_at = reason.strip(), actor.user, now
    made.before, made.after = dates_with(case, now=now), changed_by(made, now=now)
    made.save(force_insert=True)
    what = say("%(kind)s proposed", kind=OverrideKind(made.kind).label)
    story.tell(case=case, kind="override_proposed", what=what, actor=actor, now=now)
    _record(made, "clock.override_proposed", actor)
    return made


def why_not_decide(override: ClockOverride, user: User) -> str:
    """Return why this user may not decide, or the empty string."""
    if override.status != DecisionStatus.PROPOSED:
        return _("This was decided already.")
    if override.proposed_by_id == user.pk:
        return _("You proposed this. Somebody else has to decide.")
    return "" if override.case.is_open else _("This case was closed in the meantime.")


def _taken(override: ClockOverride, actor: Actor) -> User:
    """Lock the case, read the proposal anew, return who decides. Raises NotAllowed."""
    case = override.case
    story.lock(case)
    override.refresh_from_db()
    override.case = case
    if actor.user is None:
        raise NotAllowed(_("Decisions are made by people."))
    if refused := why_not_decide(override, actor.user):
        raise NotAllowed(refused)
    return actor.user


@transaction.atomic
def approve(*, override: ClockOverride, actor: Actor, now: datetime) -> None:
    """Agree: the dates are computed anew, the old evaluation stays, and the person reads why.

    Raises NotAllowed for the proposer, twice, and for a case that closed or was corrected meanwhile.
    """
    user, case = _taken(override, actor), override.case
    if override.was_received_at and override.was_received_at != case.received_at:
        raise NotAllowed(_("The time of receipt changed in the meantime. Propose it again."))
    override.status, override.decided_by, override.decided_at = DecisionStatus.APPROVED, user, now
    override.save(update_fields=["status", "decided_by", "decided_at"])
    if override.received_at:
        case.received_at = override.received_at
        case.save(update_fields=["received_at"])
    recompute(case=case, now=now, reason=f"override {override.kind}")
    what = say("%(kind)s approved", kind=OverrideKind(override.kind).label)
    story.tell(case=case, kind="override_approved", what=what, plain=_plain(override), actor=actor, now=now)
    fields = ("received_at",) if override.received_at else ()
    _record(override, "clock.override_approved", actor, fields)


def _plain(override: ClockOverride) -> Sentence:
    """Return what the person reads: what was corrected, what it was, and when the answer comes."""
    due = override.case.due_on
    if override.received_at and override.was_received_at:
        return say(
            "We corrected the day on which your request reached us: %(day)s, not %(was)s. You hear from us by"
            " %(due)s.",
            day=evaluating.local_day(override.received_at), due=due,
            was=evaluating.local_day(override.was_received_at),
        )  # fmt: skip
    return say(
        "The days on which we waited for you do count after all. You hear from us by %(due)s.", due=due
    )


@transaction.atomic
def send_back(*, override: ClockOverride, reason: str, actor: Actor, now: datetime) -> None:
    """Decline a proposal; nothing changes. Raises NotAllowed for the proposer and without a reason."""
    user = _taken(override, actor)
    if not reason.strip():
        raise NotAllowed(_("Say what should be different."))
    override.status, override.decided_by, override.decided_at = DecisionStatus.RETURNED, user, now
    override.return_reason = reason.strip()[:500]
    override.save(update_fields=["status", "decided_by", "decided_at", "return_reason"])
    what = say("%(kind)s sent back", kind=OverrideKind(override.kind).label)
    # Why stands with the proposal, encrypted; the timeline holds no words about people.
    story.tell(case=override.case, kind="override_returned", what=what, actor=actor, now=now)
    _record(override, "clock.override_returned", actor)


def _record(override: ClockOverride, action: str, actor: Actor, fields: Iterable[str] = ()) -> None:
    details: dict[str, Any] = {
        "override": str(override.pk), "kind": override.kind, "event": str(override.event_id or ""),
        "before": override.before, "after": override.after,
    }  # fmt: skip
    story.record(case=override.case, actor=actor, action=action, details=details, fields=tuple(fields))
