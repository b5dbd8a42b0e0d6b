"""Sentences that are stored in English and shown in the language of whoever reads them later.

`say("Plan %(n)s made", n=3)` is an ordinary text, "Plan 3 made", that remembers what it was made of. Whoever
stores it keeps `stored(sentence)` beside it and shows it by `shown(text, kept)`. A plain text without a
memory is shown in translation when a catalogue knows it word for word, or when it fits a pattern that
`remember` was given.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext

DAY = "l j F Y"


class Sentence(str):
    """An English text that knows its pattern and its values."""

    pattern: str
    plural: str
    number: int
    values: Mapping[str, Any]

    def __new__(
        cls, pattern: str, values: Mapping[str, Any], plural: str = "", number: int = 1
    ) -> "Sentence":
        """Return the finished text."""
        kept = {name: _kept(value) for name, value in values.items()}
        form = plural if plural and number != 1 else pattern
        with translation.override("en"):
            made = super().__new__(cls, form % {k: str(v) for k, v in kept.items()} if kept else form)
        made.pattern, made.plural, made.number, made.values = pattern, plural, number, kept
        return made


class Day(str):
    """A day in a sentence: English as a text, in other languages as they write it."""

    on: date

    def __new__(cls, on: date) -> "Day":
        """Return the day in English."""
        with translation.override("en"):
            made = super().__new__(cls, date_format(on, DAY))
        made.on = on
        return made


def _kept(value: Any) -> Any:
    """A lazy label becomes a sentence of its own; all else is kept as text."""
    if isinstance(value, Sentence | Day):
        return value
    if isinstance(value, date):
        return Day(value)
    if isinstance(value, Promise):
        with translation.override("en"):
            return Sentence(str(value), {})
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def say(pattern: str, **values: Any) -> Sentence:
    """Return a text that can be shown in other languages later. `pattern` is a literal, with %(name)s.

    Values are texts, numbers, days, other sentences or labels of closed lists. None of them may be
    personal where the text may hold no personal values.
    """
    return Sentence(pattern, values)


def say_n(one: str, many: str, number: int, **values: Any) -> Sentence:
    """Return a text for a number of things; %(n)s stands for it."""
    return Sentence(one, {"n": number} | values, many, number)


def stored(text: str) -> dict[str, Any]:
    """Return what is kept beside a text to show it in other languages; empty for a plain text."""
    if not isinstance(text, Sentence):
        return {}
    values = {k: _in_store(v) for k, v in text.values.items()}
    kept: dict[str, Any] = {"m": text.pattern}
    if text.plural:
        kept |= {"p": text.plural, "n": text.number}
    return kept | ({"v": values} if values else {})


def _in_store(value: Any) -> Any:
    if isinstance(value, Day):
        return {"on": value.on.isoformat()}
    return stored(value) if isinstance(value, Sentence) else value


_remembered: dict[str, re.Pattern[str]] = {}
_PLACE = re.compile(r"%\((\w+)\)s")


def remember(*patterns: str) -> None:
    """Have sentences that are stored without a memory, such as faults of a system, recognised when shown.

    A pattern is what `say` takes, marked by gettext_noop where it stands.
    """
    for pattern in patterns:
        parts = _PLACE.split(pattern.replace("%%", "%"))
        shape = "".join(
            re.escape(part) if number % 2 == 0 else f"(?P<{part}>.+?)" for number, part in enumerate(parts)
        )
        # Another sentence may follow a full stop; a part of a sentence is recognised alone.
        _remembered[pattern] = re.compile(shape + (r"(?=\s|$)" if pattern.endswith(".") else r"$"), re.S)
    ordered = sorted(_remembered.items(), key=lambda one: -len(_PLACE.sub("", one[0])))
    _remembered.clear()
    _remembered.update(ordered)


def recognised(text: str) -> str:
    """Return a stored text in the active language, sentence by sentence; what fits no pattern stays."""
    if (translation.get_language() or "en").startswith("en"):
        return text
    said: list[str] = []
    rest = text
    while rest:
        pattern, found = _first(rest)
        if found is None:
            return " ".join([*said, rest])
        said.append(gettext(pattern) % {name: recognised(v) for name, v in found.groupdict().items()})
        rest = rest[found.end() :].lstrip()
    return " ".join(said)


def _first(text: str) -> tuple[str, re.Match[str] | None]:
    """Return the pattern with which a text begins: one that fits it whole, else the longest."""
    fits = [(pattern, found) for pattern, shape in _remembered.items() if (found := shape.match(text))]
    whole = next((one for one in fits if one[1].end() == len(text)), None)
    return whole or (fits[0] if fits else ("", None))


def _spoken(value: Any) -> Any:
    if isinstance(value, str):
        return recognised(value)
    if not isinstance(value, Mapping):
        return value
    return date_format(date.fromisoformat(value["on"]), DAY) if "on" in value else shown(value["m"], value)


def shown(text: str, kept: Mapping[str, Any] | None = None) -> str:
    """Return a stored text in the active language. `kept`: what `stored` gave for it, if anything."""
    if not kept:
        known = gettext(text) if text else ""
        return recognised(text) if known == text else known
    form = ngettext(kept["m"], kept["p"], kept["n"]) if "p" in kept else gettext(kept["m"])
    values = {k: _spoken(v) for k, v in kept.get("v", {}).items()}
    return form % values if values else form
