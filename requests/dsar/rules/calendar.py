"""Arithmetic of legal periods: months that clip, working days, rolling over free days. Regulation 1182/71."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5
SHORTEST = 28
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The holidays of one place that move a period.

    `code` such as DE, GB-EAW or NONE; `through` is the last day that the data cover: after it weekends alone
    are free, which never gives a later date. `version` says which edition of the data was used.
    """

    code: str = "NONE"
    days: Mapping[date, str] = field(default_factory=dict)
    through: date = date.max
    source: str = ""
    version: str = ""

    def free(self, day: date) -> bool:
        """Whether nobody is expected to work on a day."""
        return day.weekday() >= SATURDAY or day in self.days

    def why_free(self, day: date) -> str:
        """Return the holiday's name, the weekday of a weekend, or nothing for a working day."""
        return self.days.get(day) or (f"{day:%A}" if day.weekday() >= SATURDAY else "")


WEEKENDS_ONLY = Calendar()


def add_months(start: date, months: int) -> date:
    """Return the same day number `months` later, or that month's last day (the period clips)."""
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    if start.day <= SHORTEST:
        return date(year, month + 1, start.day)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def clips(start: date, months: int) -> bool:
    """Whether the month reached is too short for the day number."""
    return add_months(start, months).day != start.day


def add_working_days(start: date, days: int, calendar: Calendar) -> date:
    """Return the day on which `days` working days are over; the day after `start` is the first."""
    day = start
    while days:
        day += DAY
        days -= not calendar.free(day)
    return day


def roll(day: date, calendar: Calendar) -> list[tuple[date, str]]:
    """Return the free days from `day` on, with why; the period ends on the day after the last of them."""
    skipped = []
    while calendar.free(day):
        skipped.append((day, calendar.why_free(day)))
        day += DAY
    return skipped


def local_date(moment: datetime, zone: str) -> date:
    """Return the calendar day of a moment in a zone; raises ValueError for a moment without offset."""
    if moment.tzinfo is None:
        raise ValueError("The time of receipt needs an offset from UTC.")
    return moment.astimezone(ZoneInfo(zone)).date()


def end_of(day: date, zone: str) -> datetime:
    """Return the last second of a day, with that day's offset; where midnight comes twice, the second one."""
    return datetime.combine(day, time(23, 59, 59, fold=1), ZoneInfo(zone))


def spoken(day: date) -> str:
    """Return a date as letters write it: Thursday 12 November 2026."""
    return f"{day:%A} {day.day} {day:%B %Y}"
