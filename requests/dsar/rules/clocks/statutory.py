"""The law's own date: beginning, period, days that do not count, one roll, extension; in this order."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dsar.rules.calendar import (
    WEEKENDS_ONLY,
    Calendar,
    add_months,
    add_working_days,
    clips,
    end_of,
    local_date,
    roll,
)
from dsar.rules.clocks import pauses
from dsar.rules.clocks.breach import breach_end
from dsar.rules.clocks.facts import SOONER, Calendars, Event, Inputs, Refused, Switches
from dsar.rules.clocks.pack import Law
from dsar.rules.clocks.pauses import Paired, Reading

OTHERS = ("processor_aware", *SOONER)
BUSINESS = {"federal": "US-FED", "california": "US-CA"}


@dataclass(slots=True)
class Count:
    """A counted period. `first_on` ends it without an extension; `on` is where it ends.

    `raw_on`: the end before days that do not count; `unrolled_on`: with them, before it rolls.
    """

    law: Law
    zone: str
    local: date
    calendar: Calendar | None
    reading: Reading
    raw_on: date
    unrolled_on: date
    first_on: date
    on: date
    hour: datetime | None = None
    sooner: Event | None = None

    @property
    def at(self) -> datetime:
        """Return the last moment: the hour of a period in hours, else the end of the day."""
        return self.hour or end_of(self.on, self.zone)

    @property
    def longer(self) -> bool:
        """Whether an extension holds."""
        return self.reading.notice is not None


def zone_of(law: Law, inputs: Inputs, switches: Switches) -> str:
    """Return the reckoning zone: California's for its law, unless the caller fixed one."""
    if law.regime == "ccpa" and not inputs.fixed_zone:
        return str(switches["ccpa_zone"])
    return inputs.zone


def count(
    law: Law, inputs: Inputs, switches: Switches, calendars: Calendars, paired: Paired | None = None
) -> Count:
    """Return when `law` ends for these facts under these readings.

    `paired`: the questions and answers among the events, where they are known already. Raises ValueError for
    a moment without an offset.
    """
    zone = zone_of(law, inputs, switches)
    local = local_date(inputs.received_at, zone)
    over = _rolls_over(law, inputs, switches, calendars)

    def raw(found: Reading, *, longer: bool) -> date:
        return _raw(law, found.start, switches, calendars, longer=longer)

    def end(found: Reading, *, longer: bool) -> date:
        return _rolled(raw(found, longer=longer) + timedelta(days=found.days(longer=longer)), over)

    reading = pauses.read(
        law, local, inputs.right, inputs.events, paired or pauses.pairs_of(inputs.events), switches,
        working_calendar(inputs, switches, calendars), end,
    )  # fmt: skip
    longer = reading.notice is not None
    first, on = end(reading, longer=False), end(reading, longer=longer)
    unrolled = raw(reading, longer=longer) + timedelta(days=reading.days(longer=longer))
    found = Count(law, zone, local, over, reading, raw(reading, longer=longer), unrolled, first, on)
    return _finished(found, inputs, switches, calendars)


def _finished(found: Count, inputs: Inputs, switches: Switches, calendars: Calendars) -> Count:
    """Apply what is particular to breaches and to Article 14."""
    _others(found, inputs)
    if found.law.kind == "hours":
        calendar = working_calendar(inputs, switches, calendars)
        found.hour = breach_end(inputs.received_at, found.zone, found.law.length, switches, calendar)
        found.raw_on = found.unrolled_on = found.first_on = found.on = found.hour.date()
    if found.law.obligation == "art14_information":
        known = [event for event in inputs.events if event.kind in SOONER and event.on >= found.local]
        first = min(known, key=lambda event: (event.on, event.kind), default=None)
        if first and first.on < found.on:
            found.sooner, found.on = first, first.on
    return found


def _others(found: Count, inputs: Inputs) -> None:
    """Say of every other event that it has no part in this period."""
    known = {event for event in inputs.events if event.kind in OTHERS}
    for event in sorted(known, key=lambda one: (one.on, one.kind)):
        if event.kind == "processor_aware":
            why = "refused_processor" if found.law.kind == "hours" else "refused_other_clock"
            found.reading.refused.append(Refused(event.kind, event.on, why))
        elif found.law.obligation != "art14_information":
            found.reading.refused.append(Refused(event.kind, event.on, "refused_other_clock"))


def _raw(law: Law, start: date, switches: Switches, calendars: Calendars, *, longer: bool = False) -> date:
    """Return where the period ends before days that do not count, and before it rolls."""
    length = (law.extended or law.length) if longer else law.length
    if law.kind == "month":
        if longer and law.regime == "eu_gdpr" and switches["extension_count"] == "from_clipped":
            return add_months(add_months(start, law.length), length - law.length)
        return add_months(start, length)
    if law.kind == "business":
        return add_working_days(start, length, business_calendar(switches, calendars))
    if law.kind == "days":
        return start + timedelta(days=length - int(switches["ccpa_receipt_day"]))
    return start + timedelta(days=length if law.kind == "complaint" else 0)


def clipped(found: Count) -> bool:
    """Whether the period ended with a month that was too short."""
    law = found.law
    length = (law.extended or law.length) if found.longer else law.length
    return law.kind == "month" and clips(found.reading.start, length)


def _rolled(raw: date, calendar: Calendar | None) -> date:
    return raw + timedelta(days=len(roll(raw, calendar))) if calendar else raw


def _rolls_over(law: Law, inputs: Inputs, switches: Switches, calendars: Calendars) -> Calendar | None:
    """Return the calendar over whose free days the end moves, or None where it stays."""
    if law.kind in ("hours", "business"):
        return None
    if law.kind == "days":
        rolls = switches["ccpa_roll"]
    elif law.kind == "complaint":
        rolls = switches["complaint_ack_roll"]
    else:
        rolls = switches["roll_home_controller" if inputs.home else "roll_foreign_controller"]
    if not rolls:
        return None
    if law.kind == "days" and not inputs.fixed_calendar:
        return calendars.get("US-CA", WEEKENDS_ONLY)
    return working_calendar(inputs, switches, calendars)


def working_calendar(inputs: Inputs, switches: Switches, calendars: Calendars) -> Calendar:
    """Return the free days of the place of performance: the national list, or the region's by switch."""
    regional = inputs.region_calendar if switches["regional_holidays"] == "with_region" else ""
    return calendars.get(regional or inputs.calendar, WEEKENDS_ONLY)


def business_calendar(switches: Switches, calendars: Calendars) -> Calendar:
    """Return the days that are no business days in California: weekends, by switch holidays too."""
    code = BUSINESS.get(str(switches["ccpa_business_days"]), "NONE")
    return calendars.get(code, WEEKENDS_ONLY)


def rolled(found: Count) -> tuple[tuple[date, str], ...]:
    """Return the free days that the end moved over, with why they are free."""
    if found.calendar is None or found.sooner is not None:
        return ()
    return tuple(roll(found.unrolled_on, found.calendar))


def coverage(found: Count) -> tuple[str, ...]:
    """Return the code of the calendar whose data end before the date, if any."""
    calendar = found.calendar
    return (calendar.code,) if calendar and found.on > calendar.through else ()
