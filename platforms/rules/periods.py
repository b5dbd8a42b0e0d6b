"""ISO 8601 periods as dates and as lengths. Calendar parts follow the calendar of a zone, hours do not."""

import calendar
import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

_SHAPE = re.compile(
    r"P(?=.)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?"
    r"(?:T(?=.)(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?\Z",
    re.ASCII,
)


class Period(NamedTuple):
    """An ISO 8601 period taken apart: whole months, whole days, and the rest as seconds."""

    months: int
    days: int
    seconds: int

    def after(self, moment: datetime, zone: tzinfo) -> datetime:
        """Return the moment at which the period that starts at `moment` ends, in UTC.

        Months and days are counted on the calendar of `zone`: a month clips to the end of a shorter one, and
        a day ends at the same time of day even where the clocks change. Hours are always full hours.
        Raises ValueError for a moment without a zone.
        """
        if moment.tzinfo is None:
            raise ValueError("A period starts at a moment with a zone.")
        local = moment.astimezone(zone)
        if self.months or self.days:
            local = _months_later(local, self.months) + timedelta(days=self.days)
        return local.astimezone(UTC) + timedelta(seconds=self.seconds)

    @property
    def shortest(self) -> int:
        """Return the fewest seconds that it can last, whenever it starts."""
        return (_month_days(self.months)[0] + self.days) * 86400 + self.seconds

    @property
    def longest(self) -> int:
        """Return the most seconds that it can last, whenever it starts."""
        return (_month_days(self.months)[1] + self.days) * 86400 + self.seconds


ZERO = Period(0, 0, 0)


def parse(text: str) -> Period:
    """Return the period of an ISO 8601 text such as P30D, P13M, P7Y, PT72H or PT5M; raises ValueError."""
    found = _SHAPE.match(text)
    if not found:
        raise ValueError(f"{text[:40]!r} is no period: write for example P30D, P13M, P7Y or PT72H")
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return Period(years * 12 + months, weeks * 7 + days, hours * 3600 + minutes * 60 + seconds)


def never_longer(one: Period, other: Period) -> bool:
    """Whether `one` ends no later than `other`, whenever both start: P30D is not always within P1M."""
    if one.months == other.months:
        return (one.days * 86400 + one.seconds) <= (other.days * 86400 + other.seconds)
    return one.longest <= other.shortest


def _months_later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


@lru_cache(maxsize=256)
def _month_days(months: int) -> tuple[int, int]:
    """Return the fewest and the most days that so many months last."""
    starts = [datetime(year, month, day, tzinfo=UTC) for year, month, day in _STARTS]
    lengths = [(_months_later(start, months) - start).days for start in starts]
    return min(lengths), max(lengths)


# Every month of a leap year and of the years around it, from its first and from its last day.
_STARTS = [
    (year, month, day)
    for year in (2022, 2023, 2024, 2025)
    for month in range(1, 13)
    for day in (1, 28, calendar.monthrange(year, month)[1])
]
