"""Values that concern another person: left out unless a reviewer released them, and listed for the review."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from dsar.services.packaging.cells import encode, plain
from dsar.services.packaging.spool import Spool

WITHHELD = "[withheld: concerns another person]"
LONGEST_SAMPLE = 200
LONGEST_KEY = 200
WHOLE_ROW = "*"

Released = Callable[[str, str, str], bool]


@dataclass(frozen=True, slots=True)
class Held:
    """A value that was left out. `field` is dotted inside documents; `sample` is the value, cut to 200
    characters.
    """

    collection: str
    row_key: str
    field: str
    sample: str
    reason: str


class HeldValues:
    """What was left out of a package, however much: kept in an encrypted temporary file, read as often as
    wanted.
    """

    def __init__(self, folder: Path) -> None:
        self._spool, self._count = Spool(folder), 0

    def add(self, held: Held) -> None:
        """Append one."""
        self._spool.write(json.dumps(asdict(held)).encode() + b"\n")
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Held]:
        rest = b""
        for block in self._spool.read():
            *lines, rest = (rest + block).split(b"\n")
            yield from (Held(**json.loads(line)) for line in lines)


def row_key(row: Mapping[str, Any], key_fields: Sequence[str]) -> str:
    """Return by what a row is found again when the package is made anew.

    `name=value` of the key fields; a hash of the whole row when there is no key or it is long.
    """
    if key_fields and all(row.get(name) is not None for name in key_fields):
        key = ", ".join(f"{name}={row[name]}" for name in key_fields)
        if len(key) <= LONGEST_KEY:
            return key
    content = json.dumps(plain(row), sort_keys=True, ensure_ascii=True)
    return f"row {sha256(content.encode()).hexdigest()[:32]}"


class Withholder:
    """Replaces other persons' values in rows, lists what it replaced, and counts it per collection and
    field.
    """

    def __init__(self, released: Released, folder: Path) -> None:
        self._released = released
        self.held = HeldValues(folder)
        self.counts: dict[str, dict[str, int]] = {}

    def clean(
        self, collection: str, row: Mapping[str, Any], reasons: Mapping[str, str], key_fields: Sequence[str]
    ) -> dict[str, Any]:
        """Return the row without the values named in `reasons` (field → reason; `*` is every field)."""
        key, cleaned = row_key(row, key_fields), dict(row)
        for path, reason in _spread(row, reasons):
            found = _values(row, path)
            if found and not self._released(collection, key, path):
                _replace(cleaned, path)
                self._note(Held(collection, key, path, _sample(found), reason))
        return cleaned

    def _note(self, held: Held) -> None:
        self.held.add(held)
        fields = self.counts.setdefault(held.collection, {})
        fields[held.field] = fields.get(held.field, 0) + 1


def _spread(row: Mapping[str, Any], reasons: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (path, reason), the whole document before its parts, `*` as every field that has no own
    reason.
    """
    named = dict.fromkeys(row, reasons[WHOLE_ROW]) if WHOLE_ROW in reasons else {}
    named |= {path: reason for path, reason in reasons.items() if path != WHOLE_ROW}
    yield from sorted(named.items())


def _values(row: Mapping[str, Any], path: str) -> list[Any]:
    """Return what is held at a path. A path that does not fit the document stands for all of the document."""
    if path in row:
        return [] if row[path] is None else [row[path]]
    head, _, inner = path.partition(".")
    if row.get(head) is None:
        return []
    return _inside(_document(row[head]), inner.split(".")) or [row[head]]


def _document(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _inside(value: Any, steps: Sequence[str]) -> list[Any]:
    if isinstance(value, (list, tuple)):
        return [found for entry in value for found in _inside(entry, steps)]
    if not steps:
        return [] if value is None else [value]
    return _inside(value[steps[0]], steps[1:]) if isinstance(value, Mapping) and steps[0] in value else []


def _replace(row: dict[str, Any], path: str) -> None:
    if path in row:
        row[path] = WITHHELD
        return
    head, _, inner = path.partition(".")
    document, steps = _document(row[head]), inner.split(".")
    row[head] = _without(document, steps) if _inside(document, steps) else WITHHELD


def _without(value: Any, steps: Sequence[str]) -> Any:
    """Return a copy of a document in which the values at a path are replaced."""
    if isinstance(value, (list, tuple)):
        return [_without(entry, steps) for entry in value]
    if not steps:
        return None if value is None else WITHHELD
    if isinstance(value, Mapping) and steps[0] in value:
        return {**value, steps[0]: _without(value[steps[0]], steps[1:])}
    return value


def _sample(found: Sequence[Any]) -> str:
    shown = (value if isinstance(value, str) else encode(value) for value in found[:20])
    text = "; ".join(one[:LONGEST_SAMPLE] for one in shown)
    return text if len(text) <= LONGEST_SAMPLE else f"{text[: LONGEST_SAMPLE - 1]}…"
