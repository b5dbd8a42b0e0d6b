"""The calendars that count now: last edition in the database, else the one that ships with the portal."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from dsar.models import Holiday, HolidayCalendar
from dsar.rules.calendar import WEEKENDS_ONLY, Calendar
from dsar.rules.holidays import NONE, calendar_of, canonical
from dsar.rules.transitions import NotAllowed
from dsar.services.clocks import generating
from dsar.services.reckoning import shipped

_kept: dict[tuple[int, str, int], Calendar] = {}
KEEP = 64


def current(codes: Iterable[str]) -> dict[str, Calendar]:
    """Return the calendars of some codes; a place that nobody has data for means weekends only.

    One statement, and one more the first time a process meets an edition.
    """
    wanted = {canonical(code) for code in codes if code and code != NONE}
    if not wanted:
        return {}
    editions: dict[str, HolidayCalendar] = {}
    for row in HolidayCalendar.objects.filter(code__in=wanted).order_by("code", "number"):
        editions[row.code] = row
    found = {code: _read(row) for code, row in editions.items()}
    return found | {code: without_rows(code) for code in wanted - found.keys()}


def _read(edition: HolidayCalendar) -> Calendar:
    key = (edition.pk, edition.code, edition.number)
    if key not in _kept:
        if len(_kept) >= KEEP:
            _kept.clear()
        rows = Holiday.objects.filter(calendar=edition, counts_for_roll=True).values_list("on", "name")
        source = edition.source
        _kept[key] = Calendar(edition.code, dict(rows), edition.through_on, source, str(edition.number))
    return _kept[key]


@lru_cache(maxsize=64)
def without_rows(code: str) -> Calendar:
    """Return the calendar of a code that the database does not hold: shipped, else generated, else none."""
    try:
        return shipped.calendar(code)
    except KeyError:
        pass
    try:
        days = generating.generate(code)
    except NotAllowed:
        return WEEKENDS_ONLY
    through = date(generating.LAST_YEAR, 12, 31)
    return calendar_of(code, days, through=through, source=generating.source_of(code), version="generated")


def codes() -> list[str]:
    """Return every calendar that there is: NONE, the shipped ones and those in the database."""
    kept = HolidayCalendar.objects.order_by().values_list("code", flat=True).distinct()
    return [NONE, *sorted({*shipped.codes(), *kept} - {NONE})]
