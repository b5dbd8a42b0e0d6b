"""What is wrong with a translation: missing, a guess, or not the same placeholders and markup."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from config.texts.catalog import Entry

_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{\w+\}")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")


def faults(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield a sentence for each fault of a catalogue."""
    for one in entries:
        where = f"“{one.msgid[:70]}” ({', '.join(one.places[:2]) or 'nowhere'})"
        if one.fuzzy:
            yield f"{where} is a guess: look at it and take the mark away."
        elif not one.translated:
            yield f"{where} has no translation."
        else:
            yield from (f"{where}: {fault}" for fault in _differences(one))


def _differences(one: Entry) -> Iterator[str]:
    sources = [one.msgid, one.plural] if one.plural else [one.msgid]
    for source, text in zip(sources, one.texts, strict=True):
        for name, pattern in (("placeholders", _PLACEHOLDER), ("markup", _TAG)):
            wanted = Counter(found.group() for found in pattern.finditer(source))
            given = Counter(found.group() for found in pattern.finditer(text))
            if not _same(wanted, given, plural=bool(one.plural)):
                yield f"{name} differ: {sorted(wanted)} and {sorted(given)}."
        if source[:1].isspace() != text[:1].isspace() or source[-1:].isspace() != text[-1:].isspace():
            yield "blanks at the ends differ."


def _same(wanted: Counter[str], given: Counter[str], *, plural: bool) -> bool:
    """Whether both hold the same; a singular may leave the number out."""
    return set(wanted) == set(given) if not plural else set(given) <= set(wanted) | {"%(n)s"}
