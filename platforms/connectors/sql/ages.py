"""One statement that says how old the rows of a table are, for three dialects. No value leaves the database.

Moments are compared in UTC: a column without a zone is taken to be in UTC, a day starts at midnight UTC, and
a number is seconds since 1970.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from platforms.connectors.base import Age, Aged
from platforms.connectors.schema import Column, Table, TableRef
from platforms.connectors.sql.statements import all_of, clause

Tables = Mapping[TableRef, Table]
_NUMBERS = ("integer", "number")


class NoMoments(Exception):
    """A column whose values say no time; the message names it."""


def statement(tables: Tables, table: TableRef, wanted: Sequence[Aged], dialect: str) -> Any:
    """Return the SELECT with three figures for each of `wanted`: rows, oldest, over.

    Raises KeyError for a table or column that is not there, NoMoments for one without times.
    """
    info = tables[table]
    source = clause(info)
    figures = [figure for one in wanted for figure in _figures(tables, info, source, one, dialect)]
    return sa.select(*(figure.label(f"f{place}") for place, figure in enumerate(figures))).select_from(source)


def _figures(tables: Tables, info: Table, source: sa.TableClause, one: Aged, dialect: str) -> list[Any]:
    column, at = source.c[one.column], moment(info, source, one.column, dialect)
    inside = _rows(tables, info, source, one, dialect)
    over: Any = sa.false()
    if one.before is not None:
        limit = _limit(one.before, _is_number(info.columns[one.column], dialect))
        over = sa.or_(column.is_(None), at.is_(None), at < limit)
    return [
        sa.func.count(sa.case((inside, 1))),
        sa.func.min(sa.case((inside, at))),
        sa.func.count(sa.case((sa.and_(inside, over), 1))),
    ]


def _rows(tables: Tables, info: Table, source: sa.TableClause, one: Aged, dialect: str) -> Any:
    """Return which rows are meant."""
    meant = all_of(tables, info, source, one.where, one.linked, dialect)
    return sa.and_(meant, source.c[one.present].is_not(None)) if one.present else meant


def _is_number(column: Column, dialect: str) -> bool:
    """Return whether moments of the column are compared as seconds."""
    stamp = dialect == "mysql" and column.type_name.lower().startswith("timestamp")
    return dialect == "sqlite" or stamp or column.family in _NUMBERS


def moment(info: Table, source: sa.TableClause, name: str, dialect: str) -> Any:
    """Return the moment of a row: seconds where `_is_number`, else a time without zone, in UTC."""
    known, column = info.columns[name], source.c[name]
    if known.family in _NUMBERS:
        return column
    if dialect == "sqlite":
        return sa.cast(sa.func.strftime("%s", column), sa.Integer)
    if known.family not in ("date", "datetime"):
        raise NoMoments(f"the column {name} holds no moments ({known.type_name}).")
    if dialect == "mysql":
        return sa.func.unix_timestamp(column) if _is_number(known, dialect) else sa.cast(column, sa.DateTime)
    if "with time zone" in known.type_name.lower() or known.type_name.lower().startswith("timestamptz"):
        return sa.func.timezone("UTC", column)
    return sa.cast(column, sa.DateTime)


def _limit(before: datetime, number: bool) -> Any:
    return before.timestamp() if number else before.astimezone(UTC).replace(tzinfo=None)


def read(row: Sequence[Any]) -> list[Age]:
    """Return the ages of the row that the statement gave."""
    return [
        Age(int(items), moment_of(oldest), int(over))
        for items, oldest, over in zip(row[::3], row[1::3], row[2::3], strict=True)
    ]


def moment_of(value: Any) -> datetime | None:
    """Return what the database gave for a moment, in UTC."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return datetime.fromtimestamp(float(value), UTC)
