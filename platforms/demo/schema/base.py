"""What every table of the demo product shares: one catalogue, constraint names, column shorthands."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Integer, MetaData

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

Moment = DateTime(timezone=True)


def key() -> Column[int]:
    """A numbered primary key that the database counts up by itself."""
    return Column("id", Integer, primary_key=True)


def link(name: str, target: str, *, optional: bool = False, part_of_key: bool = False) -> Column[Any]:
    """An indexed foreign key column `name` to `target` ("table.column")."""
    return Column(name, ForeignKey(target), nullable=optional, primary_key=part_of_key, index=not part_of_key)


def one_of(column: str, values: Sequence[str]) -> CheckConstraint:
    """The rule that `column` holds one of `values` and nothing else."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
