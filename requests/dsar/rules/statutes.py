"""The periods that laws set for answering, as data, and the three ways of counting them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dsar.rules.calendar import WEEKENDS_ONLY, Calendar, add_months, add_working_days, clips, roll, spoken


@dataclass(frozen=True, slots=True)
class Statute:
    """One period. `length` and `extended` are months, calendar days or working days according to `kind`."""

    rule: str
    regime: str
    obligation: str
    kind: str
    length: int
    extended: int | None
    rights: frozenset[str] | None
    source: str
    says: str


@dataclass(frozen=True, slots=True)
class Period:
    """From when, and in whose calendar, a period is counted."""

    local_date: date
    zone: str
    home: bool
    calendar: Calendar
    extension_on: date | None


@dataclass(frozen=True, slots=True)
class Sum:
    """A counted period with its derivation; `first_due_on` is the end without an extension."""

    rule: str
    source: str
    local_date: date
    zone: str
    raw_on: date
    clipped: bool
    rolled: tuple[tuple[date, str], ...]
    first_due_on: date
    due_on: date
    can_extend: bool
    extension_valid: bool | None
    warnings: tuple[str, ...]
    sentences: tuple[tuple[str, date], ...]


def _rights(words: str) -> frozenset[str]:
    return frozenset(words.split())


_KNOW = _rights("access know_categories portability rectification deletion")
_OPT_OUT = _rights("opt_out limit")
LAWS = (
    Statute(
        "eu_gdpr.art_12_3", "eu_gdpr", "answer", "month", 1, 3, None,
        "GDPR, Article 12(3); Regulation 1182/71", "The law gives one calendar month.",
    ),
    Statute(
        "uk_gdpr.art_12a", "uk_gdpr", "answer", "month", 1, 3, None,
        "UK GDPR, Article 12A", "The law gives one calendar month.",
    ),
    Statute(
        "ccpa.7021_b", "ccpa", "answer", "days", 45, 90, _KNOW,
        "11 CCR 7021(b)", "The law gives 45 days.",
    ),
    Statute(
        "ccpa.7026_7027", "ccpa", "answer", "working_days", 15, None, _OPT_OUT,
        "11 CCR 7026, 7027", "The law gives at most 15 business days.",
    ),
    Statute(
        "ccpa.7021_a", "ccpa", "confirm", "working_days", 10, None, _KNOW,
        "11 CCR 7021(a)", "We must confirm receipt within 10 business days.",
    ),
)  # fmt: skip


def statute_for(obligation: str, regime: str, right: str) -> Statute | None:
    """Return the law's period for a right under a regime, or None when the law sets none."""
    fitting = (law for law in LAWS if (law.regime, law.obligation) == (regime, obligation))
    return next((law for law in fitting if law.rights is None or right in law.rights), None)


def _month(law: Statute, period: Period, switches: Mapping[str, Any], _: Mapping[str, Calendar]) -> Sum:
    """Same day number next month, clipped; then rolled once, never an intermediate date."""
    rolls = bool(switches["roll_home_controller" if period.home else "roll_foreign_controller"])
    calendar = period.calendar if rolls else None
    raw = add_months(period.local_date, law.length)
    sentences = [(law.says, raw)]
    if clips(period.local_date, law.length):
        sentences.append((f"{raw:%B} has no day {period.local_date.day}: the month ends the period.", raw))
    first, skipped = _rolled(raw, calendar, sentences)
    from_clipped = switches["extension_count"] == "from_clipped"
    longest = add_months(raw, (law.extended or 0) - law.length) if from_clipped else None
    return _extended(
        law, period, raw, first, skipped, calendar, sentences,
        longest or add_months(period.local_date, law.extended or law.length),
        clipped=clips(period.local_date, law.length),
    )  # fmt: skip


def _days(
    law: Statute, period: Period, switches: Mapping[str, Any], calendars: Mapping[str, Calendar]
) -> Sum:
    """Calendar days from receipt, day 0 or day 1 by switch; rolled only when the switch says so."""
    start = period.local_date - timedelta(days=int(switches["ccpa_receipt_day"]))
    calendar = calendars.get("US-CA", WEEKENDS_ONLY) if switches["ccpa_roll"] else None
    raw = start + timedelta(days=law.length)
    sentences = [(law.says, raw)]
    first, skipped = _rolled(raw, calendar, sentences)
    longest = start + timedelta(days=law.extended or law.length)
    return _extended(law, period, raw, first, skipped, calendar, sentences, longest)


def _working_days(
    law: Statute, period: Period, switches: Mapping[str, Any], calendars: Mapping[str, Calendar]
) -> Sum:
    """Business days; the day after receipt is the first."""
    code = {"federal": "US", "california": "US-CA"}.get(str(switches["ccpa_business_days"]), "NONE")
    raw = add_working_days(period.local_date, law.length, calendars.get(code, WEEKENDS_ONLY))
    return _extended(law, period, raw, raw, (), None, [(law.says, raw)], raw)


def _rolled(
    raw: date, calendar: Calendar | None, sentences: list[tuple[str, date]]
) -> tuple[date, tuple[tuple[date, str], ...]]:
    skipped = roll(raw, calendar) if calendar else []
    due = raw + timedelta(days=len(skipped))
    if skipped:
        why = " and ".join(f"{spoken(day)} is {reason}" for day, reason in skipped)
        sentences.append((f"{why}: the next working day counts.", due))
    return due, tuple(skipped)


def _extended(
    law: Statute, period: Period, raw: date, first: date, skipped: tuple[tuple[date, str], ...],
    calendar: Calendar | None, sentences: list[tuple[str, date]], longest: date, *, clipped: bool = False,
) -> Sum:  # fmt: skip
    """Apply an extension whose notice was sent by the first due date; a later one changes nothing."""
    asked, due = period.extension_on, first
    valid = None if asked is None else law.extended is not None and asked <= first
    if asked and valid:
        sentences.append((f"We told you on {spoken(asked)} that we need longer.", longest))
        due, more = _rolled(longest, calendar, sentences)
        skipped = (*skipped, *more)
    elif asked:
        sentences.append((f"Our notice of {spoken(asked)} came too late to extend the time.", first))
    return Sum(
        rule=law.rule, source=law.source, local_date=period.local_date, zone=period.zone, raw_on=raw,
        clipped=clipped, rolled=skipped, first_due_on=first, due_on=due, can_extend=law.extended is not None,
        extension_valid=valid, warnings=_coverage(calendar, due), sentences=tuple(sentences),
    )  # fmt: skip


def _coverage(calendar: Calendar | None, due: date) -> tuple[str, ...]:
    if calendar is None or due <= calendar.through:
        return ()
    return (f"The calendar {calendar.code} ends on {calendar.through}; after that weekends alone count.",)


STATUTES: Mapping[str, Callable[[Statute, Period, Mapping[str, Any], Mapping[str, Calendar]], Sum]] = {
    "month": _month,
    "days": _days,
    "working_days": _working_days,
}
