"""Conditions of retention in SQL: which rows are due, which are held, which others point at. Three dialects.

A moment is compared in the column's own type, so that an index on it can be used. A column without a zone is
taken to be in UTC, a number is seconds since 1970.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, timedelta
from typing import Any

import sqlalchemy as sa

from platforms.connectors.base import Key
from platforms.connectors.purging import ERASED, Due, Ripe, Window
from platforms.connectors.schema import Column, ForeignKey, Table, TableRef
from platforms.connectors.sql.ages import NoMoments
from platforms.connectors.sql.statements import clause, condition, with_keys
from platforms.connectors.sql.values import fitting

Tables = Mapping[TableRef, Table]
_DAY = 10  # characters of an ISO day
_SHAPES = tuple(
    f"[0-9][0-9][0-9][0-9]-{month}-{day}*"
    for month in ("0[1-9]", "1[0-2]")
    for day in ("0[1-9]", "1[0-9]", "2[0-8]")
)
"""How a day is written that exists in every month, at the beginning of a text."""
_BARE = (19, 23, 26)
"""Characters of a moment without a zone: with seconds, milliseconds, microseconds."""


def due(
    tables: Tables, asked: Due, source: sa.TableClause, dialect: str, window: Window | None = None
) -> Any:
    """Return the condition that a row is due, nobody holds it, and nothing points at it."""
    parts = [ripe(tables, asked, source, dialect), *_inside(source, asked, window)]
    parts += [sa.not_(held(tables, asked, source, dialect))] if asked.held or asked.holding else []
    pointed = [points_at(source, one) for one in asked.kept_by]
    parts += [sa.or_(sa.false(), *pointed)] if asked.only_kept else [sa.not_(one) for one in pointed]
    return sa.and_(*parts)


def ripe(tables: Tables, asked: Due, source: sa.TableClause, dialect: str) -> Any:
    """Return the condition that the period of a row is over and it has something to lose."""
    info = tables[asked.table]
    over = sa.or_(*(_over(tables, info, source, one, dialect) for one in asked.any_of))
    parts = [over, *(_over(tables, info, source, one, dialect) for one in asked.none_of)]
    for match in asked.where:
        test = condition(info, source, match, dialect)
        parts.append(sa.false() if test is None else test)
    if asked.changes is not None:
        masked = changes_of(asked, source)
        parts.append(sa.or_(*(source.c[name].is_distinct_from(value) for name, value in masked.items())))
    return sa.and_(*parts)


def changes_of(asked: Due, source: sa.TableClause) -> dict[str, Any]:
    """Return what is written into the columns of rows that are masked."""
    own: Any = sa.literal(ERASED, sa.String)
    for place, name in enumerate(asked.key):
        own = own.concat("-") if place else own
        own = own.concat(sa.cast(source.c[name], sa.String(40)))
    return {name: own if value == ERASED else value for name, value in (asked.changes or {}).items()}


def held(tables: Tables, asked: Due, source: sa.TableClause, dialect: str) -> Any:
    """Return the condition that somebody holds a row."""
    info = tables[asked.table]
    tests = [condition(info, source, match, dialect) for match in asked.holding]
    parts = [sa.func.coalesce(test, sa.false()) for test in tests if test is not None]
    if asked.held:
        keys = list(_fitting(info, asked))
        parts += [with_keys(source, asked.key, keys)] if keys else []
    return sa.or_(sa.false(), *parts)


def _fitting(info: Table, asked: Due) -> Iterator[Key]:
    """Yield the held keys as the columns write them; a key that no row can have is left out."""
    columns = [info.columns[name] for name in asked.key]
    for key in asked.held:
        parts = [fitting([part], column) for part, column in zip(key, columns, strict=True)]
        if all(parts):
            yield tuple(part[0] for part in parts)


def points_at(source: sa.TableClause, link: ForeignKey) -> Any:
    """Return the condition that a row of another table, or another row of the same one, points at a row."""
    names = {*link.columns}
    columns: list[sa.ColumnClause[Any]] = [sa.column(sa.sql.quoted_name(name, True)) for name in names]
    schema = sa.sql.quoted_name(link.table.schema, True) if link.table.schema else None
    other = sa.table(sa.sql.quoted_name(link.table.name, True), *columns, schema=schema).alias("pointing")
    pairs = zip(link.columns, link.target_columns, strict=True)
    return sa.exists(sa.select(sa.literal(1)).where(*(other.c[own] == source.c[aim] for own, aim in pairs)))


def undated(tables: Tables, asked: Due, source: sa.TableClause, dialect: str) -> Any:
    """Return the condition that a row says in no way when its period begins."""
    info = tables[asked.table]
    own = [one for one in asked.any_of if not one.hops]
    return sa.and_(*(_unreadable(info, source, one.column, dialect) for one in own)) if own else sa.false()


def _unreadable(info: Table, source: sa.TableClause, name: str, dialect: str) -> Any:
    column = source.c[name]
    if dialect == "sqlite" and not _is_number(info.columns[name]):
        return sa.func.strftime("%s", column).is_(None)
    return column.is_(None)


def _inside(source: sa.TableClause, asked: Due, window: Window | None) -> list[Any]:
    if window is None:
        return []
    column, parts = source.c[asked.order], []
    if window.lower is not None:
        parts.append(column >= window.lower)
    if window.upper is not None:
        parts.append(column < window.upper)
    return parts


def _over(tables: Tables, info: Table, source: sa.TableClause, one: Ripe, dialect: str) -> Any:
    if not one.hops:
        return before(info.columns[one.column], source.c[one.column], one, dialect)
    step, *rest = one.hops
    parent = tables[step.table]
    target: Any = clause(parent).alias()
    behind = Ripe(one.column, one.before, one.day, tuple(rest))
    test = _over(tables, parent, target, behind, dialect)
    return source.c[step.column].in_(sa.select(target.c[step.key]).where(test))


def before(info: Column, column: Any, one: Ripe, dialect: str) -> Any:
    """Return the condition that a column lies before a limit. Raises NoMoments."""
    if _is_number(info):
        return column < one.before.timestamp()
    if dialect == "sqlite":
        return _before_text(column, one)
    if info.family == "date":
        return column < one.day
    if info.family != "datetime":
        raise NoMoments(f"the column {info.name} holds no moments ({info.type_name}).")
    return column < (
        one.before if _has_zone(info, dialect) else one.before.astimezone(UTC).replace(tzinfo=None)
    )


def _is_number(info: Column) -> bool:
    return info.family in ("integer", "number")


def _has_zone(info: Column, dialect: str) -> bool:
    return dialect == "postgresql" and ("with time zone" in info.type_name or info.type_name == "timestamptz")


def _before_text(column: Any, one: Ripe) -> Any:
    """Compare ISO texts; no zone moves a moment by more than a day.

    The first condition lets an index find the rows. A text that looks like a day and lies well before the
    limit, or like a moment without a zone, is compared as it is: that costs a fraction of reckoning.
    """
    moment = one.before.astimezone(UTC)
    far, safe = ((moment + timedelta(days=days)).date().isoformat() for days in (2, -1))
    exact = sa.cast(sa.func.strftime("%s", column), sa.Integer) < int(moment.timestamp())
    days = sa.and_(column < one.day.isoformat(), sa.func.strftime("%s", column).is_not(None))
    reckoned = sa.case((sa.func.length(column) == _DAY, days), else_=exact)
    spelled = moment.strftime("%Y-%m-%d %H:%M:%S")
    bare = sa.and_(column < spelled, sa.func.length(column).in_(_BARE), column.op("GLOB")("??????????[ ]*"))
    shaped = sa.or_(*(column.op("GLOB")(shape) for shape in _SHAPES))
    return sa.and_(column < far, sa.or_(sa.and_(sa.or_(column < safe, bare), shaped), reckoned))
