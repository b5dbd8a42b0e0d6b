"""The real schema of a source, as far as the engine must know it to plan legal changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Family = Literal[
    "text",
    "integer",
    "number",
    "boolean",
    "date",
    "datetime",
    "time",
    "uuid",
    "bytes",
    "json",
    "array",
    "enum",
    "other",
]


@dataclass(frozen=True, slots=True)
class TableRef:
    """A table by name; `schema` None is the connection's default."""

    name: str
    schema: str | None = None

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `type_name`: as the database writes it; `length` in characters; `strict`: typed."""

    name: str
    type_name: str
    family: Family
    nullable: bool = True
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    bits: int | None = None
    generated: bool = False
    labels: tuple[str, ...] = ()
    strict: bool = True


@dataclass(frozen=True, slots=True)
class Unique:
    """A unique constraint or index over columns (expression indexes list the columns they use)."""

    columns: tuple[str, ...]
    nulls_equal: bool = False
    partial: bool = False


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key of `table`; `on_delete` in capitals, "NO ACTION" when not given."""

    table: TableRef
    columns: tuple[str, ...]
    target: TableRef
    target_columns: tuple[str, ...]
    on_delete: str = "NO ACTION"
    on_update: str = "NO ACTION"


@dataclass(frozen=True, slots=True)
class Check:
    """A CHECK constraint; `sql` speaks of the table's own columns."""

    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table or view. `writable`, `readable`: what the connection may do."""

    ref: TableRef
    columns: Mapping[str, Column]
    primary_key: tuple[str, ...] = ()
    uniques: tuple[Unique, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    is_view: bool = False
    writable: bool = True
    readable: bool = True

    def is_unique(self, columns: frozenset[str]) -> bool:
        """Return whether no two rows can agree in all of `columns`."""
        found = [frozenset(self.primary_key)] if self.primary_key else []
        found += [frozenset(unique.columns) for unique in self.uniques if not unique.partial]
        return any(unique and unique <= columns for unique in found)


@dataclass(frozen=True, slots=True)
class SchemaInfo:
    """Tables by the reference asked for, foreign keys that point at them, and all table names."""

    tables: Mapping[TableRef, Table]
    incoming: tuple[ForeignKey, ...] = ()
    names: tuple[str, ...] = ()
    read_only: str = ""
    dialect: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
