"""Making a calendar from the `holidays` library, reviewed by our rules."""

import json
from datetime import date
from pathlib import Path

import holidays
from django.utils.translation import gettext as _

from dsar.rules.holidays import Day, place_of, review
from dsar.rules.transitions import NotAllowed

FIRST_YEAR, LAST_YEAR = 2018, 2036


def generate(code: str, *, first: int = FIRST_YEAR, last: int = LAST_YEAR) -> list[Day]:
    """Return the days of a place from 1 January `first` to 31 December `last`. Raises NotAllowed."""
    country, part = place_of(code)
    try:
        found = holidays.country_holidays(
            country, subdiv=part, years=range(first, last + 1), language="en_US"
        )
    except NotImplementedError as fault:
        raise NotAllowed(
            _("The library knows no calendar %(code)s. Write for example DE, DE-BY or GB-EAW.")
            % {"code": code}
        ) from fault
    return review(code, dict(found))


def source_of(code: str) -> str:
    """Return where a generated calendar comes from."""
    country, part = place_of(code)
    return (
        f"holidays {holidays.__version__}, {country}{f'-{part}' if part else ''}, public holidays, reviewed"
    )


def write(code: str, folder: Path, *, version: str) -> Path:
    """Write a calendar as the file that ships with the portal."""
    rows = [[one.on.isoformat(), one.name, one.kind, one.counts] for one in generate(code)]
    head = {
        "calendar": code, "version": version, "source": source_of(code),
        "through": date(LAST_YEAR, 12, 31).isoformat(),
    }  # fmt: skip
    lines = ",\n  ".join(json.dumps(row) for row in rows)
    path = folder / f"{code}.json"
    text = json.dumps(head)[:-1] + f', "days": [\n  {lines}\n]}}\n'
    path.write_text(text, encoding="utf-8")
    return path
