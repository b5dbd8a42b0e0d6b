"""Words of letters outside their templates: dates, counted things, names of rights, in a letter's language.

They stand in templates/letters/<language>/words.toml. The language is the active one: whoever gathers facts
for a letter does it inside `writing_in`.
"""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import dateformat, translation
from django.utils.functional import lazystr

from config.profile import active_profile

FOLDER = Path(settings.BASE_DIR) / "templates" / "letters"
FALLBACK = "en"


def language_for(wanted: str) -> str:
    """Return the language in which a letter to somebody is written: what they want when it is offered and we
    have its texts, else the company's own.
    """
    offered = active_profile().languages
    for code in (wanted, wanted.partition("-")[0], offered.default):
        if code in offered.offered and (FOLDER / code / "words.toml").is_file():
            return code
    return FALLBACK


@contextmanager
def writing_in(language: str) -> Iterator[str]:
    """Gather and write in the language for `language`; yields the one that it is."""
    code = language_for(language)
    with translation.override(code):
        yield code


def current() -> str:
    """Return the language that letters are written in here and now."""
    return language_for(translation.get_language() or FALLBACK)


@lru_cache(maxsize=8)
def words_of(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return the words of a language by section and name."""
    with (FOLDER / language / "words.toml").open("rb") as file:
        return tomllib.load(file)


def say(key: str, *, n: int | str | None = None, **values: Any) -> str:
    """Return a phrase: `section.name`, of a counted thing `section.name_one` or `_other`. Raises KeyError."""
    section, _, name = key.partition(".")
    words = words_of(current())[section]
    if not isinstance(n, int):
        return words[name].format(n=n, **values)
    form = "one" if n == 1 else "other"
    return words[f"{name}_{form}" if name else form].format(n=number(n), **values)


def number(n: int) -> str:
    """Return a figure with the thousands of the language set apart."""
    return f"{n:,}".replace(",", words_of(current())["formats"]["thousands"])


def _local(moment: datetime | date) -> datetime | date:
    return (
        moment.astimezone(ZoneInfo(active_profile().clocks.zone)) if isinstance(moment, datetime) else moment
    )


def _date(moment: datetime | date, name: str) -> str:
    return dateformat.format(_local(moment), words_of(current())["formats"][name])


class _Spoken:
    """A date that reads in the language in which it is written down."""

    def __init__(self, moment: datetime | date, name: str) -> None:
        self.moment, self.name = moment, name

    def __str__(self) -> str:
        zone = f" ({active_profile().clocks.zone})" if self.name == "minute" else ""
        with translation.override(current()):
            return _date(self.moment, self.name) + zone


def _spoken(moment: datetime | date, name: str) -> str:
    return cast(str, lazystr(_Spoken(moment, name)))


def day(moment: datetime | date) -> str:
    """Return a date in words in the company's zone, 12 October 2026, in the language of its letter."""
    return _spoken(moment, "day")


def weekday(moment: datetime | date) -> str:
    """Return a date on which somebody must act, with its weekday: Thursday 12 November 2026."""
    return _spoken(moment, "spoken")


def minute(moment: datetime) -> str:
    """Return a moment in words: 12 October 2026, 14:05 (Europe/Berlin)."""
    return _spoken(moment, "minute")


def worded(value: Any) -> Any:
    """Return a value of a letter's context with its dates in words, lists and mappings included."""
    if isinstance(value, datetime):
        return minute(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Mapping):
        return {key: worded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [worded(one) for one in value]
    return value
