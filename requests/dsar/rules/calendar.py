"""Arithmetic of legal periods: months that clip, working days, rolling over free days. Regulation 1182/71."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """Holidays of one place.

    `code` such as DE, GB-ENG or NONE; `through` is the last day that the data cover.
    """

    code: str = "NONE"
    days: Mapping[date, str] = field(default_factory=dict)
    through: date = date.max
    source: str = ""

    def free(self, day: date) -> str:
        """Say why nobody works on a day ("a Saturday", "a holiday, Christmas Day"), else an empty string."""
        if day in self.days:
            return f"a holiday, {self.days[day]}"
        return f"a {day:%A}" if day.weekday() >= SATURDAY else ""


WEEKENDS_ONLY = Calendar()


def add_months(start: date, months: int) -> date:
    """Return the same day number `months` later, or that month's last day (the period clips)."""
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def clips(start: date, months: int) -> bool:
    """Whether the month reached is too short for the day number."""
    return add_months(start, months).day != start.day


def add_working_days(start: date, days: int, calendar: Calendar) -> date:
    """Return the day on which `days` working days are over; the day after `start` is the first."""
    day = start
    while days:
        day += timedelta(days=1)
        days -= not calendar.free(day)
    return day


def roll(day: date, calendar: Calendar) -> list[tuple[date, str]]:
    """Return the free days skipped, with why; the period ends on the day after the last of them, else on
    `day`.
    """
    skipped = []
    while why := calendar.free(day):
        skipped.append((day, why))
        day += timedelta(days=1)
    return skipped


def spoken(day: date) -> str:
    """Return a date as letters write it: Thursday 12 November 2026."""
    return f"{day:%A} {day.day} {day:%B %Y}"
