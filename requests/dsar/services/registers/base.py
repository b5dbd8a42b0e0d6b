"""What a register is: columns with a type, rows as of a moment, totals, and figures to check it against."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from config.profile import active_profile
from dsar.rules.transitions import NotAllowed

Text = str | Promise
CHUNK = 1000
FIRST_YEAR = 2018
"""No register asks for an earlier year: the GDPR applies since 2018."""


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    CODE = "code"
    DAY = "day"
    MOMENT = "moment"
    NUMBER = "number"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `of` reads the value of a row: JSON values and dates only, never a personal value of the
    person. `shown` names a code in words. CSV and JSON carry the code, pages and PDF the words; columns with
    `on_page` or `in_pdf` False are left out there.
    """

    key: str
    label: Text
    of: Callable[[Any], Any]
    kind: Kind = Kind.TEXT
    shown: Callable[[Any], Text] | None = None
    on_page: bool = True
    in_pdf: bool = True

    def words(self, row: Any) -> Text:
        """Return what a person reads in this cell."""
        value = self.of(row)
        if value is None or value == "":
            return ""
        return self.shown(value) if self.shown else value


@dataclass(frozen=True, slots=True)
class AsOf:
    """A moment to look at: the end of a day in the company's zone, or now when that day is today."""

    on: date
    at: datetime
    zone: str

    def known(self, moment: datetime | None) -> datetime | None:
        """Return a moment if it had come by then."""
        return moment if moment is not None and moment <= self.at else None

    def day(self, moment: datetime | None) -> date | None:
        """Return the local day of a moment, if it had come by then."""
        known = self.known(moment)
        return known.astimezone(ZoneInfo(self.zone)).date() if known else None


def today(now: datetime) -> date:
    """Return the day in the company's zone."""
    return now.astimezone(ZoneInfo(active_profile().clocks.zone)).date()


def as_of(on: date | None, *, now: datetime) -> AsOf:
    """Return the moment to look at; None is now. Raises NotAllowed for a day to come."""
    zone, this = active_profile().clocks.zone, today(now)
    if on is None or on == this:
        return AsOf(this, now, zone)
    if on > this:
        raise NotAllowed(_("Nobody knows the registers of a day to come. Choose a day until today."))
    return AsOf(on, _start(on + timedelta(days=1), zone) - timedelta(microseconds=1), zone)


def _start(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))


def year_bounds(year: int, zone: str) -> tuple[datetime, datetime]:
    """Return the first moment of a calendar year in a zone, and that of the next one."""
    return _start(date(year, 1, 1), zone), _start(date(year + 1, 1, 1), zone)


def day_bounds(first: date, last: date, zone: str) -> tuple[datetime, datetime]:
    """Return the first moment of a day, and that of the day after `last`."""
    return _start(first, zone), _start(last + timedelta(days=1), zone)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The filters of a look: a calendar year, and codes by filter name. Empty shows all."""

    year: int | None = None
    codes: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return plain values, without filters that are not set."""
        return ({"year": self.year} if self.year else {}) | {k: v for k, v in self.codes.items() if v}


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter by code: the field of a row, and its choices."""

    name: str
    label: Text
    path: str
    choices: Sequence[tuple[str, Text]]


@dataclass(frozen=True, slots=True)
class Total:
    """One figure under the table. `value` None is unknown or does not exist."""

    key: str
    label: Text
    value: int | float | None


Rows = QuerySet[Any]


def _nothing(rows: Sequence[Any], moment: AsOf) -> None:
    del rows, moment


@dataclass(frozen=True)
class Register:
    """A register. `rows(as_of)` returns what it holds at that moment, `order` its keyset (last one unique).

    `when` is the field that the year is about. `fill` completes a batch of rows by a fixed number of
    statements. `totals` reads all rows that fit. `control` returns independent counts for a reconciliation,
    and `tally` the same counts from the register's own rows. `computed` stands for registers of figures.
    """

    key: str
    title: Text
    about: Text
    source: Text
    icon: str
    columns: tuple[Column, ...]
    order: tuple[str, ...] = ()
    when: str = ""
    rows: Callable[[AsOf], Rows] | None = None
    computed: Callable[[AsOf, int], list[Any]] | None = None
    fill: Callable[[Sequence[Any], AsOf], None] = _nothing
    filters: tuple[Filter, ...] = ()
    totals: Callable[[Rows, AsOf], list[Total]] | None = None
    control: Callable[[AsOf], Mapping[str, int]] | None = None
    tally: Callable[[Any], str] | None = None
    permission: str = "dsar.view_registers"
    empty: Text = ""

    def chosen_rows(self, moment: AsOf, chosen: Chosen) -> Rows:
        """Return the rows that fit, in order. Raises NotAllowed for a filter that does not exist."""
        assert self.rows is not None
        rows = self.rows(moment)
        if chosen.year:
            first, after = year_bounds(chosen.year, moment.zone)
            rows = rows.filter(**{f"{self.when}__gte": first, f"{self.when}__lt": after})
        return rows.filter(self._codes(chosen)).order_by(*self.order)

    def _codes(self, chosen: Chosen) -> Q:
        known = {one.name: one for one in self.filters}
        wanted = Q()
        for name, code in chosen.codes.items():
            if not code:
                continue
            if name not in known or code not in {value for value, _label in known[name].choices}:
                raise NotAllowed(_("This register has no such filter. Choose one from the lists."))
            wanted &= Q(**{known[name].path: code})
        return wanted

    def count(self, moment: AsOf) -> int:
        """Return how many rows the register holds at a moment."""
        if self.rows is None:
            return len(self._figures(moment, Chosen()))
        return self.rows(moment).order_by().count()

    def batches(self, moment: AsOf, chosen: Chosen) -> Iterator[list[Any]]:
        """Yield all rows that fit in batches, completed; flat memory."""
        if self.rows is None:
            yield self._figures(moment, chosen)
            return
        batch: list[Any] = []
        for row in self.chosen_rows(moment, chosen).iterator(chunk_size=CHUNK):
            batch.append(row)
            if len(batch) == CHUNK:
                yield self._filled(batch, moment)
                batch = []
        if batch:
            yield self._filled(batch, moment)

    def _filled(self, batch: list[Any], moment: AsOf) -> list[Any]:
        self.fill(batch, moment)
        return batch

    def _figures(self, moment: AsOf, chosen: Chosen) -> list[Any]:
        assert self.computed is not None
        return self.computed(moment, chosen.year or moment.on.year)

    def totals_of(self, moment: AsOf, chosen: Chosen) -> list[Total]:
        """Return the figures under the table."""
        if self.rows is None or self.totals is None:
            return []
        return self.totals(self.chosen_rows(moment, chosen), moment)


def count_total(rows: Rows) -> list[Total]:
    """Return the one figure that every register has: how many rows."""
    return [Total("rows", _("Rows"), rows.order_by().count())]


def now_or(on: str, *, now: datetime | None = None) -> AsOf:
    """Return the moment of a day written YYYY-MM-DD; empty is now. Raises NotAllowed."""
    now = now or timezone.now()
    if not on:
        return as_of(None, now=now)
    try:
        day = date.fromisoformat(on)
    except ValueError:
        raise NotAllowed(_("This is not a date. Write it as 2026-11-25.")) from None
    if day.year < FIRST_YEAR:
        raise NotAllowed(_("The registers begin in %(year)s.") % {"year": FIRST_YEAR})
    return as_of(day, now=now)
