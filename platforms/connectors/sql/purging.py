"""Looking for rows that are due, and removing them window by window, in SQL."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from platforms.connectors.base import Key, SourceFailed, chunks
from platforms.connectors.packing import KeyKind, Packed, in_order, pack
from platforms.connectors.packing import one as one_key
from platforms.connectors.purging import Changed, Due, Seal, Survey, Window
from platforms.connectors.schema import Table, TableRef
from platforms.connectors.sql import ages
from platforms.connectors.sql import due as conditions
from platforms.connectors.sql.ages import NoMoments
from platforms.connectors.sql.faults import guarded
from platforms.connectors.sql.statements import clause, with_keys

AT_ONCE = 5_000
MANY = 100_000
"""From so many rows on the estimate of PostgreSQL is good enough to show a share."""
_LEADING_POSTGRESQL = """
SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE i.indpred IS NULL AND i.indisvalid AND i.indrelid = CAST(:table AS regclass)"""
_LEADING_SQLITE = """
SELECT i.name FROM pragma_index_list(:table) l, pragma_index_info(l.name) i
WHERE i.seqno = 0 AND l.partial = 0"""
_LEADING_MYSQL = """
SELECT column_name FROM information_schema.statistics
WHERE seq_in_index = 1 AND table_name = :table AND table_schema = COALESCE(:schema, DATABASE())"""


class SqlPurging:
    """The part of an SQL session that serves retention."""

    connection: sa.Connection
    dialect: str
    where: str
    tables: dict[TableRef, Table]

    def survey(self, due: Due) -> Survey:
        """Count what is due and what stays: by the index where there is one; living rows cost little."""
        left = self.left(due)
        info, source = self.tables[due.table], clause(self.tables[due.table])
        with self._named(due):
            unknown = conditions.undated(self.tables, due, source, self.dialect)
            undated = self._value(sa.select(sa.func.count()).select_from(source).where(unknown))
            rows = max(self._rows_of(due, source), left.due)
            return replace(left, rows=rows, undated=undated, oldest_at=self._oldest(due, info, source))

    def left(self, due: Due) -> Survey:
        """Count what is due, held, or kept by rows that point at it: among the rows whose period is over."""
        with self._named(due):
            row = self.connection.execute(self._over(due)).one()
        return Survey(0, int(row[0] or 0), int(row[1] or 0), int(row[2] or 0), 0, None)

    def _over(self, due: Due) -> Any:
        source = clause(self.tables[due.table])
        over = conditions.ripe(self.tables, due, source, self.dialect)
        held = conditions.held(self.tables, due, source, self.dialect)
        pointed = sa.or_(sa.false(), *(conditions.points_at(source, k) for k in due.kept_by))
        free, kept = (pointed, sa.false()) if due.only_kept else (sa.not_(pointed), pointed)
        figures = [
            _sum(sa.and_(sa.not_(held), free)), _sum(held), _sum(sa.and_(sa.not_(held), kept)),
        ]  # fmt: skip
        return sa.select(*figures).select_from(source).where(over)

    def _rows_of(self, due: Due, source: sa.TableClause) -> int:
        """Return how many rows a table has; on PostgreSQL as it last counted them, if it did."""
        if self.dialect == "postgresql":
            known = sa.text("SELECT reltuples::bigint FROM pg_class WHERE oid = CAST(:table AS regclass)")
            found = self.connection.execute(known, {"table": self._quoted(due.table)}).scalar()
            if found and found > MANY:
                return int(found)
        return int(self._value(sa.select(sa.func.count()).select_from(source)))

    def _oldest(self, due: Due, info: Table, source: sa.TableClause) -> Any:
        own = next((one.column for one in due.any_of if not one.hops), None)
        if own is None:
            return None
        at = ages.moment(info, source, own, self.dialect)
        column = source.c[own]
        first = sa.select(at).where(column.is_not(None)).order_by(column).limit(1)
        return ages.moment_of(self._value(first))

    def edge(self, due: Due, lower: Any, size: int) -> Any:
        """Return where a window of about `size` rows ends; None when the rest fits."""
        with self._named(due):
            found = self._at(due, lower, size)
            if found is None or found != self._at(due, lower, 0):
                return found
            return self._next(due, found)

    def _at(self, due: Due, lower: Any, offset: int) -> Any:
        source = clause(self.tables[due.table])
        query = sa.select(source.c[due.order]).where(self._ready(due, source, Window(lower)))
        return self._value(query.order_by(source.c[due.order]).offset(offset).limit(1))

    def _next(self, due: Due, value: Any) -> Any:
        source = clause(self.tables[due.table])
        column = source.c[due.order]
        beyond = sa.select(sa.func.min(column)).where(self._ready(due, source, None), column > value)
        return self._value(beyond)

    def due_keys(self, due: Due, window: Window, seal: Seal) -> Packed:
        """Return the keys of the rows of a window that are due; inside a writing transaction they stay so."""
        info = self.tables[due.table]
        kind, source = kind_of(info, due), clause(info)
        ready = self._ready(due, source, window)
        with self._named(due):
            if self.dialect == "postgresql" and kind != KeyKind.DIGEST:
                return in_order(kind, bytes(self._value(_joined(kind, source.c[due.key[0]], ready))))
            query = sa.select(*(source.c[name] for name in due.key)).where(ready)
            if self.dialect == "mysql":  # its DELETE does not look at the snapshot, so the rows are locked
                query = query.with_for_update()
            return pack(kind, self.connection.execute(query), seal)

    def purge(self, due: Due, window: Window, expected: int) -> None:
        """Remove or mask the rows of a window that are due. Raises Changed when they are not as many."""
        source = clause(self.tables[due.table])
        with self._named(due):
            statement = self._statement(due, source).where(self._ready(due, source, window))
            gone = self.connection.execute(statement).rowcount
        if gone != expected:
            raise Changed(f"{due.table}: {expected} rows were due, {gone} are.")

    def _statement(self, due: Due, source: sa.TableClause) -> Any:
        if due.changes is None:
            return sa.delete(source)
        changes = conditions.changes_of(due, source)
        return sa.update(source).values({source.c[name]: value for name, value in changes.items()})

    def purge_keys(self, due: Due, keys: Packed, seal: Seal) -> None:
        """Remove or mask those rows of some keys that are due: what an interrupted window left."""
        source = clause(self.tables[due.table])
        columns = [source.c[name] for name in due.key]
        with self._named(due):
            found = self.connection.execute(sa.select(*columns).where(self._ready(due, source, None)))
            wanted = set(keys)
            left = [tuple(row) for row in found if one_key(keys.kind, row, seal) in wanted]
            for part in chunks(left, AT_ONCE):
                chosen = with_keys(source, due.key, list(part))
                self.connection.execute(self._statement(due, source).where(chosen))

    def present(self, due: Due, keys: Packed, seal: Seal) -> Packed:
        """Return those of the keys whose rows are still there; digests are compared with all rows' keys."""
        source = clause(self.tables[due.table])
        columns, found = [source.c[name] for name in due.key], list[Any]()
        with self._named(due):
            if keys.kind == KeyKind.DIGEST:
                there = pack(keys.kind, self.connection.execute(sa.select(*columns)), seal)
                wanted = set(keys)
                return Packed(keys.kind, b"".join(one for one in there if one in wanted))
            for part in chunks(keys.values(), AT_ONCE):
                found += self.connection.execute(sa.select(*columns).where(columns[0].in_(list(part))))
        return pack(keys.kind, found, seal)

    def having(self, table: TableRef, key: Sequence[str], keys: Packed, seal: Seal) -> Iterator[Key]:
        """Yield the keys, as the database gives them, of the rows that packed keys mean.

        For digests every key of the table is read and sealed: nothing else can tell which row is meant.
        """
        info, source = self.tables[table], clause(self.tables[table])
        columns = [source.c[name] for name in key]
        with guarded(self.where):
            if keys.kind == KeyKind.DIGEST:
                wanted = set(keys)
                every = sa.select(*columns).execution_options(yield_per=AT_ONCE)
                rows = map(tuple, self.connection.execute(every))
                yield from (row for row in rows if one_key(keys.kind, row, seal) in wanted)
                return
            for part in chunks(_spelled(keys, info.columns[key[0]].strict), AT_ONCE):
                found = self.connection.execute(sa.select(*columns).where(columns[0].in_(list(part))))
                yield from map(tuple, found)

    def leading(self, table: TableRef) -> frozenset[str]:
        """Return the columns that an index begins with: those that rows can be found by."""
        info, quoted = self.tables[table], self._quoted(table)
        given: dict[str, Any] = {"table": quoted if self.dialect == "postgresql" else info.ref.name}
        if self.dialect == "mysql":
            given["schema"] = info.ref.schema
        with guarded(self.where):
            found = self.connection.execute(sa.text(_LEADING[self.dialect]), given)
            return frozenset({str(row[0]) for row in found} | set(info.primary_key[:1]))

    def _quoted(self, table: TableRef) -> str:
        return self.connection.dialect.identifier_preparer.format_table(clause(self.tables[table]))

    def settle(self, table: TableRef) -> str:
        """Have the space of removed rows freed; returns how, or why not."""
        try:
            with self.connection.engine.connect() as other:
                return _SETTLE[self.dialect](other, self._quoted(table))
        except sa.exc.DBAPIError as fault:
            return f"not done: {type(fault.orig).__name__}"

    def _ready(self, due: Due, source: sa.TableClause, window: Window | None) -> Any:
        return conditions.due(self.tables, due, source, self.dialect, window)

    def _value(self, query: Any) -> Any:
        return self.connection.execute(query).scalar()

    @contextmanager
    def _named(self, due: Due) -> Iterator[None]:
        try:
            with guarded(self.where):
                yield
        except (KeyError, NoMoments) as fault:
            raise SourceFailed(f"The rows of {due.table} in {self.where} cannot be read: {fault}") from fault


def kind_of(info: Table, due: Due) -> KeyKind:
    """Return how the keys of a table are written."""
    family = info.columns[due.key[0]].family if len(due.key) == 1 else "other"
    return {"integer": KeyKind.NUMBER, "uuid": KeyKind.UUID}.get(family, KeyKind.DIGEST)


def _spelled(keys: Packed, strict: bool) -> list[Any]:
    """UUIDs stand as texts in a database without a type for them, with or without dashes."""
    if keys.kind == KeyKind.NUMBER or strict:
        return list(keys.values())
    return [spelling for one in keys.values() for spelling in (str(one), uuid.UUID(str(one)).hex)]


def _sum(test: Any) -> Any:
    return sa.func.count(sa.case((test, 1)))


def _send(kind: KeyKind, column: Any) -> Any:
    return (
        sa.func.int8send(sa.cast(column, sa.BigInteger))
        if kind == KeyKind.NUMBER
        else sa.func.uuid_send(column)
    )


def _joined(kind: KeyKind, column: Any, ready: Any) -> Any:
    """Return the keys one after the other, as they are found: this process sorts them at less cost."""
    nothing: Any = sa.literal_column("''::bytea")
    return sa.select(sa.func.coalesce(sa.func.string_agg(_send(kind, column), nothing), nothing)).where(ready)


def _vacuum_postgresql(connection: sa.Connection, table: str) -> str:
    raw = connection.execution_options(isolation_level="AUTOCOMMIT")
    raw.exec_driver_sql(f"VACUUM {table}")
    return "VACUUM"


def _vacuum_sqlite(connection: sa.Connection, table: str) -> str:
    del table
    on = connection.exec_driver_sql("PRAGMA secure_delete").scalar()
    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return "secure_delete" if on else "not done: secure_delete is off"


def _optimize_mysql(connection: sa.Connection, table: str) -> str:
    connection.exec_driver_sql(f"OPTIMIZE TABLE {table}")
    return "OPTIMIZE TABLE"


_SETTLE: dict[str, Callable[[sa.Connection, str], str]] = {
    "postgresql": _vacuum_postgresql,
    "sqlite": _vacuum_sqlite,
    "mysql": _optimize_mysql,
}
_LEADING = {"postgresql": _LEADING_POSTGRESQL, "sqlite": _LEADING_SQLITE, "mysql": _LEADING_MYSQL}
