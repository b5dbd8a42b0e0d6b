"""What the row makers share: who works where from when to when, the clock, and the rows made so far."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from platforms.demo.people import DemoPerson, people

Row = dict[str, object]

OLDEST_DAYS = 3460  # nine and a half years: the oldest invoices are past any seven-year rule
LOG_DAYS = 600  # a good year and a half: half of the oldest logs are past a twelve-month rule


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when somebody could act, in UTC; empty when `end` is not after `start`."""

    start: datetime
    end: datetime

    def __bool__(self) -> bool:
        return self.end > self.start

    def within(self, start: datetime, end: datetime | None = None) -> "Span":
        """The part of this span after `start` and before `end`."""
        return Span(max(self.start, start), min(self.end, end or self.end))

    def moment(self, rng: Random) -> datetime:
        """Some second of this span."""
        seconds = int((self.end - self.start).total_seconds())
        return self.start + timedelta(seconds=rng.randrange(max(seconds, 1)))


@dataclass(frozen=True, slots=True)
class Seat:
    """One person's place at one team: what they may do there, from joining to leaving."""

    user_id: int
    team_id: int
    role: str
    span: Span


@dataclass(frozen=True, slots=True)
class Company:
    """The demo company while its rows are being made; `now` is the first second of `today` in UTC."""

    seed: int
    persons: list[DemoPerson]
    now: datetime
    lives: dict[int, Span] = field(default_factory=dict)
    seats: list[Seat] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def founded(cls, seed: int, count: int, today: date) -> "Company":
        """A company of `count` people that has no rows yet."""
        return cls(seed, people(seed, count), datetime.combine(today, time(), UTC))

    def rng(self, name: str) -> Random:
        """The random numbers of one table, so that a change to one leaves the others as they were."""
        return Random(f"{self.seed}:{name}")  # noqa: S311 - reproducible, not secret

    def ago(self, days: float) -> datetime:
        """The moment `days` before now."""
        return self.now - timedelta(days=days)

    def seats_of(self) -> dict[int, list[Seat]]:
        """The seats by team."""
        found: dict[int, list[Seat]] = defaultdict(list)
        for seat in self.seats:
            found[seat.team_id].append(seat)
        return found

    def brands_of(self) -> dict[int, list[Row]]:
        """The brands by team."""
        return grouped(self.rows["brands"], "team_id")

    def workplaces(self) -> Iterator[tuple[Seat, Row, Span]]:
        """Every seat with each brand of its team and the time in which the two met."""
        brands = self.brands_of()
        for seat in self.seats:
            for brand in brands[seat.team_id]:
                if span := seat.span.within(when(brand, "created_at")):
                    yield seat, brand, span


def grouped(rows: Iterable[Row], column: str) -> dict[int, list[Row]]:
    """`rows` by the number in `column`."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[number(row, column)].append(row)
    return found


def number(row: Row, column: str) -> int:
    """The whole number in `column`."""
    value = row[column]
    if not isinstance(value, int):
        raise TypeError(f"{column} is {value!r}, not a number")
    return value


def when(row: Row, column: str) -> datetime:
    """The moment in `column`."""
    value = row[column]
    if not isinstance(value, datetime):
        raise TypeError(f"{column} is {value!r}, not a moment")
    return value
