"""Datasets laid over the real schema: tables, columns, keys, and what does not fit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from dsar.engine.graph import Edge, End, Graph, Node
from platforms.connectors.schema import Column, SchemaInfo, Table

# Columns whose values cannot be compared for equality, so that they cannot be part of a row's key.
_INCOMPARABLE = ("json", "array", "other", "number", "bytes")


UNREADABLE = "UNREADABLE"


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """A table or column that a dataset names and the source does not have."""

    code: str
    collection: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Layout:
    """One collection over its table.

    `columns`: declared column → real column; `key`: the real columns that identify a row; `whole_row`: there
    is no key, so rows are told apart by all their values; `documents`: columns that hold documents or lists;
    `alone`: plain columns in which no two rows agree.
    """

    node: Node
    table: Table
    columns: Mapping[str, str]
    key: tuple[str, ...]
    whole_row: bool
    documents: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()

    def column(self, path: str) -> Column:
        """Return the real column that holds a declared path."""
        return self.table.columns[self.columns[path.partition(".")[0]]]

    def is_document(self, path: str) -> bool:
        """Return whether the column behind a path holds a document or a list."""
        return path.partition(".")[0] in self.documents

    def is_unique(self, path: str) -> bool:
        """Return whether no two rows share the value at a plain path."""
        return path in self.alone


def lay(graph: Graph, schemas: Mapping[str, SchemaInfo]) -> tuple[dict[str, Layout], list[SchemaProblem]]:
    """Return a layout per node whose source answered, and every name that does not exist."""
    layouts: dict[str, Layout] = {}
    problems: list[SchemaProblem] = []
    for node in graph.nodes.values():
        schema = schemas.get(node.source)
        if schema is None:
            continue
        table = schema.tables.get(node.table)
        if table is None:
            problems.append(_no_table(node, schema))
            continue
        if not table.readable:
            why = f"The database user may not read the table {table.ref}: grant SELECT."
            problems.append(SchemaProblem(UNREADABLE, node.key, "", why))
            continue
        columns, missing = _columns(node, table)
        problems += missing
        if not missing:
            layouts[node.key] = _layout(node, table, columns)
    return layouts, problems


def _layout(node: Node, table: Table, columns: Mapping[str, str]) -> Layout:
    key = _key(table)
    documents = {
        top.name
        for top in node.spec.fields
        if top.is_array
        or top.fields
        or top.data_type == "object"
        or table.columns[columns[top.name]].family in ("json", "array")
    }
    alone = {name for name, real in columns.items() if table.is_unique(frozenset({real}))}
    if not key:
        named = [found.path for found in node.spec.walk() if found.primary_key]
        alone = set(named) if len(named) == 1 else set()
    plain = frozenset(alone - documents)
    return Layout(node, table, columns, key or _all(table), not key, frozenset(documents), plain)


def _nearest(name: str, names: Iterable[str], what: str) -> str:
    spelled = {one.lower(): one for one in names}
    near = get_close_matches(name.lower(), list(spelled), 1, 0.5)
    return f" The nearest {what} is {spelled[near[0]]}." if near else ""


def _no_table(node: Node, schema: SchemaInfo) -> SchemaProblem:
    hint = _nearest(str(node.table), schema.names, "table")
    return SchemaProblem("NO_TABLE", node.key, "", f"There is no table {node.table} for {node.key}.{hint}")


def _columns(node: Node, table: Table) -> tuple[dict[str, str], list[SchemaProblem]]:
    folded: dict[str, list[str]] = {}
    for name in table.columns:
        folded.setdefault(name.lower(), []).append(name)
    columns: dict[str, str] = {}
    problems: list[SchemaProblem] = []
    for field in node.spec.fields:
        same = folded.get(field.name.lower(), [])
        if field.name in table.columns:
            columns[field.name] = field.name
        elif len(same) == 1:
            columns[field.name] = same[0]
        else:
            hint = _nearest(field.name, table.columns, "column")
            reason = f"The table {table.ref} has no column {field.name} (declared in {node.key}).{hint}"
            problems.append(SchemaProblem("NO_COLUMN", node.key, field.name, reason))
    return columns, problems


def _key(table: Table) -> tuple[str, ...]:
    if table.primary_key:
        return table.primary_key
    for unique in table.uniques:
        firm = not unique.partial and unique.columns
        if firm and not any(table.columns[name].nullable for name in unique.columns):
            return unique.columns
    return ()


def _all(table: Table) -> tuple[str, ...]:
    plain = tuple(
        column.name
        for column in table.columns.values()
        if not column.strict or column.family not in _INCOMPARABLE or column.type_name.startswith("numeric")
    )
    return plain or tuple(table.columns)


def is_up(edge: Edge, layouts: Mapping[str, Layout]) -> bool:
    """Return whether an edge goes from many rows to the one they point at (child to parent).

    Where both ends are unique, the end with the foreign key, else the end that declares it, is the child.
    """
    origin, target = layouts[edge.origin.node], layouts[edge.target.node]
    if not target.is_unique(edge.target.path):
        return False
    if not origin.is_unique(edge.origin.path):
        return True
    if points_at(origin, edge.origin, target, edge.target):
        return True
    if points_at(target, edge.target, origin, edge.origin):
        return False
    return edge.declarer == edge.origin


def child_and_parent(edge: Edge, layouts: Mapping[str, Layout]) -> tuple[End, End] | None:
    """Return (child, parent) of an edge in either direction, None when neither end stands for one row."""
    if is_up(edge, layouts):
        return edge.origin, edge.target
    if layouts[edge.origin.node].is_unique(edge.origin.path):
        return edge.target, edge.origin
    return None


def points_at(child: Layout, child_end: End, parent: Layout, parent_end: End) -> bool:
    """Return whether a real foreign key leads from one end to the other."""
    own, aim = (child.columns[child_end.column],), (parent.columns[parent_end.column],)
    return any(
        key.columns == own and key.target == parent.table.ref and key.target_columns == aim
        for key in child.table.foreign_keys
    )


def foreign_columns(layout: Layout) -> set[str]:
    """Return the real columns that take part in a foreign key of the table."""
    return {name for key in layout.table.foreign_keys for name in key.columns}
