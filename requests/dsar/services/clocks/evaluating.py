"""The rules fed from the profile, the calendars and the facts of a case."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from config.profile import Profile, active_profile
from correspondence.models import Letter
from dsar.enums import ClockEventKind
from dsar.models import Case, ClockEvent
from dsar.rules import clocks
from dsar.rules.clocks import ANSWERED, ASKED, Evaluation, Event, Inputs, law_for
from dsar.rules.holidays import canonical
from dsar.rules.transitions import NotAllowed
from dsar.services.clocks import calendars
from dsar.services.reckoning import promised

CONFIRMING = ("confirm", "complaint_acknowledgement")
Terms = tuple[int, str]
# Filled by whoever knows the terms of platforms: (case) -> (days, source), or None. The strictest counts.
platform_terms: list[Callable[[Case], Terms | None]] = []


@dataclass(frozen=True)
class Answer:
    """When somebody would hear from us. `why`: [{text, on, source, total?}]."""

    due_on: date
    why: list[dict[str, Any]]


def inputs_of(
    profile: Profile,
    *,
    right: str,
    regime: str,
    received_at: datetime,
    events: Iterable[Event] = (),
    today: date | None = None,
    terms: Terms | None = None,
) -> Inputs:
    """Return what a date is computed from, as this company's profile has it."""
    promise, special = promised.of_answer(profile, right, regime)
    seat, home = profile.identity.seat, profile.is_home(regime)
    return Inputs(
        regime=regime,
        right=right,
        received_at=received_at,
        zone=profile.clocks.zone,
        calendar=canonical(profile.calendar_for(regime)),
        home=home,
        promise=promise,
        special=special,
        platform_days=terms[0] if terms else None,
        platform_source=terms[1] if terms else "",
        target_days=profile.cases.answer_target_days,
        region_calendar=f"{seat.country}-{seat.region}" if home and seat.region else "",
        events=tuple(events),
        today=today,
    )


def switches_of(profile: Profile) -> Mapping[str, Any]:
    """Return the profile's readings of unsettled law."""
    return profile.clocks.switches.model_dump()


def calendars_for(inputs: Inputs) -> clocks.Calendars:
    """Return the calendars that these inputs may ask for."""
    more = ("US-FED", "US-CA") if inputs.regime == "ccpa" else ()
    return calendars.current((inputs.calendar, inputs.region_calendar, *more))


def obligations_of(right: str, regime: str) -> list[str]:
    """Return what has a date in a case of this right: the confirmation of receipt first, the answer last."""
    known = [name for name in CONFIRMING if law_for(name, regime, right)]
    return [*known, "answer"]


def evaluate_case(
    profile: Profile, inputs: Inputs, *, offered: bool = True
) -> tuple[list[Evaluation], clocks.Calendars]:
    """Return the dates of every obligation, the answer last, and the calendars used.

    Raises NotAllowed when nothing sets a date for a right that people there are not offered.
    """
    found = calendars_for(inputs)
    switches = switches_of(profile)
    made = [
        clocks.evaluate(name, inputs, switches, found) for name in obligations_of(inputs.right, inputs.regime)
    ]
    if not made[-1].binds and not offered:
        raise NotAllowed(_("Our policy does not offer this where you live, and no law there asks for it."))
    return made, found


def is_offered(profile: Profile, right: str, regime: str) -> bool:
    """Whether the policy offers a right under a regime."""
    return right in {one.value for one in profile.rights_for(regime)}


def answer_date(
    *, right: str, country: str, region: str, received_at: datetime, now: datetime
) -> Answer | None:
    """Return when somebody who asks now would hear from us, or None when the right is not offered there."""
    del now
    profile = active_profile()
    regime = profile.regime_for(country or None, region or None).value
    inputs = inputs_of(profile, right=right, regime=regime, received_at=received_at)
    try:
        made, _ = evaluate_case(profile, inputs, offered=is_offered(profile, right, regime))
    except NotAllowed:
        return None
    answer = made[-1]
    assert answer.due_on is not None
    steps = [{**step, "on": _on(step)} for step in answer.steps]
    return Answer(answer.due_on, steps)


def _on(step: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(step["date"]) if step["date"] else None


def local_day(moment: datetime) -> date:
    """Return the day of a moment in the company's reckoning zone."""
    return moment.astimezone(ZoneInfo(active_profile().clocks.zone)).date()


def facts_of(case: Case, today: date, *, without: Iterable[UUID] = ()) -> tuple[Event, ...]:
    """Return the events of a case. A notice of ours counts on the day on which its letter really left.

    A letter that has not left yet counts as sent `today`: waiting does not keep a period open. Left out are
    pauses that an officer overrode and those of `without`, each with its answer.
    """
    gone = {*(one.event_id for one in case.overrides.all() if one.status == "approved"), *without}
    stored = _without(list(case.clock_events.all()), gone)
    kind = ClockEventKind.EXTENSION_NOTICE
    notices = [one.letter_id for one in stored if one.kind == kind and one.letter_id]
    sent = dict(Letter.objects.filter(pk__in=notices).values_list("pk", "sent_at")) if notices else {}
    return tuple(Event(one.kind, _day_of(one, sent, today)) for one in stored)


def _without(events: list[ClockEvent], gone: Collection[UUID | None]) -> list[ClockEvent]:
    """Leave out questions and the first answer that came to each."""
    left = [event for event in events if event.pk not in gone]
    for asked in (event for event in events if event.pk in gone):
        answers = (one for one in left if ANSWERED.get(one.kind) == ASKED[asked.kind] and one.on >= asked.on)
        first = min(answers, key=lambda one: (one.on, one.recorded_at), default=None)
        left = [one for one in left if one is not first]
    return left


def _day_of(event: ClockEvent, sent: Mapping[Any, datetime | None], today: date) -> date:
    if event.letter_id not in sent:
        return event.on
    at = sent[event.letter_id]
    return max(event.on, local_day(at) if at else today)


def terms_of(case: Case) -> Terms | None:
    """Return the strictest term of the platforms of a case, or None."""
    return min((terms for source in platform_terms if (terms := source(case))), default=None)
