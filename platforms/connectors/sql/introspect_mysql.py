"""The real schema of a MySQL or MariaDB database, in a handful of catalogue queries."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from platforms.connectors.schema import Check, Column, Family, ForeignKey, SchemaInfo, Table, TableRef, Unique
from platforms.connectors.sql.families import bits_of, family_of, length_of, precision_of
from platforms.connectors.sql.naming import resolve

_TABLES = """
SELECT table_schema, table_name, table_type, table_schema = DATABASE() FROM information_schema.tables
WHERE table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
  AND (table_schema = DATABASE() OR table_schema IN :schemas)"""
_COLUMNS = """
SELECT table_schema, table_name, column_name, data_type, column_type, is_nullable, character_maximum_length,
       extra, COALESCE(generation_expression, '')
FROM information_schema.columns WHERE table_name IN :names ORDER BY ordinal_position"""
_INDEXES = """
SELECT table_schema, table_name, index_name, column_name FROM information_schema.statistics
WHERE non_unique = 0 AND table_name IN :names ORDER BY index_name, seq_in_index"""
_FOREIGN = """
SELECT k.table_schema, k.table_name, k.constraint_name, k.column_name, k.referenced_table_schema,
       k.referenced_table_name, k.referenced_column_name, r.delete_rule, r.update_rule
FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
  ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name
 AND r.table_name = k.table_name
WHERE k.referenced_table_name IS NOT NULL AND (k.table_name IN :names OR k.referenced_table_name IN :names)
ORDER BY k.constraint_name, k.ordinal_position"""
_CHECKS_MARIADB = """
SELECT constraint_schema, table_name, constraint_name, check_clause FROM information_schema.check_constraints
WHERE table_name IN :names"""
_CHECKS_MYSQL = """
SELECT t.table_schema, t.table_name, t.constraint_name, c.check_clause
FROM information_schema.table_constraints t JOIN information_schema.check_constraints c
  ON c.constraint_schema = t.constraint_schema AND c.constraint_name = t.constraint_name
WHERE t.constraint_type = 'CHECK' AND t.table_name IN :names"""
Place = tuple[str, str]


def inspect(connection: sa.Connection, refs: Sequence[TableRef], read_only: str) -> SchemaInfo:
    """Return the schema of the tables asked for, as far as they exist."""
    schemas = sorted({ref.schema or ref.name.partition(".")[0] for ref in refs})
    listed = list(_ask(connection, _TABLES, schemas=schemas))
    seen = {(row[0], row[1]): TableRef(row[1], None if row[3] else row[0]) for row in listed}
    views = {(row[0], row[1]) for row in listed if "VIEW" in row[2].upper()}
    places = {ref: place for place, ref in seen.items()}
    names = {(ref.schema, ref.name) for ref in places}
    qualified = {place: ref for place, ref in seen.items()}
    real = {
        ref: qualified.get((ref.schema or "", ref.name)) or resolve(ref, names, folded=True) for ref in refs
    }
    wanted = sorted({found.name for found in real.values() if found}) or [""]
    checks = _checks(connection, wanted)
    columns = _columns(_ask(connection, _COLUMNS, names=wanted), checks)
    keys, uniques = _indexes(_ask(connection, _INDEXES, names=wanted))
    foreign = _foreign(_ask(connection, _FOREIGN, names=wanted), seen)
    tables = {
        ref: Table(
            ref=found,
            columns=columns[places[found]],
            primary_key=keys.get(places[found], ()),
            uniques=tuple(uniques[places[found]]),
            foreign_keys=tuple(key for key in foreign if key.table == found),
            checks=tuple(checks[places[found]]),
            is_view=places[found] in views,
        )
        for ref, found in real.items()
        if found
    }
    targets = {table.ref for table in tables.values()}
    blocked = read_only or (
        "the server is read-only" if connection.exec_driver_sql("SELECT @@read_only").scalar() else ""
    )
    shown = tuple(sorted(str(ref) for ref in seen.values()))
    return SchemaInfo(tables, tuple(key for key in foreign if key.target in targets), shown, blocked, "mysql")


def _ask(connection: sa.Connection, statement: str, **lists: Sequence[str]) -> Iterable[Any]:
    query = sa.text(statement).bindparams(*(sa.bindparam(name, expanding=True) for name in lists))
    return connection.execute(query, lists)


def _checks(connection: sa.Connection, names: Sequence[str]) -> dict[Place, list[Check]]:
    mariadb = bool(getattr(connection.dialect, "is_mariadb", False))
    found: dict[Place, list[Check]] = defaultdict(list)
    for schema, table, name, clause in _ask(
        connection, _CHECKS_MARIADB if mariadb else _CHECKS_MYSQL, names=names
    ):
        text = clause.decode() if isinstance(clause, bytes) else clause
        found[schema, table].append(Check(name, text.replace("\\'", "'")))
    return found


def _family(data_type: str, column_type: str, is_json: bool) -> Family:
    if is_json:
        return "json"
    if data_type in ("enum", "set"):
        return "enum" if data_type == "enum" else "other"
    if column_type.lower().startswith("tinyint(1)"):
        return "boolean"
    return family_of(data_type)


def _columns(rows: Iterable[Any], checks: dict[Place, list[Check]]) -> dict[Place, dict[str, Column]]:
    columns: dict[Place, dict[str, Column]] = defaultdict(dict)
    for schema, table, name, data_type, column_type, nullable, length, extra, expression in rows:
        is_json = any(f"json_valid(`{name}`)" == check.sql.lower() for check in checks[schema, table])
        family = _family(data_type.lower(), column_type, is_json)
        precision, scale = precision_of(column_type)
        columns[schema, table][name] = Column(
            name=name,
            type_name=column_type,
            family=family,
            nullable=nullable == "YES",
            length=int(length) if length and family == "text" and length_of(column_type) else None,
            precision=precision,
            scale=scale,
            bits=bits_of(data_type) if family == "integer" else None,
            generated=bool(expression)
            or "GENERATED" in (extra or "").upper().replace("DEFAULT_GENERATED", ""),
            labels=tuple(re.findall(r"'((?:[^']|'')*)'", column_type)) if family == "enum" else (),
        )
    return columns


def _indexes(rows: Iterable[Any]) -> tuple[dict[Place, tuple[str, ...]], dict[Place, list[Unique]]]:
    grouped: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for schema, table, index, column in rows:
        grouped[schema, table, index].append(column)
    keys: dict[Place, tuple[str, ...]] = {}
    uniques: dict[Place, list[Unique]] = defaultdict(list)
    for (schema, table, index), names in grouped.items():
        if index == "PRIMARY":
            keys[schema, table] = tuple(names)
        elif None not in names:
            uniques[schema, table].append(Unique(tuple(names)))
    return keys, uniques


def _foreign(rows: Iterable[Any], seen: dict[Place, TableRef]) -> list[ForeignKey]:
    grouped: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row[0], row[1], row[2]].append(row)
    found = []
    for (schema, table, _), parts in grouped.items():
        own, target = seen.get((schema, table)), seen.get((parts[0][4], parts[0][5]))
        if own and target:
            columns, aims = tuple(row[3] for row in parts), tuple(row[6] for row in parts)
            found.append(ForeignKey(own, columns, target, aims, parts[0][7], parts[0][8]))
    return found
