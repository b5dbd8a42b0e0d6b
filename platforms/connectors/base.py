"""What every connector offers: systems with rows we can walk, and systems that take whole requests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol, runtime_checkable

from platforms.connectors.schema import SchemaInfo, TableRef

Level = Literal["rows", "requests"]
Key = tuple[Any, ...]


class ConnectorError(Exception):
    """Something went wrong with a system. The message is for people and never quotes personal values."""


class WrongSettings(ConnectorError):
    """The settings of a connector cannot work; the message says which and what to write."""


class SourceUnreachable(ConnectorError):
    """No connection could be opened. Nothing was read or written."""


class SourceFailed(ConnectorError):
    """The system refused or went away during work. Its transaction was rolled back."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """The system, or a person, will answer later.

    `reference`: the remote side's name for the work; `check_after`: when asking again makes sense;
    `instructions`: what a person has to do, for manual work.
    """

    reference: str
    check_after: datetime | None = None
    instructions: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A condition: the column (or the JSON value at `path` in it) equals one of `values`.

    `fold`: compare text without regard to case; `document`: the column holds a document or a list
    (whatever its type says), and its elements are compared; `bare`: without blanks and signs, as telephone
    numbers are.
    """

    column: str
    values: tuple[Any, ...]
    path: str = ""
    fold: bool = False
    document: bool = False
    bare: bool = False


@dataclass(frozen=True, slots=True)
class PerRow:
    """A change that differs from row to row; `values` stand in the order of the keys."""

    values: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Linked:
    """A condition on the row that `column` points at by the `key` of `table`."""

    column: str
    table: TableRef
    key: str
    match: Match


@dataclass(frozen=True, slots=True)
class Aged:
    """Which rows of a table are counted, and the column with the moment that says how old they are.

    `before`: rows with an earlier moment are over their limit; None: they have none. `present`: a column
    that is empty in rows that hold nothing.
    """

    column: str
    before: datetime | None
    where: tuple[Match, ...] = ()
    linked: tuple[Linked, ...] = ()
    present: str = ""


@dataclass(frozen=True, slots=True)
class Age:
    """How many rows there are, the oldest moment (UTC) among them, and how many are over the limit.

    A row without a readable moment is over: what cannot be shown to be young is not young.
    """

    items: int
    oldest_at: datetime | None
    over: int


Change = Any  # a plain value for all rows, or PerRow


class RowSession(Protocol):
    """One connection to a system with rows. Usable inside `transaction()` only."""

    statements: int

    def transaction(self, *, write: bool) -> AbstractContextManager[None]:
        """Begin; commit at the end, roll back on any error. Raises SourceFailed."""
        ...

    def inspect(self, tables: Sequence[TableRef]) -> SchemaInfo:
        """Return the real schema of the tables, as far as they exist."""
        ...

    def locate(
        self, table: TableRef, columns: Sequence[str], any_of: Sequence[Match]
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the columns of the rows that fulfil any of the conditions."""
        ...

    def select(
        self, table: TableRef, columns: Sequence[str], where: Sequence[Match], linked: Sequence[Linked] = ()
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the columns of the rows that fulfil all of the conditions.

        Tables of linked conditions must have been inspected too. Raises SourceFailed when a column is there
        no more.
        """
        ...

    def collect(
        self, table: TableRef, columns: Sequence[str], key: Sequence[str], keys: Sequence[Key]
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the columns of the rows with these keys; memory does not grow with their number."""
        ...

    def erase(
        self, table: TableRef, key: Sequence[str], keys: Sequence[Key], changes: Mapping[str, Change] | None
    ) -> int:
        """Mask columns (None: delete the rows) and return the rows written. Set-based, in chunks."""
        ...

    def rectify(
        self, table: TableRef, key: Sequence[str], keys: Sequence[Key], changes: Mapping[str, Change]
    ) -> int:
        """Write corrected values and return how many rows were written."""
        ...

    def probe(
        self, table: TableRef, columns: Sequence[str], key: Sequence[str], keys: Sequence[Key]
    ) -> Iterator[tuple[Any, ...]]:
        """Yield key and columns of the rows that are still there, for proof."""
        ...

    def matching(self, table: TableRef, key: Sequence[str], keys: Sequence[Key], match: Match) -> int:
        """Return how many of the rows with these keys fulfil a condition; no value leaves the system."""
        ...

    def count(self, table: TableRef, column: str, values: Sequence[Any]) -> dict[Any, int]:
        """Return how many rows hold each of the values."""
        ...

    def ages(self, table: TableRef, wanted: Sequence[Aged]) -> list[Age]:
        """Return the ages of rows of a table, in the order asked; one statement, no value leaves.

        Tables of linked conditions must have been inspected too. Raises SourceFailed when a column is there
        no more or holds no moments.
        """
        ...


@dataclass(frozen=True, slots=True)
class Order:
    """A whole request for a system that is not walked row by row.

    `identities`: key → values of the verified person; `categories`: what is asked for; `idempotency_key`
    makes a repeated order harmless; `reference`: the remote side's name from an earlier Deferred;
    `corrections`: field → new value, for rectification; `purposes`: the uses to restrict, stop or take up
    again, where the empty word is every use; `platforms`: where the order is about the data of some platforms
    alone, those, each with the ids of the accounts there (none: all accounts of the person).
    """

    case: str
    identities: Mapping[str, Sequence[str]]
    categories: Sequence[str]
    idempotency_key: str
    reference: str = ""
    corrections: Mapping[str, Any] = field(default_factory=dict)
    purposes: Sequence[str] = ()
    platforms: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stays:
    """Rows that a system keeps after erasing. `code`: the ground, in the words of GDPR; `reason`: a text of
    the catalogue, for the person; `until`: the last day, None when there is none.
    """

    rows: int
    code: str
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request-level system answered.

    `rows`: collection → rows (collect); `counts`: collection → rows found or changed; `remaining`: rows still
    there (probe); `fields`: collection → field → outcome word (erased, masked, kept, not_reachable, failed);
    `reasons`: collection → field → why, and until when; `stays`: what is kept, as the person is told.
    """

    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    remaining: Mapping[str, int] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    stays: Sequence[Stays] = ()
    note: str = ""


class RequestSession(Protocol):
    """One conversation with a system that takes whole requests. Every verb may answer later."""

    def locate(self, order: Order) -> Reply | Deferred:
        """Ask what the system holds about the person."""
        ...

    def collect(self, order: Order) -> Reply | Deferred:
        """Ask for a copy."""
        ...

    def erase(self, order: Order) -> Reply | Deferred:
        """Ask for erasure."""
        ...

    def rectify(self, order: Order) -> Reply | Deferred:
        """Ask for correction."""
        ...

    def probe(self, order: Order) -> Reply | Deferred:
        """Ask whether anything is left."""
        ...

    def count(self, order: Order) -> Reply | Deferred:
        """Ask for row counts only."""
        ...


@runtime_checkable
class Connector(Protocol):
    """A way to one system. `session()` opens the connection late; leaving it closes the connection."""

    kind: str
    level: Level

    def session(self) -> AbstractContextManager[Any]:
        """Open a RowSession or a RequestSession, according to `level`. Raises SourceUnreachable."""
        ...


def chunks(items: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    """Yield `items` in slices of at most `size`."""
    return (items[start : start + size] for start in range(0, len(items), size))


__all__ = [
    "Age",
    "Aged",
    "Change",
    "Connector",
    "ConnectorError",
    "Deferred",
    "Key",
    "Level",
    "Linked",
    "Match",
    "Order",
    "PerRow",
    "Reply",
    "RequestSession",
    "RowSession",
    "SchemaInfo",
    "SourceFailed",
    "SourceUnreachable",
    "Stays",
    "TableRef",
    "WrongSettings",
    "chunks",
]
