"""SQL built with SQLAlchemy Core: conditions, keys and set-based changes, for three dialects."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.elements import quoted_name

from platforms.connectors.base import Change, Key, Linked, Match, PerRow
from platforms.connectors.schema import Column, Table, TableRef
from platforms.connectors.sql.values import fitting


def clause(table: Table) -> sa.TableClause:
    """Return the table with every column quoted as the database spells it."""
    columns: list[sa.ColumnClause[Any]] = [sa.column(quoted_name(name, True)) for name in table.columns]
    schema = quoted_name(table.ref.schema, True) if table.ref.schema else None
    return sa.table(quoted_name(table.ref.name, True), *columns, schema=schema)


def _texts(values: Iterable[Any]) -> list[str]:
    return [value if isinstance(value, str) else str(value) for value in values]


def _inside_postgresql(column: Any, match: Match) -> Any:
    steps = "".join("." + json.dumps(step) for step in match.path.split(".") if step)
    path = sa.cast("lax $" + steps + "[*]", postgresql.JSONPATH)
    found = sa.func.jsonb_path_query(sa.cast(column, postgresql.JSONB), path).column_valued("found")
    value = found.op("#>>")(sa.literal_column("'{}'"))
    return sa.exists(sa.select(sa.literal(1)).where(_equal(value, match)))


def _inside_mysql(column: Any, match: Match) -> Any:
    steps = [json.dumps(step) for step in match.path.split(".") if step]
    values = list(match.values) + [int(v) for v in match.values if isinstance(v, str) and v.isdecimal()]
    wanted = json.dumps([v.lower() if match.fold and isinstance(v, str) else v for v in values], default=str)
    ways = {"$" + "".join(f".{step}" for step in steps), "$" + "".join(f"[*].{step}" for step in steps)}
    ways |= {"$" + "".join(f".{step}[*]" for step in steps[:-1]) + f".{steps[-1]}"} if steps else set()
    tests = []
    for way in sorted(ways):
        found = sa.func.json_extract(column, way)
        tests.append(sa.func.json_overlaps(sa.func.lower(found) if match.fold else found, wanted) == 1)
    return sa.or_(*tests)


def _inside_sqlite(column: Any, match: Match) -> Any:
    wanted = json.dumps(_texts(match.values))
    return sa.func.portal_inside(column, match.path, wanted, int(match.fold)) == 1


def _equal(expression: Any, match: Match) -> Any:
    texts = _texts(match.values)
    if match.fold:
        return sa.func.lower(expression).in_([text.lower() for text in texts])
    return expression.in_(texts)


def _in_array(column: Any, match: Match) -> Any:
    element = sa.func.unnest(column).column_valued("element")
    value = sa.cast(element, sa.Text)
    return sa.exists(sa.select(sa.literal(1)).where(_equal(value, match)))


_INSIDE = {"postgresql": _inside_postgresql, "mysql": _inside_mysql, "sqlite": _inside_sqlite}


def _bare(column: Any, match: Match) -> Any:
    """Compare without the signs that people write in telephone numbers."""
    for sign in " -().,/":
        column = sa.func.replace(column, sign, "")
    texts = ["".join(sign for sign in text if sign not in " -().,/") for text in _texts(match.values)]
    return column.in_(sorted(set(texts)))


def _folded(column: Any, match: Match, dialect: str) -> Any:
    lower = sa.func.portal_lower if dialect == "sqlite" else sa.func.lower
    return lower(column).in_(sorted({form for text in _texts(match.values) for form in (text, text.lower())}))


def condition(table: Table, source: sa.TableClause, match: Match, dialect: str) -> Any:
    """Return the condition of one match, or None when no value can be in the column."""
    column, info = source.c[match.column], table.columns[match.column]
    if info.family == "array":
        return _in_array(column, match)
    if match.path or match.document or info.family == "json":
        return _INSIDE[dialect](column, match)
    if match.bare and info.family in ("text", "other"):
        return _bare(column, match)
    if match.fold and info.family in ("text", "other", "enum"):
        return _folded(sa.cast(column, sa.Text) if _opaque(info) else column, match, dialect)
    values = fitting(match.values, info)
    if not values:
        return None
    return (sa.cast(column, sa.Text) if _opaque(info) else column).in_(values)


def all_of(
    tables: Mapping[TableRef, Table],
    table: Table,
    source: sa.TableClause,
    where: Sequence[Match],
    linked: Sequence[Linked],
    dialect: str,
) -> Any:
    """Return the condition that every match holds; one that no value can fulfil means no row."""
    tests = [condition(table, source, match, dialect) for match in where]
    tests += [_linked(tables, source, link, dialect) for link in linked]
    return sa.and_(sa.true(), *(sa.false() if test is None else test for test in tests))


def _linked(tables: Mapping[TableRef, Table], source: sa.TableClause, link: Linked, dialect: str) -> Any:
    parent = tables[link.table]
    target = clause(parent)
    test = condition(parent, target, link.match, dialect)
    return None if test is None else source.c[link.column].in_(sa.select(target.c[link.key]).where(test))


def _opaque(info: Column) -> bool:
    return info.strict and info.family in ("other", "enum")


def with_keys(source: sa.TableClause, key: Sequence[str], keys: Sequence[Key]) -> Any:
    """Return the condition that a row has one of the keys; missing values in keys match missing values."""
    columns = [source.c[name] for name in key]
    if any(part is None for one in keys for part in one):
        return sa.or_(
            *(
                sa.and_(*(c.is_not_distinct_from(v) for c, v in zip(columns, one, strict=True)))
                for one in keys
            )
        )
    if len(columns) == 1:
        return columns[0].in_([one[0] for one in keys])
    return sa.tuple_(*columns).in_([tuple(one) for one in keys])


def _one_key(columns: Sequence[Any], one: Key) -> Any:
    return sa.and_(*(c.is_(None) if v is None else c == v for c, v in zip(columns, one, strict=True)))


def _by_case(
    table: Table,
    source: sa.TableClause,
    key: Sequence[str],
    keys: Sequence[Key],
    column: str,
    values: Sequence[Any],
    dialect: str,
) -> Any:
    columns = [source.c[name] for name in key]
    pairs = list(zip(keys, values, strict=True))
    if len(columns) == 1 and all(one[0] is not None for one in keys):
        chosen: Any = sa.case({one[0]: value for one, value in pairs}, value=columns[0])
    else:
        chosen = sa.case(*((_one_key(columns, one), value) for one, value in pairs))
    if dialect != "postgresql":
        return chosen
    return sa.cast(chosen, Named(table.columns[column].type_name))


class Named(sa.types.UserDefinedType[Any]):
    """A type by the name the database gives it."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        """Return the name as it is written in SQL."""
        return self.name


def update(
    table: Table, key: Sequence[str], keys: Sequence[Key], changes: Mapping[str, Change], dialect: str
) -> sa.Update:
    """Return one UPDATE for all the keys."""
    source = clause(table)
    values = {
        source.c[name]: (
            _by_case(table, source, key, keys, name, change.values, dialect)
            if isinstance(change, PerRow)
            else change
        )
        for name, change in changes.items()
    }
    return sa.update(source).where(with_keys(source, key, keys)).values(values)


def update_from_lists(
    table: Table, key: Sequence[str], keys: Sequence[Key], changes: Mapping[str, Change], quote: Any
) -> tuple[sa.TextClause, dict[str, Any]] | None:
    """Return PostgreSQL's faster UPDATE with one list a column, and its lists; None where none can be used.

    `quote`: the dialect's identifier preparer.
    """
    lists = {name: change.values for name, change in changes.items() if isinstance(change, PerRow)}
    arrays = any(table.columns[name].family == "array" for name in (*key, *lists))
    if arrays or any(part is None for one in keys for part in one):
        return None
    given: dict[str, Any] = {f"k{place}": [one[place] for one in keys] for place in range(len(key))}
    given |= {f"v{place}": list(values) for place, values in enumerate(lists.values())}
    types = [table.columns[name].type_name for name in (*key, *lists)]
    rows = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in zip(given, types, strict=True))
    plain = {f"c{place}": name for place, name in enumerate(name for name in changes if name not in lists)}
    sets = [f"{quote.quote_identifier(name)} = d.v{place}" for place, name in enumerate(lists)]
    sets += [f"{quote.quote_identifier(name)} = :{mark}" for mark, name in plain.items()]
    where = " AND ".join(f"t.{quote.quote_identifier(name)} = d.k{place}" for place, name in enumerate(key))
    target = quote.format_table(clause(table))
    lists_of = f"unnest({rows}) AS d({', '.join(given)})"
    # Names are quoted by the dialect, types come from the catalogue, values are bound.
    sql = f"UPDATE {target} AS t SET {', '.join(sets)} FROM {lists_of} WHERE {where}"  # noqa: S608
    return sa.text(_unmarked(sql, given, plain)), given | {
        mark: changes[name] for mark, name in plain.items()
    }


def _unmarked(sql: str, *marks: Mapping[str, Any]) -> str:
    """Escape colons that belong to names, not to parameters."""
    known = "|".join(name for part in marks for name in part)
    return re.sub(rf":(?!(?:{known})\b)", r"\\:", sql)


def delete(table: Table, key: Sequence[str], keys: Sequence[Key]) -> sa.Delete:
    """Return one DELETE for all the keys."""
    source = clause(table)
    return sa.delete(source).where(with_keys(source, key, keys))


def violations(
    table: Table,
    key: Sequence[str],
    keys: Sequence[Key],
    values: Mapping[str, Any],
    checks: Sequence[str],
    dialect: str,
) -> Any:
    """Return a query that counts, per CHECK expression, the rows that would break it with `values` set."""
    source = clause(table)
    shown: list[Any] = []
    for name in table.columns:
        if name not in values:
            shown.append(source.c[name])
        elif dialect == "postgresql":
            shown.append(
                sa.cast(
                    sa.literal(values[name], sa.types.NullType()), Named(table.columns[name].type_name)
                ).label(quoted_name(name, True))
            )
        else:
            shown.append(sa.literal(values[name], sa.types.NullType()).label(quoted_name(name, True)))
    inner = sa.select(*shown).where(with_keys(source, key, keys)).subquery(quoted_name(table.ref.name, True))
    broken = [sa.func.count(sa.case((sa.not_(sa.literal_column(f"({sql})")), 1))) for sql in checks]
    query: Any = sa.select(*broken).select_from(inner)
    return query
