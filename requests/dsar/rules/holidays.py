"""Which days of a country's list are free days in the sense of the law: the review of generated holidays.

Lists come from the `holidays` library; what it calls a holiday is not always one that moves a period.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from dsar.rules.calendar import Calendar

# Our code -> (country, part) of the library. Places of performance: national for EU states, the three parts
# of the United Kingdom apart.
PLACES: Mapping[str, tuple[str, str | None]] = {
    "DE": ("DE", None),
    "FR": ("FR", None),
    "IE": ("IE", None),
    "NL": ("NL", None),
    "AT": ("AT", None),
    "GB-EAW": ("GB", "ENG"),
    "GB-SCT": ("GB", "SCT"),
    "GB-NIR": ("GB", "NIR"),
    "US-FED": ("US", None),
    "US-CA": ("US", "CA"),
}
ALIASES: Mapping[str, str] = {"GB": "GB-EAW", "GB-ENG": "GB-EAW", "GB-WLS": "GB-EAW", "US": "US-FED"}
NONE = "NONE"


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a list. `kind`: public, substitute, one-off, regional or observance."""

    on: date
    name: str
    kind: str
    counts: bool


# Days of the Californian list that no statute makes a free day: days of special significance and new days of
# observance (they are no judicial holidays, Code Civ. Proc. 135).
CALIFORNIA_NO_HOLIDAYS = ("Susan B. Anthony Day", "Diwali", "Lunar New Year", "Genocide Remembrance Day")


def canonical(code: str) -> str:
    """Return the code under which a calendar is kept: GB-ENG is GB-EAW."""
    return ALIASES.get(code, code)


def place_of(code: str) -> tuple[str, str | None]:
    """Return country and part for the library; `DE-BY` is Bavaria."""
    country, _, part = code.partition("-")
    return PLACES.get(code, (country, part or None))


def review(code: str, found: Mapping[date, str]) -> list[Day]:
    """Return the days of a generated list with their kind, and whether each moves a period.

    A name that comes in a single year of the list is a one-off. California moves a Sunday's holiday to
    Monday, and a Saturday's to Friday only for 11 November (Gov. Code 6701): other Fridays "observed" do not
    count.
    """
    seen: dict[str, int] = {}
    for name in found.values():
        for one in name.split("; "):
            seen[one] = seen.get(one, 0) + 1
    return [_day(code, on, name, seen, national=code in PLACES) for on, name in sorted(found.items())]


def _day(code: str, on: date, name: str, seen: Mapping[str, int], *, national: bool) -> Day:
    if code == "US-CA" and not _californian(on, name):
        return Day(on, name, "observance", False)
    if "(observed)" in name:
        return Day(on, name, "substitute", True)
    if all(seen[one] == 1 for one in name.split("; ")):
        return Day(on, name, "one-off", True)
    return Day(on, name, "public" if national else "regional", True)


def _californian(on: date, name: str) -> bool:
    names = [one for one in name.split("; ") if one not in CALIFORNIA_NO_HOLIDAYS]
    moved_to_friday = on.weekday() == 4 and all("(observed)" in one for one in names)
    return bool(names) and not (moved_to_friday and (on.month, on.day) != (11, 10))


def calendar_of(
    code: str, days: Iterable[Day], *, through: date, source: str = "", version: str = ""
) -> Calendar:
    """Return the calendar of the days that count."""
    return Calendar(code, {one.on: one.name for one in days if one.counts}, through, source, version)
