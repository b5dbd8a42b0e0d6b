"""The derivation of a date as sentences, in the order of computing."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from dsar.rules.calendar import SATURDAY, end_of
from dsar.rules.clocks import statutory
from dsar.rules.clocks.facts import Evaluation, Inputs, Refused, Switches
from dsar.rules.clocks.statutory import Count
from dsar.rules.clocks.wording import step

Step = Mapping[str, Any]


def sentences(made: Evaluation, found: Count | None, inputs: Inputs, switches: Switches) -> tuple[Step, ...]:
    """Return the steps from the receipt to the date that binds; same facts, same bytes."""
    steps = [_received(made, found, inputs)]
    if found:
        steps += _law(found, switches)
        steps += [_refused(one, found.law.source) for one in found.reading.refused]
        for pause in found.reading.waiting:
            steps.append(step(f"open_{pause.topic}", found.on, asked=pause.asked))
    steps += _promise(made, found, inputs, switches)
    steps.append(_total(made))
    return tuple(_each_source_once(steps))


def _each_source_once(steps: Iterable[Step]) -> Iterator[Step]:
    """Name a source where it first speaks: the steps that follow from it need not repeat it."""
    last = ""
    for one in steps:
        source = one["source"]
        yield {**one, "source": ""} if source and source == last else one
        last = source or last


def place(zone: str) -> str:
    """Return a zone as people read it."""
    return zone.replace("_", " ")


def _received(made: Evaluation, found: Count | None, inputs: Inputs) -> Step:
    if found and found.law.kind == "hours":
        moment = inputs.received_at.astimezone(found.at.tzinfo)
        return step(
            "aware", made.local_date, moment=f"{moment:%d %B %Y, %H:%M}".lstrip("0"), zone=place(made.zone)
        )
    return step("received", made.local_date, day=made.local_date, zone=place(made.zone))


def _law(found: Count, switches: Switches) -> Iterator[Step]:
    law, reading = found.law, found.reading
    if reading.why != "received":
        yield step(reading.why, reading.start, law.source, day=reading.start)
    if not found.longer:
        yield step(law.says, None if _is_stretched(found) else _first_of(found), law.source, n=law.length)
    if law.kind == "hours":
        yield from _hours(found, switches)
    yield from _waits(found)
    if found.longer:
        assert reading.notice is not None
        yield step("extended", reading.notice, law.source, day=reading.notice)
        code = "law_months_longer" if law.kind == "month" else "law_days_longer"
        yield step(code, found.raw_on, law.source, n=law.extended)
    yield from _clip(found)
    if days := reading.days(longer=found.longer):
        yield step("paused_days", None, law.source, n=days)
        yield step("excluded", found.unrolled_on, day=found.unrolled_on)
    yield from _roll(found)
    if found.sooner:
        yield step(f"sooner_{found.sooner.kind}", found.on, law.source, day=found.sooner.on)


def _hours(found: Count, switches: Switches) -> Iterator[Step]:
    """Say the reading of Regulation 1182/71 that a profile chose, where it moves the end."""
    if switches["breach_hours"] == "first_hour_not_counted":
        yield step("law_breach_next_hour", None, "Regulation 1182/71, Article 3(1)")
    if _is_stretched(found):
        yield step("law_breach_two_days", found.on, "Regulation 1182/71, Article 3(5)", day=found.on)


def _is_stretched(found: Count) -> bool:
    """Whether a period in hours ends with a day, because it has to hold two working days."""
    return bool(found.hour and found.hour == end_of(found.on, found.zone))


def _first_of(found: Count) -> date:
    return found.on if found.law.kind in ("business", "hours") else found.raw_on


def _waits(found: Count) -> Iterator[Step]:
    for pause in found.reading.used:
        if pause.answered and found.reading.why != f"restart_{pause.topic}":
            code = f"paused_{pause.topic}"
            yield step(code, None, found.law.source, asked=pause.asked, answered=pause.answered)


def _clip(found: Count) -> Iterator[Step]:
    if statutory.clipped(found):
        yield step("clipped", found.raw_on, n=found.reading.start.day)


def _roll(found: Count) -> Iterator[Step]:
    skipped = statutory.rolled(found)
    for day, name in skipped:
        if day.weekday() >= SATURDAY:
            yield step("free_weekend", None, day=day)
        else:
            yield step("free_holiday", None, day=day, name=name)
    if skipped:
        yield step("rolled", found.on, day=found.on)
    for code in statutory.coverage(found):
        assert found.calendar is not None
        yield step("calendar_short", None, calendar=code, day=found.calendar.through)


def _refused(one: Refused, source: str) -> Step:
    if one.why.startswith("refused_extension") or one.why == "refused_processor":
        return step(one.why, None, source, day=one.on)
    return step(one.why, None, source, day=one.on, what=one.kind)


def _promise(made: Evaluation, found: Count | None, inputs: Inputs, switches: Switches) -> Iterator[Step]:
    special = switches["promise_combine"] == "special" and inputs.special
    promise = inputs.special if special else inputs.promise
    if made.promised_on and promise:
        if (
            found
            and switches["promise_pause"] == "as_statute"
            and (made.excluded_days or found.reading.why != "received")
        ):
            yield step("promise_paused", None, promise.source)
        yield step("promise_days", made.promised_on, promise.source, n=promise.days)
    elif promise and found and found.longer and made.obligation == "answer":
        yield step("promise_ended", None, promise.source)
    if made.platform_on:
        yield step("platform_term", made.platform_on, inputs.platform_source, n=inputs.platform_days)


def _total(made: Evaluation) -> Step:
    if made.due_on is None:
        return step("nothing", None, total=True)
    if not made.binds:
        return step("target", made.due_on, total=True, day=made.due_on)
    sides = {
        "law": made.statutory_on, "promise": made.promised_on, "platform": made.platform_on,
    }  # fmt: skip
    given = [name for name, day in sides.items() if day]
    code = f"binds_{given[0]}" if len(given) == 1 else "binds_earliest"
    return step(code, made.due_on, total=True)
