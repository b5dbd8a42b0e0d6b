"""The real schema of a PostgreSQL database, in a handful of catalogue queries."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from platforms.connectors.schema import Check, Column, Family, ForeignKey, SchemaInfo, Table, TableRef, Unique
from platforms.connectors.sql.families import bits_of, family_of, length_of, precision_of
from platforms.connectors.sql.naming import resolve

_TABLES = """
SELECT c.oid, n.nspname, c.relname, c.relkind::text, pg_table_is_visible(c.oid),
       has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'),
       has_any_column_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg\\_t%'"""
_COLUMNS = """
SELECT a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
       a.attnotnull OR (t.typtype = 'd' AND t.typnotnull), a.attgenerated <> '' OR a.attidentity = 'a',
       t.typtype::text, CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
       t.typcategory::text,
       (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e
         WHERE e.enumtypid IN (t.oid, t.typbasetype)),
       CASE WHEN t.typtype = 'd' THEN (SELECT array_agg(pg_get_constraintdef(k.oid)) FROM pg_constraint k
         WHERE k.contypid = t.oid AND k.contype = 'c') END
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = ANY(CAST(:oids AS oid[])) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum"""
_CONSTRAINTS = """
SELECT k.conrelid, k.contype::text, k.conname, k.confrelid, k.confdeltype::text, k.confupdtype::text,
       pg_get_constraintdef(k.oid),
       (SELECT array_agg(a.attname::text ORDER BY o.n) FROM unnest(k.conkey) WITH ORDINALITY o(num, n)
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = o.num),
       (SELECT array_agg(a.attname::text ORDER BY o.n) FROM unnest(k.confkey) WITH ORDINALITY o(num, n)
         JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = o.num)
FROM pg_constraint k
WHERE k.contype IN ('p', 'f', 'c') AND k.conparentid = 0
  AND (k.conrelid = ANY(CAST(:oids AS oid[])) OR k.confrelid = ANY(CAST(:oids AS oid[])))"""
_UNIQUES = """
SELECT i.indrelid, i.indnkeyatts, i.indpred IS NOT NULL OR i.indexprs IS NOT NULL,
       (SELECT array_agg(a.attname::text) FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum > 0
         AND (a.attnum = ANY(i.indkey::int[]) OR EXISTS (
              SELECT 1 FROM pg_depend d WHERE d.objid = i.indexrelid AND d.refobjid = i.indrelid
              AND d.refobjsubid = a.attnum AND i.indexprs IS NOT NULL))),
       pg_get_indexdef(i.indexrelid) LIKE '%NULLS NOT DISTINCT%'
FROM pg_index i
WHERE i.indisunique AND NOT i.indisprimary AND i.indrelid = ANY(CAST(:oids AS oid[]))"""
_READ_ONLY = "SELECT pg_is_in_recovery(), current_setting('default_transaction_read_only')"
_ACTIONS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}


def inspect(connection: sa.Connection, refs: Sequence[TableRef], read_only: str) -> SchemaInfo:
    """Return the schema of the tables asked for, as far as they exist."""
    listed = list(connection.execute(sa.text(_TABLES)))
    rows = {(row[1], row[2]): row for row in listed}
    seen = {row[0]: TableRef(row[2], None if row[4] else row[1]) for row in listed}
    names = set(rows) | {(None, row[2]) for row in listed if row[4]}
    real = {ref: resolve(ref, names, folded=True) for ref in refs}
    visible = {row[2]: row for row in listed if row[4]}
    chosen = {
        ref: (visible[found.name] if found.schema is None else rows[found.schema, found.name])
        for ref, found in real.items()
        if found
    }
    oids = sorted({row[0] for row in chosen.values()})
    columns, domain_checks = _columns(connection.execute(sa.text(_COLUMNS), {"oids": oids}))
    keys, foreign, checks = _constraints(connection.execute(sa.text(_CONSTRAINTS), {"oids": oids}), seen)
    uniques = _uniques(connection.execute(sa.text(_UNIQUES), {"oids": oids}))
    tables = {
        ref: Table(
            ref=seen[row[0]],
            columns=columns[row[0]],
            primary_key=keys.get(row[0], ()),
            uniques=tuple(uniques[row[0]]),
            foreign_keys=tuple(key for key in foreign if key.table == seen[row[0]]),
            checks=(*checks[row[0]], *domain_checks[row[0]]),
            is_view=row[3] in ("v", "m"),
            writable=bool(row[5]),
            readable=bool(row[6]),
        )
        for ref, row in chosen.items()
    }
    wanted = {table.ref for table in tables.values()}
    incoming = tuple(key for key in foreign if key.target in wanted)
    shown = tuple(sorted(str(ref) for ref in seen.values()))
    return SchemaInfo(tables, incoming, shown, read_only or _standby(connection), "postgresql")


def _standby(connection: sa.Connection) -> str:
    recovering, default = connection.exec_driver_sql(_READ_ONLY).one()
    if recovering:
        return "it is a standby server"
    return "its sessions are read-only" if default == "on" else ""


def _family(kind: str, category: str, type_name: str, base: str | None) -> Family:
    if category == "E" or kind == "e":
        return "enum"
    if category == "A":
        return "array"
    if (base or type_name) == "citext":
        return "text"
    return family_of(base or type_name) if kind in "bd" else "other"


def _columns(rows: Iterable[Any]) -> tuple[dict[int, dict[str, Column]], dict[int, list[Check]]]:
    columns: dict[int, dict[str, Column]] = defaultdict(dict)
    checks: dict[int, list[Check]] = defaultdict(list)
    for oid, _, name, type_name, not_null, generated, kind, base, category, labels, domain_checks in rows:
        real = base or type_name
        family = _family(kind, category, type_name, base)
        precision, scale = precision_of(real)
        columns[oid][name] = Column(
            name=name,
            type_name=real,
            family=family,
            nullable=not not_null,
            length=length_of(real) if family == "text" else None,
            precision=precision,
            scale=scale,
            bits=bits_of(real) if family == "integer" else None,
            generated=bool(generated),
            labels=tuple(labels or ()) if family == "enum" else (),
        )
        quoted = '"' + name.replace('"', '""') + '"'
        for text in domain_checks or ():
            checks[oid].append(
                Check(f"domain of {name}", re.sub(r"\bVALUE\b", quoted.replace("\\", r"\\"), _inner(text)))
            )
    return columns, checks


def _inner(definition: str) -> str:
    text = definition.removesuffix(" NOT VALID").removesuffix(" NO INHERIT")
    return text[text.index("(") + 1 : text.rindex(")")]


def _constraints(
    rows: Iterable[Any], seen: dict[int, TableRef]
) -> tuple[dict[int, tuple[str, ...]], list[ForeignKey], dict[int, list[Check]]]:
    keys: dict[int, tuple[str, ...]] = {}
    foreign: list[ForeignKey] = []
    checks: dict[int, list[Check]] = defaultdict(list)
    for oid, kind, name, target, on_delete, on_update, text, own, aims in rows:
        if kind == "p":
            keys[oid] = tuple(own)
        elif kind == "c":
            checks[oid].append(Check(name, _inner(text)))
        elif oid in seen and target in seen:
            actions = _ACTIONS[on_delete], _ACTIONS[on_update]
            foreign.append(ForeignKey(seen[oid], tuple(own), seen[target], tuple(aims), *actions))
    return keys, foreign, checks


def _uniques(rows: Iterable[Any]) -> dict[int, list[Unique]]:
    found: dict[int, list[Unique]] = defaultdict(list)
    for oid, _, special, names, nulls_equal in rows:
        found[oid].append(Unique(tuple(names or ()), bool(nulls_equal), bool(special)))
    return found
