"""When an answer is due, and why. Pure: everything that decides stands in the arguments.

The order of computing is that of Regulation 1182/71: local date of receipt, period, clip to the month's end,
roll once over free days, end of that day. The earliest of law and promise binds. Readings of the law that are
not settled are switches of the profile; the conservative date is the earliest over all of them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dsar.rules.calendar import WEEKENDS_ONLY, Calendar, spoken
from dsar.rules.statutes import STATUTES, Period, Sum, statute_for

ENGINE = "clocks 1"
Calendars = Mapping[str, Calendar]
Switches = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that may move a date: `extension`, on the day its notice was sent."""

    kind: str
    on: date


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a date is computed from.

    `received_at`: aware, time of the sender's channel. `zone`: the company's reckoning zone. `calendar`:
    working days of this regime. `home`: the company is established where the regime is law. `promise_days`:
    None = statute only. `region_calendar`: the seat's own region, used by the switch regional_holidays.
    """

    regime: str
    right: str
    received_at: datetime
    zone: str
    calendar: str
    home: bool
    promise_days: int | None = None
    promise_source: str = "our policy"
    region_calendar: str = ""
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The answer. `due_on` binds; `conservative_on` is the earliest over all unsettled readings.

    `due_at` is the last moment of `due_on` with that day's offset. `last_day_to_extend` is None where no
    extension exists. `steps` are the sentences of "Why this date?".
    """

    obligation: str
    rule: str
    local_date: date
    zone: str
    statutory_on: date | None
    promised_on: date | None
    due_on: date
    due_at: datetime
    conservative_on: date
    ambiguity: str
    last_day_to_extend: date | None
    extension_valid: bool | None
    raw_on: date | None
    clipped: bool
    rolled: tuple[tuple[date, str], ...]
    alternatives: tuple[tuple[str, str, date], ...]
    warnings: tuple[str, ...]
    steps: tuple[Mapping[str, Any], ...]
    engine: str = field(default=ENGINE)

    def as_json(self) -> dict[str, Any]:
        """Return plain values; the same inputs give the same bytes in canonical JSON."""
        return {name: _plain(value) for name, value in asdict(self).items() if name != "steps"}


class NoDate(ValueError):
    """Neither a law nor a promise sets a date for this right here."""


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(v) for v in value] if isinstance(value, tuple) else value


def evaluate(obligation: str, inputs: Inputs, switches: Switches, calendars: Calendars) -> Evaluation:
    """Return when `obligation` (answer, confirm) is due.

    `switches` are the profile's readings of unsettled law by name; `calendars` holds the calendars named in
    `inputs` and by the switches (a missing one means weekends only, which is never later). Raises NoDate when
    nothing sets a date, ValueError for an event that this version does not know.
    """
    _check(inputs)
    law = _statutory(obligation, inputs, switches, calendars)
    promised = _promised(obligation, inputs)
    dates = [day for day in (law.due_on if law else None, promised) if day]
    if not dates:
        raise NoDate(f"Nothing sets a date for {inputs.right} under {inputs.regime}.")
    other = _alternatives(obligation, inputs, switches, calendars)
    due = min(dates)
    local = law.local_date if law else local_date(inputs.received_at, inputs.zone)
    zone = law.zone if law else inputs.zone
    return Evaluation(
        obligation=obligation,
        rule=law.rule if law else "promise",
        local_date=local,
        zone=zone,
        statutory_on=law.due_on if law else None,
        promised_on=promised,
        due_on=due,
        due_at=datetime.combine(due, time(23, 59, 59), ZoneInfo(zone)),
        conservative_on=min([due, *(day for _, _, day in other)]),
        ambiguity=_ambiguity(other),
        last_day_to_extend=law.first_due_on if law and law.can_extend else None,
        extension_valid=law.extension_valid if law else None,
        raw_on=law.raw_on if law else None,
        clipped=bool(law and law.clipped),
        rolled=law.rolled if law else (),
        alternatives=other,
        warnings=law.warnings if law else (),
        steps=_sentences(inputs, local, zone, law, promised, due),
    )


def local_date(moment: datetime, zone: str) -> date:
    """Return the calendar day of a moment in a zone; raises ValueError for a moment without offset."""
    if moment.tzinfo is None:
        raise ValueError("The time of receipt needs an offset from UTC.")
    return moment.astimezone(ZoneInfo(zone)).date()


def _check(inputs: Inputs) -> None:
    unknown = sorted({event.kind for event in inputs.events} - {"extension"})
    if unknown:
        raise ValueError(f"This version of the clocks does not know the event {unknown[0]!r}.")


def _statutory(obligation: str, inputs: Inputs, switches: Switches, calendars: Calendars) -> Sum | None:
    statute = statute_for(obligation, inputs.regime, inputs.right)
    if statute is None:
        return None
    zone = str(switches["ccpa_zone"]) if statute.regime == "ccpa" else inputs.zone
    period = Period(
        local_date=local_date(inputs.received_at, zone),
        zone=zone,
        home=inputs.home,
        calendar=_calendar(inputs, switches, calendars),
        extension_on=min((event.on for event in inputs.events), default=None),
    )
    return STATUTES[statute.kind](statute, period, switches, calendars)


def _calendar(inputs: Inputs, switches: Switches, calendars: Calendars) -> Calendar:
    regional = inputs.region_calendar if switches["regional_holidays"] == "with_region" else ""
    return calendars.get(regional or inputs.calendar, WEEKENDS_ONLY)


def _promised(obligation: str, inputs: Inputs) -> date | None:
    """A promise of N days: local date + N calendar days, never rolled, never paused."""
    if inputs.promise_days is None or obligation != "answer":
        return None
    return local_date(inputs.received_at, inputs.zone) + timedelta(days=inputs.promise_days)


READINGS: tuple[tuple[str, str, str, tuple[Any, ...]], ...] = (
    ("month", "roll_foreign_controller", "high", (True, False)),
    ("month", "extension_count", "low", ("from_start", "from_clipped")),
    ("month", "regional_holidays", "low", ("national", "with_region")),
    ("days", "ccpa_receipt_day", "low", (0, 1)),
    ("days", "ccpa_roll", "high", (False, True)),
    ("working_days", "ccpa_business_days", "high", ("monday_friday", "federal", "california")),
)


def _alternatives(
    obligation: str, inputs: Inputs, switches: Switches, calendars: Calendars
) -> tuple[tuple[str, str, date], ...]:
    """Return (reading, level, date) of the law's date under every other reading that moves it."""
    law = _statutory(obligation, inputs, switches, calendars)
    statute = statute_for(obligation, inputs.regime, inputs.right)
    found = []
    for kind, switch, level, values in READINGS if law and statute else ():
        for value in values if statute and kind == statute.kind else ():
            other = _statutory(obligation, inputs, {**switches, switch: value}, calendars)
            if law and other and value != switches[switch] and other.due_on != law.due_on:
                found.append((f"{switch}: {value}", level, other.due_on))
    return (*found, *_other_zone(obligation, inputs, switches, calendars, law))


def _other_zone(
    obligation: str, inputs: Inputs, switches: Switches, calendars: Calendars, law: Sum | None
) -> list[tuple[str, str, date]]:
    if law is None or law.zone == inputs.zone:
        return []
    other = _statutory(obligation, inputs, {**switches, "ccpa_zone": inputs.zone}, calendars)
    return [("ccpa_zone: seat", "low", other.due_on)] if other and other.due_on != law.due_on else []


def _ambiguity(alternatives: tuple[tuple[str, str, date], ...]) -> str:
    """Return none, low or high: the least settled reading that moves the law's date."""
    levels = {level for _, level, _ in alternatives}
    return "high" if "high" in levels else "low" if "low" in levels else "none"


def _step(text: str, day: date, source: str = "", **more: Any) -> dict[str, Any]:
    return {"text": text, "date": day.isoformat(), "source": source, **more}


def _sentences(
    inputs: Inputs, local: date, zone: str, law: Sum | None, promised: date | None, due: date
) -> tuple[dict[str, Any], ...]:
    steps = [_step(f"We received your request on {spoken(local)} ({zone.replace('_', ' ')}).", local)]
    steps += [_step(text, day, law.source) for text, day in law.sentences] if law else []
    if promised:
        steps.append(
            _step(f"We promise an answer within {inputs.promise_days} days.", promised, inputs.promise_source)
        )
    if law is None:
        steps.append(_step("No law sets a date here: our promise binds us.", due, total=True))
    elif promised is None:
        steps.append(_step("We promise no shorter time: the law's date binds us.", due, total=True))
    else:
        steps.append(_step("The earlier date binds us.", due, total=True))
    return tuple(steps)
