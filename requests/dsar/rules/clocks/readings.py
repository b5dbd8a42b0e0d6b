"""The date under every reading of the law that is not settled, and the earliest over all of them together."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from typing import Any

from dsar.rules.clocks.facts import ASKED, EXTENSION, Alternative, Calendars, Inputs, Switches
from dsar.rules.clocks.pack import READINGS, Law
from dsar.rules.clocks.pauses import pairs_of
from dsar.rules.clocks.statutory import Count, count

LOW = {("breach_hours", "first_hour_not_counted")}
# Fewer days that do not count never give a later date: of these readings the careful one is known.
FEWEST: Mapping[str, tuple[Any, ...]] = {
    "eu_identity_pause": ("none",),
    "eu_identity_prompt_working_days": (1,),
    "eu_clarification": ("none",),
    "eu_fee": ("none",),
    "uk_clarification_days": ("elapsed",),
    "uk_same_day_answer": (0,),
}
LIMIT = 256  # combinations tried for the conservative date; more than six readings never touch one case


def touching(law: Law, inputs: Inputs) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Yield (switch, level, readings) of what is unsettled for this law and these facts."""
    for switch in _switches(law, inputs):
        level, values = READINGS[switch]
        yield switch, level, values or (inputs.zone,)


def _switches(law: Law, inputs: Inputs) -> Iterator[str]:
    if law.kind in ("month", "complaint") and inputs.region_calendar:
        yield "regional_holidays"
    if law.kind == "month":
        yield from _of_months(law, inputs)
    elif law.kind == "days":
        yield from ("ccpa_receipt_day", "ccpa_roll")
    elif law.kind == "business":
        yield "ccpa_business_days"
    elif law.kind == "complaint":
        yield "complaint_ack_roll"
    else:
        yield "breach_hours"
    if law.regime == "ccpa" and not inputs.fixed_zone:
        yield "ccpa_zone"


def _of_months(law: Law, inputs: Inputs) -> Iterator[str]:
    if not inputs.home:
        yield "roll_foreign_controller"
    if law.obligation != "answer":
        return
    kinds = {event.kind for event in inputs.events}
    topics = {ASKED[kind] for kind in kinds if kind in ASKED}
    access = inputs.right == "access"
    if law.regime == "eu_gdpr":
        if EXTENSION in kinds:
            yield "extension_count"
        if topics & {"identity", "fee"} or (access and topics):
            yield from ("eu_identity_pause", "eu_identity_prompt_working_days")
        if access and "clarification" in topics:
            yield "eu_clarification"
        if "fee" in topics:
            yield "eu_fee"
    elif access and "clarification" in topics:
        yield from ("uk_clarification_days", "uk_same_day_answer")


def alternatives(
    law: Law, chosen: Count, inputs: Inputs, switches: Switches, calendars: Calendars
) -> tuple[Alternative, ...]:
    """Return the law's date under each other reading that alone moves it."""
    found: list[Alternative] = []
    paired = pairs_of(inputs.events)
    for switch, level, values in touching(law, inputs):
        for value in values:
            if value == switches[switch]:
                continue
            other = count(law, inputs, {**switches, switch: value}, calendars, paired)
            if (other.on, other.hour) != (chosen.on, chosen.hour):
                words = f"{switch}: {'seat' if switch == 'ccpa_zone' else _plain(value)}"
                grade = "low" if (switch, value) in LOW else level
                found.append(Alternative(words, grade, other.on))
    return tuple(found)


def _plain(value: Any) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def conservative(law: Law, chosen: Count, inputs: Inputs, switches: Switches, calendars: Calendars) -> date:
    """Return the earliest date over all combinations of readings that touch the case."""
    sets = [
        [(switch, value) for value in FEWEST.get(switch) or dict.fromkeys((switches[switch], *values))]
        for switch, _, values in touching(law, inputs)
    ]
    earliest, paired = chosen.on, pairs_of(inputs.events)
    if not sets:
        return earliest
    for number, combined in enumerate(product(*sets)):
        if number >= LIMIT:
            break
        earliest = min(earliest, count(law, inputs, {**switches, **dict(combined)}, calendars, paired).on)
    return earliest
