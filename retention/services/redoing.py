"""Doing the erasures of the journal again in one restored database, and looking whether anything is left.

Every chunk is a transaction of its own and leaves rows alone that are as they should be: whoever is killed
half-way, or runs it twice, changes what is left, or nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from config import crypto
from platforms.connectors import SourceFailed, TableRef
from platforms.connectors.base import Key, PerRow, chunks
from platforms.connectors.packing import KeyKind, Packed
from platforms.connectors.schema import SchemaInfo
from platforms.models import System
from retention.enums import StepAction
from retention.models import JournalEntry
from retention.services import keys as sealed
from retention.services import remasking
from retention.services.remasking import How

ROWS_AT_ONCE = 1_000
PLAIN = ("null", "constant")


@dataclass
class Task:
    """One entry at work: the rows of it that the restored database holds. `why`: what it refused."""

    entry: JournalEntry
    table: TableRef
    columns: Mapping[str, How]
    keys: list[Key]
    why: str = ""


@dataclass
class Restored:
    """A restored database: what the journal says about it, and what was done. Counts by collection."""

    system: System
    session: Any
    schema: SchemaInfo
    tasks: list[Task] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    deleted: Counter[str] = field(default_factory=Counter)
    masked: Counter[str] = field(default_factory=Counter)
    accepted: dict[tuple[str, str], list[How]] = field(default_factory=lambda: defaultdict(list))

    @property
    def salt(self) -> str:
        """Return what masks are made with: the same at every replay, known to the key ring alone."""
        return crypto.commitment(self.system.key, purpose="replayed-masks")


def open_restored(system: System, session: Any, entries: Sequence[JournalEntry]) -> Restored:
    """Look which rows of the journal the database holds. Reads only. Raises SourceFailed."""
    refs = list(dict.fromkeys(TableRef(*entry.table) for entry in entries))
    with session.transaction(write=False):
        schema = session.inspect(refs)
        restored = Restored(system, session, schema)
        known = [one for one in entries if _is_there(restored, one)]
        digests = _by_digest(restored, known)
        for entry in known:
            restored.tasks.append(_task(restored, entry, digests))
    for task in restored.tasks:
        for name, how in task.columns.items():
            ways = restored.accepted[task.entry.collection, name]
            if how not in ways:
                ways.append(how)
    return restored


def _is_there(restored: Restored, entry: JournalEntry) -> bool:
    table = restored.schema.tables.get(TableRef(*entry.table))
    there = table is not None and all(name in table.columns for name in entry.key)
    if not there and entry.collection not in restored.absent:
        restored.absent.append(entry.collection)
    return there


def _real(restored: Restored, entry: JournalEntry) -> TableRef:
    return restored.schema.tables[TableRef(*entry.table)].ref


def _by_digest(restored: Restored, entries: Iterable[JournalEntry]) -> dict[str, dict[bytes, Key]]:
    """Read the keys of each collection with digests once, and return which key each digest means."""
    wanted: dict[str, list[JournalEntry]] = defaultdict(list)
    for entry in entries:
        if entry.kind == KeyKind.DIGEST:
            wanted[entry.collection].append(entry)
    found = {}
    for collection, some in wanted.items():
        seal = partial(sealed.seal, restored.system, collection)
        every = Packed(KeyKind.DIGEST, b"".join(one.packed().data for one in some))
        rows = restored.session.having(_real(restored, some[0]), some[0].key, every, seal)
        found[collection] = {seal(key): key for key in rows}
    return found


def _task(restored: Restored, entry: JournalEntry, digests: Mapping[str, Mapping[bytes, Key]]) -> Task:
    packed, table = entry.packed(), _real(restored, entry)
    if entry.kind == KeyKind.DIGEST:
        known = digests[entry.collection]
        keys = [known[one] for one in packed if one in known]
    else:
        keys = list(restored.session.having(table, entry.key, packed, sealed.no_digest))
    there = restored.schema.tables[TableRef(*entry.table)].columns
    columns = {name: how for name, how in (entry.columns or {}).items() if name in there}
    return Task(entry, table, columns, keys)


def mask(restored: Restored) -> None:
    """Mask again what was masked, before rows go that masked links pointed at. Raises SourceFailed."""
    for task in restored.tasks:
        for part in chunks(task.keys, ROWS_AT_ONCE) if task.columns else ():
            try:
                with restored.session.transaction(write=True):
                    written = _mask_rows(restored, task, part)
            except SourceFailed as fault:
                _give_up_when_lost(fault)
                task.why = str(fault)
                continue
            restored.masked[task.entry.collection] += written


def _mask_rows(restored: Restored, task: Task, keys: Sequence[Key]) -> int:
    by_columns: dict[tuple[str, ...], list[tuple[Key, dict[str, Any]]]] = defaultdict(list)
    for key, row in _rows(restored, task, keys):
        open_ = tuple(name for name in task.columns if not _holds(restored, task, name, key, row[name]))
        if open_:
            by_columns[open_].append((key, row))
    for names, rows in by_columns.items():
        changes = {name: _change(restored, task, name, rows) for name in names}
        restored.session.erase(task.table, task.entry.key, [key for key, _ in rows], changes)
    return sum(map(len, by_columns.values()))


def _rows(restored: Restored, task: Task, keys: Sequence[Key]) -> list[tuple[Key, dict[str, Any]]]:
    names, width = list(task.columns), len(task.entry.key)
    found = restored.session.collect(task.table, [*task.entry.key, *names], task.entry.key, keys)
    return [(tuple(row[:width]), dict(zip(names, row[width:], strict=True))) for row in found]


def _change(restored: Restored, task: Task, name: str, rows: list[tuple[Key, dict[str, Any]]]) -> Any:
    how, place = task.columns[name], f"{task.entry.collection}.{name}"
    column = restored.session.tables[task.table].columns[name]
    masker = remasking.masker()
    made = [masker.value(how, restored.salt, place, key, row[name], column) for key, row in rows]
    return made[0] if how["style"] in PLAIN else PerRow(made)


def _holds(restored: Restored, task: Task, name: str, key: Key, value: Any) -> bool:
    """Whether a column is masked as this entry says, or as another one says about the same column."""
    how, place = task.columns[name], f"{task.entry.collection}.{name}"
    column = restored.session.tables[task.table].columns[name]
    ways = [how] if how["style"] == "edits" else restored.accepted[task.entry.collection, name]
    masker = remasking.masker()
    return any(masker.holds(way, restored.salt, place, key, value, column) for way in ways)


def delete(restored: Restored) -> None:
    """Delete again what was deleted, children before the rows that they point at. Raises SourceFailed.

    Rows may point at rows of the same table, or in a circle of tables: it goes over them until nothing more
    goes. What rows outside the journal point at stays, and is told.
    """
    rank = _ranks(restored.schema)
    tasks = [one for one in restored.tasks if one.entry.action == StepAction.DELETE and one.keys]
    tasks.sort(key=lambda one: rank.get(one.table, 0))
    waiting = {id(task): list(task.keys) for task in tasks}
    progressed = True
    while progressed:
        progressed = False
        for task in tasks:
            before = waiting[id(task)]
            after = [
                key for part in chunks(before, ROWS_AT_ONCE) for key in _delete_rows(restored, task, part)
            ]
            waiting[id(task)] = after
            progressed = progressed or len(after) < len(before)


def _delete_rows(restored: Restored, task: Task, keys: Sequence[Key]) -> list[Key]:
    """Delete rows and return those that the database keeps, found by halving."""
    try:
        with restored.session.transaction(write=True):
            written = restored.session.erase(task.table, task.entry.key, keys, None)
    except SourceFailed as fault:
        _give_up_when_lost(fault)
        task.why = str(fault)
        if len(keys) == 1:
            return list(keys)
        half = len(keys) // 2
        first = _delete_rows(restored, task, keys[:half])
        return first + _delete_rows(restored, task, keys[half:])
    restored.deleted[task.entry.collection] += written
    return []


def _give_up_when_lost(fault: SourceFailed) -> None:
    if getattr(fault.__cause__, "connection_invalidated", False):
        raise fault


def _ranks(schema: SchemaInfo) -> dict[TableRef, int]:
    """Return a place for each table: what points at others comes before them; circles as they come."""
    left = {table.ref: {one.target for one in table.foreign_keys} - {table.ref}
            for table in schema.tables.values()}  # fmt: skip
    ranks: dict[TableRef, int] = {}
    while left:
        pointed = {target for targets in left.values() for target in targets}
        free = [ref for ref in left if ref not in pointed] or [min(left, key=str)]
        for ref in free:
            ranks[ref] = len(ranks)
            del left[ref]
    return ranks


def look(restored: Restored) -> Counter[str]:
    """Return the rows, by collection, that are not as the journal says. In a fresh session. Reads only."""
    left: Counter[str] = Counter()
    with restored.session.transaction(write=False):
        for task in restored.tasks:
            left[task.entry.collection] += _left(restored, task)
    return +left


def _left(restored: Restored, task: Task) -> int:
    if task.entry.action == StepAction.DELETE:
        return len(task.keys)
    open_ = 0
    for part in chunks(task.keys, ROWS_AT_ONCE):
        for key, row in _rows(restored, task, part):
            open_ += not all(_holds(restored, task, name, key, row[name]) for name in row)
    return open_
