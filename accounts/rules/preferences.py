"""Languages and time zones that a person may choose. Pure: what is offered is an argument."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from zoneinfo import available_timezones

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""What the portal is written in; each name in its own language."""

_NO_PLACES = ("Etc/", "SystemV/", "US/", "posix/", "right/")


def offered_languages(wanted: Iterable[str]) -> list[tuple[str, str]]:
    """Return (code, own name) of the languages that the company offers and the portal knows."""
    return [(code, LANGUAGES[code]) for code in wanted if code in LANGUAGES]


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """Return the names of places whose time may be chosen, in order."""
    found = (name for name in available_timezones() if "/" in name and not name.startswith(_NO_PLACES))
    return tuple(sorted(found))


def language_for(chosen: str, asked: str, offered: Sequence[str], default: str) -> str:
    """Return the language of a page: what the person chose, else what the browser asks for, else the default.

    Each counts only when it is offered.
    """
    return next((one for one in (chosen, asked, default) if one in offered), default)


def zone_for(chosen: str, company: str, *, staff: bool) -> str:
    """Return the zone of a page: the person's own, else the company's; staff all see the company's."""
    return company if staff or not chosen else chosen
