"""Periods as the calendar counts them. Pure: dates in, dates out; the day is always an argument."""

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

_PERIOD = re.compile(r"P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(\d+)H)?")
LONGEST_YEARS = 150
"""No period of the law is longer; a longer one is a slip of the pen."""


def add_period(start: date, period: str) -> date:
    """Return the last day of an ISO 8601 period of years, months, weeks, days that begins on `start`.

    Months and years clip to the end of the month (29 February 2024 + P7Y = 28 February 2031). Hours count as
    begun days. Raises ValueError for anything else. Source: law notes, 1.1 (promise of N days).
    """
    years, months, weeks, days, hours = _parts(period)
    month = start.year * 12 + start.month - 1 + years * 12 + months
    year, month = divmod(month, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day) + timedelta(days=weeks * 7 + days - (-hours // 24))


def _parts(period: str) -> tuple[int, ...]:
    found = _PERIOD.fullmatch(period)
    if not found:
        raise ValueError(f"{period!r} is no period: write for example P7Y, P18M or P30D")
    return tuple(int(part or 0) for part in found.groups())


def as_date(value: Any) -> date | None:
    """Return the day in a date, a datetime, or text that begins with an ISO date; None for anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        return None


def last_reached(period: str, today: date) -> date:
    """Return the last day that a period may have begun on so that its last day is reached by `today`.

    For "at most P12M": what began then must be gone by the end of `today` (law notes, 1.1). A day whose end
    clips to the month counts like the days beside it: 29, 30 and 31 January + P1M all end on 28 February.
    Raises ValueError for text that is no period, and for one of more than LONGEST_YEARS.
    """
    years, months, weeks, days, hours = _parts(period)
    if years + months / 12 + (weeks * 7 + days + hours / 24) / 365 > LONGEST_YEARS:
        raise ValueError(f"{period} is longer than {LONGEST_YEARS} years: write the period that is meant")
    found = _before(today, years * 12 + months, weeks * 7 + days - (-hours // 24))
    while add_period(found + timedelta(days=1), period) <= today:
        found += timedelta(days=1)
    while add_period(found, period) > today:
        found -= timedelta(days=1)
    return found


def last_past(period: str, today: date) -> date:
    """Return the last day that a period may have begun on so that its last day is over on `today`.

    For "at least P7Y": kept through the last day, free from the day after (law notes, 1.1).
    """
    return last_reached(period, today - timedelta(days=1))


def _before(today: date, months: int, days: int) -> date:
    start = today - timedelta(days=days)
    month = start.year * 12 + start.month - 1 - months
    year, month = divmod(month, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment (UTC) at which a day begins in a zone."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)
