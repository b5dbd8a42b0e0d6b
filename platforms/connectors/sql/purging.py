"""Looking for rows that are due, and removing them window by window, in SQL."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by

from platforms.connectors.base import Key, SourceFailed, chunks
from platforms.connectors.packing import KeyKind, Packed, pack
from platforms.connectors.packing import one as one_key
from platforms.connectors.purging import Changed, Due, Seal, Survey, Window
from platforms.connectors.schema import Table, TableRef
from platforms.connectors.sql import ages
from platforms.connectors.sql import due as conditions
from platforms.connectors.sql.ages import NoMoments
from platforms.connectors.sql.faults import guarded
from platforms.connectors.sql.statements import clause

AT_ONCE = 5_000
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
        """Count what is due and what stays, in one statement."""
        with self._named(due):
            row = self.connection.execute(self._survey_of(due)).one()
        total, ready, held, pointed, undated, oldest = row
        return Survey(int(total), int(ready or 0), int(held or 0), int(pointed or 0), int(undated or 0),
                      ages.moment_of(oldest))  # fmt: skip

    def _survey_of(self, due: Due) -> Any:
        info, source = self.tables[due.table], clause(self.tables[due.table])
        over = conditions.ripe(self.tables, due, source, self.dialect)
        held = conditions.held(self.tables, due, source, self.dialect)
        pointed = sa.or_(sa.false(), *(conditions.points_at(source, k) for k in due.kept_by))
        figures = [
            sa.func.count(),
            _sum(sa.and_(over, sa.not_(held), sa.not_(pointed))),
            _sum(sa.and_(over, held)),
            _sum(sa.and_(over, sa.not_(held), pointed)),
            _sum(conditions.undated(self.tables, due, source, self.dialect)),
            self._oldest(due, info, source),
        ]
        return sa.select(*figures).select_from(source)

    def _oldest(self, due: Due, info: Table, source: sa.TableClause) -> Any:
        own = next((one.column for one in due.any_of if not one.hops), None)
        return sa.null() if own is None else sa.func.min(ages.moment(info, source, own, self.dialect))

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
        """Return the keys of the rows of a window that are due."""
        info = self.tables[due.table]
        kind, source = kind_of(info, due), clause(info)
        with self._named(due):
            if self.dialect == "postgresql" and kind != KeyKind.DIGEST:
                return Packed(
                    kind,
                    bytes(self._value(_packed(kind, source.c[due.key[0]], self._ready(due, source, window)))),
                )
            query = sa.select(*(source.c[name] for name in due.key)).where(self._ready(due, source, window))
            return pack(kind, self.connection.execute(query), seal)

    def purge(self, due: Due, window: Window, expected: Packed, seal: Seal) -> Packed:
        """Remove or mask the rows of a window that are due. Raises Changed when they are not the expected."""
        with self._named(due):
            gone = self._remove(due, window, seal)
        if gone != expected:
            raise Changed(f"{due.table}: {len(expected)} rows were due, {len(gone)} are.")
        return gone

    def _remove(self, due: Due, window: Window, seal: Seal) -> Packed:
        info = self.tables[due.table]
        kind, source = kind_of(info, due), clause(info)
        ready = self._ready(due, source, window)
        statement: Any = sa.delete(source) if due.changes is None else sa.update(source).values(
            {source.c[name]: value for name, value in due.changes.items()}
        )  # fmt: skip
        columns = [source.c[name] for name in due.key]
        if self.dialect == "mysql":
            found = pack(
                kind, self.connection.execute(sa.select(*columns).where(ready).with_for_update()), seal
            )
            written = self.connection.execute(statement.where(ready)).rowcount
            if written != len(found):
                raise Changed(f"{due.table}: {written} rows instead of {len(found)}.")
            return found
        returning = statement.where(ready).returning(*columns)
        if self.dialect == "postgresql" and kind != KeyKind.DIGEST:
            gone = returning.cte("gone")
            return Packed(kind, bytes(self._value(_packed_of(kind, gone, due.key[0]))))
        return pack(kind, self.connection.execute(returning), seal)

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
            return _SETTLE[self.dialect](self.connection, self._quoted(table))
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


def _joined(kind: KeyKind, column: Any) -> Any:
    nothing: Any = sa.literal_column("''::bytea")
    return sa.func.string_agg(_send(kind, column), aggregate_order_by(nothing, column))


def _packed(kind: KeyKind, column: Any, ready: Any) -> Any:
    return sa.select(sa.func.coalesce(_joined(kind, column), sa.literal_column("''::bytea"))).where(ready)


def _packed_of(kind: KeyKind, gone: Any, name: str) -> Any:
    return sa.select(sa.func.coalesce(_joined(kind, gone.c[name]), sa.literal_column("''::bytea")))


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
