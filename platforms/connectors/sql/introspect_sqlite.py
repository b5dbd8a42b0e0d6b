"""The real schema of a SQLite file, in four statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from platforms.connectors.schema import Check, Column, ForeignKey, SchemaInfo, Table, TableRef, Unique
from platforms.connectors.sql.checks import extract_checks
from platforms.connectors.sql.families import family_of, length_of, precision_of
from platforms.connectors.sql.naming import resolve

_TABLES = (
    "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
)
_COLUMNS = "SELECT m.name, x.* FROM sqlite_master m, pragma_table_xinfo(m.name) x WHERE m.name IN :names"
_INDEXES = (
    "SELECT m.name, l.name, l.partial, i.name, x.sql FROM sqlite_master m, pragma_index_list(m.name) l, "
    "pragma_index_info(l.name) i LEFT JOIN sqlite_master x ON x.name = l.name "
    'WHERE l."unique" AND m.name IN :names ORDER BY m.name, l.name, i.seqno'
)
_FOREIGN = "SELECT m.name, f.* FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"


def inspect(connection: sa.Connection, refs: Sequence[TableRef], read_only: str) -> SchemaInfo:
    """Return the schema of the tables asked for, as far as they exist."""
    listed = {name: (kind, sql or "") for name, kind, sql in connection.execute(sa.text(_TABLES))}
    real = {ref: resolve(TableRef(ref.name), {(None, name) for name in listed}, folded=True) for ref in refs}
    names = sorted({found.name for found in real.values() if found})
    columns, keys = _columns(_named(connection, _COLUMNS, names))
    uniques = _uniques(_named(connection, _INDEXES, names), columns)
    foreign = _foreign(connection.exec_driver_sql(_FOREIGN), keys, listed)
    tables = {
        ref: Table(
            ref=found,
            columns=columns[found.name],
            primary_key=keys.get(found.name, ()),
            uniques=tuple(uniques[found.name]),
            foreign_keys=tuple(key for key in foreign if key.table == found),
            checks=tuple(Check("", sql) for sql in extract_checks(listed[found.name][1])),
            is_view=listed[found.name][0] == "view",
        )
        for ref, found in real.items()
        if found
    }
    wanted = {table.ref for table in tables.values()}
    incoming = tuple(key for key in foreign if key.target in wanted)
    return SchemaInfo(tables, incoming, tuple(sorted(listed)), read_only, "sqlite")


def _named(connection: sa.Connection, statement: str, names: Sequence[str]) -> Iterable[Any]:
    query = sa.text(statement).bindparams(sa.bindparam("names", expanding=True))
    return connection.execute(query, {"names": names}) if names else ()


def _columns(rows: Iterable[Any]) -> tuple[dict[str, dict[str, Column]], dict[str, tuple[str, ...]]]:
    columns: dict[str, dict[str, Column]] = defaultdict(dict)
    keys: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for table, _, name, declared, not_null, _, key_place, hidden in rows:
        if hidden == 1:
            continue
        precision, scale = precision_of(declared or "")
        family = family_of(declared) if declared else "other"
        columns[table][name] = Column(
            name=name,
            type_name=declared or "",
            family="other" if family == "array" else family,
            nullable=not not_null,
            length=length_of(declared or ""),
            precision=precision,
            scale=scale,
            bits=64 if family == "integer" else None,
            generated=hidden in (2, 3),
            strict=False,
        )
        if key_place:
            keys[table].append((key_place, name))
    return columns, {table: tuple(name for _, name in sorted(places)) for table, places in keys.items()}


def _uniques(rows: Iterable[Any], columns: dict[str, dict[str, Column]]) -> dict[str, list[Unique]]:
    grouped: dict[tuple[str, str], list[str]] = defaultdict(list)
    partial: dict[tuple[str, str], bool] = {}
    for table, index, is_partial, column, sql in rows:
        names = (
            [column] if column else [name for name in columns[table] if name.lower() in (sql or "").lower()]
        )
        grouped[table, index] += [name for name in names if name not in grouped[table, index]]
        partial[table, index] = bool(is_partial) or column is None
    found: dict[str, list[Unique]] = defaultdict(list)
    for (table, index), names in grouped.items():
        found[table].append(Unique(tuple(names), partial=partial[table, index]))
    return found


def _foreign(
    rows: Iterable[Any], keys: dict[str, tuple[str, ...]], listed: Iterable[str]
) -> list[ForeignKey]:
    grouped: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row[0], row[1]].append(row)
    spelled = {name.lower(): name for name in listed}
    found = []
    for (table, _), parts in grouped.items():
        parts.sort(key=lambda row: row[2])
        target = spelled.get(parts[0][3].lower(), parts[0][3])
        aims = tuple(row[5] for row in parts)
        if None in aims:
            aims = keys.get(target, aims)
        found.append(
            ForeignKey(
                table=TableRef(table),
                columns=tuple(row[4] for row in parts),
                target=TableRef(target),
                target_columns=tuple(str(aim) for aim in aims),
                on_update=parts[0][6],
                on_delete=parts[0][7],
            )
        )
    return found
