"""Deletes items from one system by their ids at the platform, and looks again. One connection.

A row that other rows point at cannot go before them (unless the system's own foreign key lets it): it is kept
and counted. Nothing is deleted but the rows that the dataset's marks mean.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop

from config.sentences import remember
from platforms.connectors import Match, RowSession, SourceFailed, TableRef
from platforms.connectors.base import Key
from platforms.connectors.schema import ForeignKey, SchemaInfo, Table
from platforms.connectors.sql.values import canon
from platforms.models import System
from platforms.services.content.places import Place, places_in
from platforms.services.sources import connector_of

KEEPS = frozenset({"NO ACTION", "RESTRICT"})
"""What a foreign key says whose target may not go while a row points at it."""
Rows = dict[TableRef, set[Key]]
Noted = Callable[[int], object]
"""Called with the number of rows found, before any of them is deleted."""

LEFT = gettext_noop("Rows that are still there although they were deleted: %(n)s.")
NO_KEY = gettext_noop("The table %(table)s has no primary key: its rows cannot be told from each other.")
NO_TABLE = gettext_noop("There is no table %(table)s.")
NO_COLUMN = gettext_noop(
    "The dataset names no column with the ids of this platform's content (content_id_field). Name it and try"
    " again, or delete the copies by hand."
)
BY_HAND = gettext_noop("This system cannot be told to delete single items. Delete the copies by hand.")
OUT_OF_USE = gettext_noop("This system is not in use any more. Delete the copies by hand.")
remember(LEFT, NO_KEY, NO_TABLE, NO_COLUMN, BY_HAND, OUT_OF_USE)


class NoWay(Exception):
    """The portal cannot delete it there; the message says why and what to do. Trying again cannot help."""


@dataclass
class Came:
    """What came of it: rows found at first, deleted, and kept because tables of these names point at them."""

    found: int = 0
    deleted: int = 0
    kept: int = 0
    keepers: set[str] = field(default_factory=set)


def delete(system: System, platform: str, ids: Collection[str], noted: Noted) -> Came:
    """Delete a system's copies of some content of a platform in one transaction, then prove it in another.

    `noted` is told how many rows were found before any goes; what it raises stops everything. Raises NoWay,
    and ConnectorError of the system: nothing was deleted then, unless it was the look afterwards that failed.
    """
    if not system.enabled:
        raise NoWay(OUT_OF_USE)
    connector, places = connector_of(system), places_in(system, platform)
    if connector.level != "rows":
        raise NoWay(BY_HAND)
    if not places:
        raise NoWay(NO_COLUMN)
    with connector.session() as session:
        with session.transaction(write=True):
            desk = _Desk(session, places)
            came = desk.delete(desk.find(ids), noted)
        with session.transaction(write=False):
            left = sum(map(len, _Desk(session, places).find(ids).values()))
    if left > came.kept:
        raise SourceFailed(LEFT % {"n": left - came.kept})
    return came


class _Desk:
    """One look at the tables of some places, in one transaction."""

    def __init__(self, session: RowSession, places: Sequence[Place]) -> None:
        self.session, self.places = session, places
        asked = {place.table for place in places}
        asked |= {link.table for place in places for link in place.linked}
        self.schema: SchemaInfo = session.inspect(sorted(asked, key=str))
        targets = {self.table(place.table).ref for place in places}
        self.keys = [one for one in self.schema.incoming if one.target in targets and one.on_delete in KEEPS]
        if children := {one.table for one in self.keys} - targets:
            session.inspect(sorted(children, key=str))

    def table(self, ref: TableRef) -> Table:
        """Return a table as the system spells it, with a key. Raises SourceFailed."""
        if ref not in self.schema.tables:
            raise SourceFailed(NO_TABLE % {"table": ref})
        return self.schema.tables[ref]

    def find(self, ids: Collection[str]) -> Rows:
        """Return the keys of the rows that are these items, by table."""
        found: Rows = {}
        for place in self.places:
            found.setdefault(self.table(place.table).ref, set()).update(self._find(place, set(ids)))
        return found

    def _find(self, place: Place, ids: set[str]) -> set[Key]:
        table = self.table(place.table)
        if not table.primary_key:
            raise SourceFailed(NO_KEY % {"table": table.ref})
        rows = self.session.select(
            table.ref, [*table.primary_key, place.column],
            [Match(place.column, tuple(sorted(ids))), *place.where], place.linked,
        )  # fmt: skip
        # Some databases find "AB" for "ab": only the very same id is meant.
        return {tuple(row[:-1]) for row in rows if canon(row[-1]) in ids}

    def delete(self, rows: Rows, noted: Noted) -> Came:
        """Delete what nothing points at, again and again, because one item may point at another one."""
        came = Came(found=sum(map(len, rows.values())))
        noted(came.found)
        while True:
            held = {ref: self._held(ref, keys) for ref, keys in rows.items()}
            free = {ref: keys - held[ref].keys() for ref, keys in rows.items()}
            if not any(free.values()):
                break
            for ref, keys in free.items():
                key = self.schema.tables[ref].primary_key
                came.deleted += self.session.erase(ref, key, sorted(keys, key=str), None)
                rows[ref] -= keys
        came.kept = sum(map(len, rows.values()))
        came.keepers = {name for one in held.values() for name in one.values()}
        return came

    def _held(self, ref: TableRef, keys: set[Key]) -> dict[Key, str]:
        """Return which rows other rows point at, and the table of one of those."""
        held: dict[Key, str] = {}
        for foreign in self.keys:
            if keys and foreign.target == ref:
                held |= dict.fromkeys(self._pointed_at(foreign, ref, keys), foreign.table.name)
        return held

    def _pointed_at(self, foreign: ForeignKey, ref: TableRef, keys: set[Key]) -> set[Key]:
        key = self.schema.tables[ref].primary_key
        wide = len(key)
        parents = {
            tuple(row[wide:]): tuple(row[:wide])
            for row in self.session.collect(ref, [*key, *foreign.target_columns], key, sorted(keys, key=str))
            if None not in row[wide:]
        }
        own = key if foreign.table == ref else ()
        children = self.session.collect(
            foreign.table, [*foreign.columns, *own], foreign.columns, sorted(parents, key=str)
        )
        spelled, held = {_canon(value): parent for value, parent in parents.items()}, set()
        for row in children:
            parent, itself = spelled[_canon(row[: len(foreign.columns)])], row[len(foreign.columns) :]
            # A row that points at itself alone keeps nobody, except in InnoDB.
            if not own or self.schema.dialect == "mysql" or _canon(itself) != _canon(parent):
                held.add(parent)
        return held


def _canon(values: Sequence[object]) -> tuple[str, ...]:
    return tuple(canon(value) for value in values)
