"""One connection to an SQL database: the RowSession of the protocol."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from platforms.connectors.base import Age, Aged, Change, Key, Linked, Match, PerRow, SourceFailed, chunks
from platforms.connectors.schema import SchemaInfo, Table, TableRef
from platforms.connectors.sql import (
    ages,
    introspect_mysql,
    introspect_postgresql,
    introspect_sqlite,
    statements,
)
from platforms.connectors.sql.faults import guarded
from platforms.connectors.sql.purging import SqlPurging
from platforms.connectors.sql.sampling import SqlSampling
from platforms.connectors.sql.values import fitting

READ_CHUNK = 1_000
WRITE_CHUNK = 1_000
VALUE_CHUNK = 5_000
MAX_PARAMETERS = 30_000
_INSPECT: dict[str, Callable[[sa.Connection, Sequence[TableRef], str], SchemaInfo]] = {
    "sqlite": introspect_sqlite.inspect,
    "postgresql": introspect_postgresql.inspect,
    "mysql": introspect_mysql.inspect,
    "mariadb": introspect_mysql.inspect,
}


class SqlSession(SqlPurging, SqlSampling):
    """Reads and writes rows in batches; counts the statements it sends."""

    def __init__(self, connection: sa.Connection, where: str, read_only: str) -> None:
        self.connection = connection
        self.where = where
        self.read_only = read_only
        self.statements = 0
        self.dialect = "mysql" if connection.dialect.name == "mariadb" else connection.dialect.name
        self.tables: dict[TableRef, Table] = {}
        sa.event.listen(connection, "before_cursor_execute", self._counted)

    def _counted(self, *_: Any) -> None:
        self.statements += 1

    @contextmanager
    def transaction(self, *, write: bool) -> Iterator[None]:
        """Begin; commit at the end (reads roll back), roll back on any error. Raises SourceFailed."""
        if write and self.read_only:
            raise SourceFailed(f"Nothing can be written in {self.where}: {self.read_only}.")
        with guarded(self.where):
            if self.dialect == "postgresql":
                self.connection = self.connection.execution_options(postgresql_readonly=not write)
            transaction = self.connection.begin()
            try:
                if self.dialect == "sqlite":
                    driver: Any = self.connection.connection.driver_connection
                    driver.execute("BEGIN IMMEDIATE" if write else "BEGIN")
                yield
                transaction.commit() if write else transaction.rollback()
            except BaseException:
                with guarded(self.where, quiet=True):
                    transaction.rollback()
                raise

    def inspect(self, tables: Sequence[TableRef]) -> SchemaInfo:
        """Return the real schema of the tables, as far as they exist, and remember it for this session."""
        with guarded(self.where):
            found = _INSPECT[self.dialect](self.connection, tables, self.read_only)
        self.tables |= {table.ref: table for table in found.tables.values()}
        return found

    def _rows(self, statement: Any) -> Iterator[tuple[Any, ...]]:
        with guarded(self.where):
            for row in self.connection.execute(statement):
                yield tuple(_plain(value) for value in row)

    def locate(
        self, table: TableRef, columns: Sequence[str], any_of: Sequence[Match]
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the columns of the rows that fulfil any condition; long lists go out in several queries."""
        info = self.tables[table]
        source = statements.clause(info)
        for batch in _batches(any_of):
            tests = [statements.condition(info, source, match, self.dialect) for match in batch]
            tests = [test for test in tests if test is not None]
            if tests:
                yield from self._rows(sa.select(*(source.c[name] for name in columns)).where(sa.or_(*tests)))

    def select(
        self, table: TableRef, columns: Sequence[str], where: Sequence[Match], linked: Sequence[Linked] = ()
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the columns of the rows that fulfil all of the conditions, with one statement."""
        info = self.tables[table]
        source = statements.clause(info)
        try:
            meant = statements.all_of(self.tables, info, source, where, linked, self.dialect)
            query = sa.select(*(source.c[name] for name in columns)).where(meant)
        except KeyError as fault:
            raise SourceFailed(f"There is no column {fault.args[0]} in {table}.") from fault
        yield from self._rows(query)

    def collect(
        self, table: TableRef, columns: Sequence[str], key: Sequence[str], keys: Sequence[Key]
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the columns of the rows with these keys, a chunk of keys at a time."""
        source = statements.clause(self.tables[table])
        for part in chunks(keys, _chunk(READ_CHUNK, len(key), keys)):
            query = sa.select(*(source.c[name] for name in columns))
            yield from self._rows(query.where(statements.with_keys(source, key, part)))

    def matching(self, table: TableRef, key: Sequence[str], keys: Sequence[Key], match: Match) -> int:
        """Return how many of the rows with these keys fulfil a condition; always one statement."""
        info = self.tables[table]
        source = statements.clause(info)
        test = statements.condition(info, source, match, self.dialect)
        found = sa.and_(statements.with_keys(source, key, keys), sa.false() if test is None else test)
        (row,) = self._rows(sa.select(sa.func.count()).select_from(source).where(found))
        return int(row[0])

    def erase(
        self, table: TableRef, key: Sequence[str], keys: Sequence[Key], changes: Mapping[str, Change] | None
    ) -> int:
        """Mask columns (None: delete the rows) and return how many rows were written."""
        return sum(written for written, _ in self.erasing(table, key, keys, changes))

    def erasing(
        self, table: TableRef, key: Sequence[str], keys: Sequence[Key], changes: Mapping[str, Change] | None
    ) -> Iterator[tuple[int, int]]:
        """Do what `erase` does and yield after each chunk (rows written, rows asked for)."""
        info = self.tables[table]
        per_row = [change for change in (changes or {}).values() if isinstance(change, PerRow)]
        size = _chunk(WRITE_CHUNK, len(key) * (1 + len(per_row)) + len(per_row), keys)
        size = min(size, 500) if per_row else size
        for start in range(0, len(keys), size):
            part = keys[start : start + size]
            sliced = None if changes is None else _slice(changes, start, size)
            statement, given = self._write(info, key, part, sliced)
            with guarded(self.where):
                yield self.connection.execute(statement, given).rowcount, len(part)

    def _write(
        self, info: Table, key: Sequence[str], keys: Sequence[Key], changes: Mapping[str, Change] | None
    ) -> tuple[Any, dict[str, Any]]:
        if changes is None:
            return statements.delete(info, key, keys), {}
        if self.dialect == "postgresql" and any(isinstance(one, PerRow) for one in changes.values()):
            quote = self.connection.dialect.identifier_preparer
            made = statements.update_from_lists(info, key, keys, changes, quote)
            if made:
                return made
        return statements.update(info, key, keys, changes, self.dialect), {}

    def rectify(
        self, table: TableRef, key: Sequence[str], keys: Sequence[Key], changes: Mapping[str, Change]
    ) -> int:
        """Write corrected values and return how many rows were written."""
        return self.erase(table, key, keys, changes)

    def probe(
        self, table: TableRef, columns: Sequence[str], key: Sequence[str], keys: Sequence[Key]
    ) -> Iterator[tuple[Any, ...]]:
        """Yield key and columns of the rows that are still there."""
        return self.collect(table, [*key, *columns], key, keys)

    def count(self, table: TableRef, column: str, values: Sequence[Any]) -> dict[Any, int]:
        """Return how many rows hold each of the values in the column."""
        source = statements.clause(self.tables[table])
        wanted = fitting(values, self.tables[table].columns[column])
        found: dict[Any, int] = {}
        for part in chunks(wanted, VALUE_CHUNK):
            query = sa.select(source.c[column], sa.func.count()).where(source.c[column].in_(list(part)))
            found |= {row[0]: row[1] for row in self._rows(query.group_by(source.c[column]))}
        return found

    def ages(self, table: TableRef, wanted: Sequence[Aged]) -> list[Age]:
        """Return the ages of rows of a table, in the order asked, with one statement. Raises SourceFailed."""
        if not wanted:
            return []
        try:
            query = ages.statement(self.tables, table, wanted, self.dialect)
        except (KeyError, ages.NoMoments) as fault:
            raise SourceFailed(f"The ages of {table} in {self.where} cannot be read: {fault}") from fault
        (row,) = self._rows(query)
        return ages.read(row)

    def breaks(
        self,
        table: TableRef,
        key: Sequence[str],
        keys: Sequence[Key],
        values: Mapping[str, Any],
        checks: Sequence[str],
    ) -> list[bool]:
        """Return, per CHECK expression, whether some row would break it with `values` written. Reads only."""
        info, broken = self.tables[table], [False] * len(checks)
        for part in chunks(keys, _chunk(READ_CHUNK, len(key), keys)):
            query = statements.violations(info, key, part, values, checks, self.dialect)
            try:
                with self.connection.begin_nested():
                    row = self.connection.execute(query).one()
            except sa.exc.DBAPIError as fault:
                if fault.connection_invalidated:
                    raise SourceFailed(f"The connection to {self.where} was lost.") from fault
                return [True] * len(checks)  # a value that the check cannot even look at breaks it
            broken = [before or bool(now) for before, now in zip(broken, row, strict=True)]
        return broken


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _chunk(size: int, parts: int, keys: Sequence[Key]) -> int:
    if keys and any(part is None for one in keys for part in one):
        size = 100
    return max(1, min(size, MAX_PARAMETERS // max(1, parts)))


def _slice(changes: Mapping[str, Change], start: int, size: int) -> dict[str, Change]:
    return {
        name: PerRow(change.values[start : start + size]) if isinstance(change, PerRow) else change
        for name, change in changes.items()
    }


def _batches(any_of: Sequence[Match]) -> Iterator[list[Match]]:
    """All short conditions in one query; a list longer than VALUE_CHUNK goes out in parts."""
    short = [match for match in any_of if len(match.values) <= VALUE_CHUNK]
    if short:
        yield short
    for match in any_of:
        if len(match.values) > VALUE_CHUNK:
            for part in chunks(match.values, VALUE_CHUNK):
                yield [replace(match, values=tuple(part))]
