"""The holiday calendars that come with the portal, so that dates are right on a fresh installation."""

import json
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from dsar.rules.calendar import WEEKENDS_ONLY, Calendar
from dsar.rules.holidays import NONE, Day, calendar_of, canonical

FOLDER = Path(__file__).parent / "calendars"


def codes() -> list[str]:
    """Return the codes of all shipped calendars, NONE first."""
    return [NONE, *sorted(path.stem for path in FOLDER.glob("*.json"))]


@lru_cache(maxsize=64)
def edition(code: str) -> dict[str, Any]:
    """Return the file of a calendar: {calendar, version, source, through, days}. Raises KeyError."""
    path = FOLDER / f"{code}.json"
    if code not in codes():
        raise KeyError(code)
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def days(code: str) -> Iterator[Day]:
    """Yield the days of a shipped calendar."""
    for on, name, kind, counts in edition(code)["days"]:
        yield Day(date.fromisoformat(on), name, kind, counts)


@lru_cache(maxsize=64)
def calendar(code: str) -> Calendar:
    """Return a shipped calendar by code or alias; raises KeyError for one that does not exist."""
    code = canonical(code)
    if code == NONE:
        return WEEKENDS_ONLY
    file = edition(code)
    through = date.fromisoformat(file["through"])
    return calendar_of(code, days(code), through=through, source=file["source"], version=file["version"])


class Shipped(dict[str, Calendar]):
    """Calendars by code, read when they are first asked for; an unknown code means weekends only."""

    def get(self, code: str, default: Any = None) -> Any:
        """Return the calendar of a code or alias, else `default`."""
        try:
            return calendar(code)
        except KeyError:
            return default
