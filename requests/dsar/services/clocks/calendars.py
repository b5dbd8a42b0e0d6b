"""The calendars that count now: last edition in the database, else the one that ships with the portal."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from config.profile import active_profile
from config.profile.law import RegimeKey
from dsar.models import Holiday, HolidayCalendar
from dsar.rules.calendar import WEEKENDS_ONLY, Calendar, add_months
from dsar.rules.holidays import NONE, calendar_of, canonical
from dsar.rules.transitions import NotAllowed
from dsar.services.clocks import generating
from dsar.services.reckoning import shipped

_kept: dict[tuple[int, str, int], Calendar] = {}
KEEP = 64
WARN_MONTHS = 12


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


def used() -> list[str]:
    """Return the codes that dates may depend on: those of the regimes, our own region, California's."""
    profile = active_profile()
    seat = profile.identity.seat
    found = {canonical(rule.calendar) for rule in profile.regimes.rules}
    if seat.region and any(profile.is_home(rule.key) for rule in profile.regimes.rules):
        found.add(f"{seat.country}-{seat.region}")
    if any(rule.key == RegimeKey.CCPA for rule in profile.regimes.rules):
        found |= {"US-FED", "US-CA"}
    return sorted(found - {NONE})


def short(today: date, *, loaded: bool) -> list[tuple[str, date | None]]:
    """Return the calendars in use whose days end within 12 months, with their last day; None for no data.

    `loaded` asks the editions in the database, else what ships with the portal is judged.
    """
    horizon = add_months(today, WARN_MONTHS)
    rows = HolidayCalendar.objects.current().filter(code__in=used() if loaded else [])
    ends: dict[str, date | None] = dict(rows.values_list("code", "through_on"))
    for code in used():
        shipped_one = without_rows(code)
        ends.setdefault(code, None if shipped_one is WEEKENDS_ONLY else shipped_one.through)
    return [(code, end) for code, end in sorted(ends.items()) if end is None or end < horizon]


def codes() -> list[str]:
    """Return every calendar that there is: NONE, the shipped ones and those in the database."""
    kept = HolidayCalendar.objects.order_by().values_list("code", flat=True).distinct()
    return [NONE, *sorted({*shipped.codes(), *kept} - {NONE})]
