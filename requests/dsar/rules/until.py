"""Until when a record stays, in a sentence: the last day of its period, or why no day can be named."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "j F Y")


def words(kept: Mapping[str, Any]) -> str:
    """Return the sentence about the period of rows that are kept for one reason.

    `kept`: `rows`, `first_on` and `last_on` (ISO dates of the last day for the row that is free first, and
    for the last one) and `undated` (rows without the date at which the period begins). Empty for a reason
    that is no period.
    """
    first, last, undated = kept.get("first_on", ""), kept.get("last_on", ""), int(kept.get("undated") or 0)
    if not first:
        return _no_day(undated) if undated else ""
    if first == last:
        said = _("Until %(day)s.") % {"day": _day(last)}
    else:
        said = _("The first until %(first)s, the last until %(last)s.") % {
            "first": _day(first), "last": _day(last),
        }  # fmt: skip
    return f"{said} {_partly(undated)}" if undated else said


def _no_day(rows: int) -> str:
    return ngettext(
        "We cannot name the day: the record does not say when its period began.",
        "We cannot name the day: the records do not say when their period began.",
        rows,
    )


def _partly(rows: int) -> str:
    return ngettext(
        "For %(n)s of them we cannot name the day: it does not say when its period began.",
        "For %(n)s of them we cannot name the day: they do not say when their period began.",
        rows,
    ) % {"n": f"{rows:,}"}
