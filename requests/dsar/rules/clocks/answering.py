"""Periods that end with something done: answer, confirmation, acknowledgement, notice, breach."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from dsar.rules.calendar import add_months, end_of, local_date
from dsar.rules.clocks import readings, statutory
from dsar.rules.clocks.derivation import sentences
from dsar.rules.clocks.facts import (
    ANSWERED,
    ASKED,
    Alternative,
    Calendars,
    Evaluation,
    Event,
    Inputs,
    NoSuchClock,
    Promise,
    Switches,
)
from dsar.rules.clocks.pack import law_for, regimes_of
from dsar.rules.clocks.statutory import Count

PROMISED = ("answer", "promise_rights_response")


def evaluate_answer(obligation: str, inputs: Inputs, switches: Switches, calendars: Calendars) -> Evaluation:
    """Return when something is due, by statute, promise, platform and our own aim, each apart.

    Raises NoSuchClock for an obligation that this regime does not know.
    """
    known = regimes_of(obligation)
    if known and obligation not in PROMISED and inputs.regime not in known:
        raise NoSuchClock(f"{obligation} exists under {' and '.join(known)}, not under {inputs.regime}.")
    law = law_for(obligation, inputs.regime, inputs.right)
    found = statutory.count(law, inputs, switches, calendars) if law else None
    zone = found.zone if found and found.law.regime == "ccpa" else inputs.zone
    local = found.local if found else local_date(inputs.received_at, zone)
    promised = promise_date(inputs, switches, found) if obligation in PROMISED else None
    platform = _platform(inputs) if obligation == "answer" else None
    binding = [day for day in (found.on if found else None, promised, platform) if day]
    target = _target(inputs) if obligation == "answer" else None
    due = min(binding, default=target)
    made = Evaluation(
        obligation=obligation, rule=found.law.rule if found else "promise" if promised else "none",
        regime=inputs.regime, right=inputs.right, local_date=local, zone=zone,
        start_on=found.reading.start if found else local,
        start_reason=found.reading.why if found else "received",
        binds=bool(binding), statutory_on=found.on if found else None, promised_on=promised,
        platform_on=platform, target_on=target, due_on=due,
        due_at=end_of(due, zone) if due else None, conservative_on=due,
    )  # fmt: skip
    made = _with_law(made, found, inputs, switches, calendars) if found else _lawless(made, inputs)
    made = replace(made, alternatives=(*made.alternatives, *_of_promise(made, inputs, switches, found)))
    steps = sentences(made, found, inputs, switches)
    return replace(made, steps=steps, ambiguity=_ambiguity(made.alternatives))


def _with_law(
    made: Evaluation, found: Count, inputs: Inputs, switches: Switches, calendars: Calendars
) -> Evaluation:
    law, reading = found.law, found.reading
    careful = readings.conservative(law, found, inputs, switches, calendars)
    at = found.at if law.kind == "hours" and made.due_on == found.on else made.due_at
    return replace(
        made,
        due_at=at,
        conservative_on=min(careful, made.due_on) if made.due_on else careful,
        last_day_to_extend=found.first_on if law.extended else None,
        refusal_by_on=found.first_on if law.refusal else None,
        extension_valid=_extension_valid(found, inputs),
        pause_valid=pause_valid(found, inputs.events),
        excluded_days=reading.days(longer=found.longer),
        used=_used(found),
        refused=tuple(reading.refused),
        open_pauses=tuple(reading.waiting),
        if_answered_today_on=_if_answered_today(found, inputs, switches, calendars),
        raw_on=found.raw_on,
        clipped=statutory.clipped(found),
        rolled=statutory.rolled(found),
        alternatives=readings.alternatives(law, found, inputs, switches, calendars),
        warnings=statutory.coverage(found),
    )


def _lawless(made: Evaluation, inputs: Inputs) -> Evaluation:
    """Without a law nothing pauses and nothing is longer."""
    kinds = {event.kind for event in inputs.events}
    return replace(
        made,
        extension_valid=False if "extension_notice" in kinds else None,
        pause_valid=False if kinds & {*ASKED, *ANSWERED} else None,
    )


def _extension_valid(found: Count, inputs: Inputs) -> bool | None:
    told = any(event.kind == "extension_notice" for event in inputs.events)
    return found.longer if told else None


def pause_valid(found: Count, events: tuple[Event, ...]) -> bool | None:
    """Return whether every question of ours stops or restarts this clock; None where none was asked."""
    if not any(event.kind in ASKED or event.kind in ANSWERED for event in events):
        return None
    held = {
        one.kind for one in found.reading.refused
        if (one.kind in ASKED or one.kind in ANSWERED) and one.why != "refused_reminder"
    }  # fmt: skip
    return not held


def _used(found: Count) -> tuple[Event, ...]:
    kind = {topic: kind for kind, topic in ASKED.items()}
    reply = {topic: kind for kind, topic in ANSWERED.items()}
    events = []
    for pause in found.reading.used:
        events.append(Event(kind[pause.topic], pause.asked))
        if pause.answered:
            events.append(Event(reply[pause.topic], pause.answered))
    if found.reading.notice:
        events.append(Event("extension_notice", found.reading.notice))
    return tuple([*events, found.sooner] if found.sooner else events)


def _if_answered_today(found: Count, inputs: Inputs, switches: Switches, calendars: Calendars) -> date | None:
    """Return the law's date if every open question were answered today."""
    if not found.reading.waiting or inputs.today is None:
        return None
    reply = {topic: kind for kind, topic in ANSWERED.items()}
    answers = [
        Event(reply[pause.topic], inputs.today)
        for pause in found.reading.waiting
        if pause.asked <= inputs.today
    ]
    answered = replace(inputs, events=(*inputs.events, *answers))
    return statutory.count(found.law, answered, switches, calendars).on


def promise_date(inputs: Inputs, switches: Switches, found: Count | None) -> date | None:
    """Return the promised day: local date and period, never rolled; paused or ended only by switch."""
    special = switches["promise_combine"] == "special" and inputs.special
    promise = inputs.special if special else inputs.promise
    if promise is None or (found and found.longer and switches["promise_after_extension"] == "discharged"):
        return None
    zone = found.zone if found and found.law.regime == "ccpa" else inputs.zone
    start, waited = local_date(inputs.received_at, zone), 0
    if found and switches["promise_pause"] == "as_statute":
        start, waited = found.reading.start, found.reading.days(longer=found.longer)
    return after(promise, start) + timedelta(days=waited)


def after(promise: Promise, start: date) -> date:
    """Return the last day of a promised period: months clip, days are calendar days."""
    return add_months(start, promise.months) + timedelta(days=promise.days)


def _platform(inputs: Inputs) -> date | None:
    if inputs.platform_days is None:
        return None
    return local_date(inputs.received_at, inputs.zone) + timedelta(days=inputs.platform_days)


def _target(inputs: Inputs) -> date | None:
    if inputs.target_days is None:
        return None
    return local_date(inputs.received_at, inputs.zone) + timedelta(days=inputs.target_days)


def _of_promise(
    made: Evaluation, inputs: Inputs, switches: Switches, found: Count | None
) -> Iterator[Alternative]:
    """Yield the binding date under each other reading of the promise that moves it."""
    if made.promised_on is None and inputs.promise is None:
        return
    tried: dict[str, tuple[Any, ...]] = {
        "promise_combine": ("min", "special"),
        "promise_after_extension": ("binding", "discharged"),
        "promise_pause": ("none", "as_statute"),
    }
    for switch, values in tried.items():
        for value in values:
            promised = promise_date(inputs, {**switches, switch: value}, found)
            days = [day for day in (made.statutory_on, promised, made.platform_on) if day]
            due = min(days, default=None)
            if value != switches[switch] and due and due != made.due_on:
                yield Alternative(f"{switch}: {value}", "high", due)


def _ambiguity(alternatives: tuple[Alternative, ...]) -> str:
    """Return none, low or high: the least settled reading that moves a date."""
    levels = {one.level for one in alternatives}
    return "high" if "high" in levels else "low" if "low" in levels else "none"
