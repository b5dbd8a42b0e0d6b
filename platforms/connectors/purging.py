"""What a system with rows offers to retention: which rows are due, and their removal, window by window.

A window is a stretch of one column that has an order: rows that arrive or change meanwhile fall into it or
not, but never shift it, as they would shift a LIMIT.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, runtime_checkable

from platforms.connectors.base import Key, Match
from platforms.connectors.packing import Packed
from platforms.connectors.schema import ForeignKey, TableRef

ERASED = "erased-"
"""In `changes`: this word with the row's key behind it, so that no two rows agree."""
Seal = Callable[[Key], bytes]


def erased(key: Key) -> str:
    """Return what ERASED stands for in the row with a key."""
    return ERASED + "-".join(str(part) for part in key)


@dataclass(frozen=True, slots=True)
class Hop:
    """One step from a row to the row it stands under: `column` holds the `key` of `table`."""

    column: str
    table: TableRef
    key: str


@dataclass(frozen=True, slots=True)
class Ripe:
    """Whose moment is over: `column`, in the row itself or behind `hops`, lies before `before`.

    `before`: a moment in UTC, for columns with times; `day`: the same limit for columns with days alone, as
    the first day that is not over. A row without a readable moment is never ripe.
    """

    column: str
    before: datetime
    day: date
    hops: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """Rows of a table that have to go, or to lose the values of `changes`.

    `key`: the columns of the primary key; `order`: the column that windows go along; `any_of`: rows fall due
    by the first of these; `none_of`: rows stay while one of these is not over, or while its moment is
    unknown; `where`: conditions on the row; `kept_by`: foreign keys whose rows keep the row that they point
    at; `held`: keys that somebody holds; `holding`: conditions under which a row is held; `changes`: column →
    value, for masking (None: rows are deleted), where ERASED stands for a text that differs from row to row;
    `only_kept`: only rows that others point at.
    """

    table: TableRef
    key: tuple[str, ...]
    order: str
    any_of: tuple[Ripe, ...]
    none_of: tuple[Ripe, ...] = ()
    where: tuple[Match, ...] = ()
    kept_by: tuple[ForeignKey, ...] = ()
    held: tuple[Key, ...] = ()
    holding: tuple[Match, ...] = ()
    changes: Mapping[str, Any] | None = None
    only_kept: bool = False


@dataclass(frozen=True, slots=True)
class Survey:
    """What stands in a table: all rows, those that are due, those that stay and why, the oldest moment.

    `due`: can go now; `held`: due but held; `referenced`: due but rows elsewhere point at them; `undated`:
    without a readable moment.
    """

    rows: int
    due: int
    held: int
    referenced: int
    undated: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Window:
    """From `lower` (None: the beginning) up to and without `upper` (None: the end) of the order column."""

    lower: Any = None
    upper: Any = None


class Changed(Exception):
    """The rows of a window are not those that were written down. Nothing was changed; look again."""


@runtime_checkable
class Purging(Protocol):
    """A session that can look for rows that are due and remove them."""

    def survey(self, due: Due) -> Survey:
        """Count what is due and what stays. Raises SourceFailed."""
        ...

    def left(self, due: Due) -> Survey:
        """Count `due`, `held` and `referenced` among the rows whose period is over. Raises SourceFailed."""
        ...

    def edge(self, due: Due, lower: Any, size: int) -> Any:
        """Return where a window that begins at `lower` ends so that it holds about `size` rows; None: never.

        Rows that agree in the order column are never parted.
        """
        ...

    def due_keys(self, due: Due, window: Window, seal: Seal) -> Packed:
        """Return the keys of the rows of a window that are due. `seal` shortens a key that is no number.

        Inside a writing transaction: they are the ones that `purge` then removes.
        """
        ...

    def purge(self, due: Due, window: Window, expected: int) -> None:
        """Remove (or mask) the rows of a window that are due.

        In the transaction in which `due_keys` found them: what it gave is what goes. Raises Changed where
        other rows are due by now, SourceFailed.
        """
        ...

    def purge_keys(self, due: Due, keys: Packed, seal: Seal) -> None:
        """Remove (or mask) those of the keys that are due. Inside a transaction. Raises SourceFailed."""
        ...

    def present(self, due: Due, keys: Packed, seal: Seal) -> Packed:
        """Return those of the keys whose rows are still there, due or not. Raises SourceFailed."""
        ...

    def having(self, table: TableRef, key: Sequence[str], keys: Packed, seal: Seal) -> Iterator[Key]:
        """Yield the keys, as the system gives them, of the rows that packed keys mean."""
        ...

    def leading(self, table: TableRef) -> frozenset[str]:
        """Return the columns that an index begins with."""
        ...

    def settle(self, table: TableRef) -> str:
        """Have the space of removed rows overwritten or freed, outside a transaction; returns how."""
        ...


__all__ = [
    "ERASED",
    "Changed",
    "Due",
    "Hop",
    "Packed",
    "Purging",
    "Ripe",
    "Seal",
    "Survey",
    "Window",
]
