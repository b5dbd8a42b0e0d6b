"""Rows as the traversal keeps them: keys and links only, nothing that is not needed to find or judge them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dsar.engine.layout import Layout
from platforms.connectors.base import Key
from platforms.connectors.sql.jsonpath import decode, values_at
from platforms.connectors.sql.values import canon


class Row:
    """One row: `values` are those of the state's columns. `own`: about the person who asks.

    `copies`: how many rows of a table without a key look exactly like it.
    """

    __slots__ = ("copies", "identified", "key", "own", "shared", "values")

    def __init__(self, key: Key, values: tuple[Any, ...]) -> None:
        self.copies = 1
        self.key = key
        self.values = values
        self.own = False
        self.identified = False
        self.shared = False


@dataclass(slots=True)
class NodeState:
    """What has been found in one collection.

    `columns`: the real columns read; `places`: real column → position; `asked`: per path the values looked
    for; `down`, `trusted`: those that came along a link to a child, or from the person's own record;
    `identity`: path → given values; `kinds`: path → kind, of all identities; `addresses`: paths with e-mail
    addresses that are not declared as identities; `folded`, `bare`: paths compared without case, or signs.
    """

    layout: Layout
    columns: tuple[str, ...]
    rows: dict[Key, Row] = field(default_factory=dict)
    asked: dict[str, dict[str, Any]] = field(default_factory=dict)
    down: dict[str, set[str]] = field(default_factory=dict)
    trusted: dict[str, set[str]] = field(default_factory=dict)
    identity: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()
    folded: set[str] = field(default_factory=set)
    bare: set[str] = field(default_factory=set)
    places: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places = {name: number for number, name in enumerate(self.columns)}

    def values(self, row: Row, path: str) -> Iterator[Any]:
        """Yield the values a row holds at a declared path, through documents and lists."""
        column, _, inner = path.partition(".")
        value = row.values[self.places[self.layout.columns[column]]]
        if value is None:
            return
        if inner or self.layout.is_document(path):
            yield from values_at(decode(value), inner.split(".") if inner else [])
        else:
            yield value

    def canons(self, row: Row, path: str) -> set[str]:
        """Return the values at a path in their comparable form."""
        return {canon(value) for value in self.values(row, path)}

    def raw(self, row: Row, column: str) -> Any:
        """Return the value of a real column."""
        return row.values[self.places[column]]

    def comes_down(self, row: Row) -> bool:
        """Return whether some link from parent to child leads to the row."""
        return any(self.canons(row, path) & values for path, values in self.down.items())

    def own_rows(self) -> list[Row]:
        """Return the rows about the person."""
        return [row for row in self.rows.values() if row.own]

    def key_of(self, values: tuple[Any, ...]) -> Key:
        """Return the key in a row's values."""
        return tuple(values[self.places[name]] for name in self.layout.key)

    def add(self, values: tuple[Any, ...]) -> Row | None:
        """Keep a row; return it only if it is new."""
        key = self.key_of(values)
        if key in self.rows:
            return None
        self.rows[key] = Row(key, values)
        return self.rows[key]


def columns_for(layout: Layout, paths: Iterable[str], extra: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the real columns to read: the key, those behind `paths`, and `extra` real columns."""
    wanted = [
        *layout.key,
        *(layout.columns[path.partition(".")[0]] for path in sorted(paths)),
        *sorted(extra),
    ]
    return tuple(dict.fromkeys(wanted))


States = Mapping[str, NodeState]


_SIGNS = re.compile(r"[\s\-().\/]")
_NUMBER = re.compile(r"\+?\d{5,}")


def fold(values: Iterable[str]) -> set[str]:
    """Return texts without regard to case, and telephone numbers without blanks and signs."""
    return {_plain(value) for value in values}


def _plain(value: str) -> str:
    text = value.strip().lower()
    bare = _SIGNS.sub("", text)
    return bare if _NUMBER.fullmatch(bare) else text
