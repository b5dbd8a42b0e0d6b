"""Some values of a column, in SQL."""

from typing import Any

import sqlalchemy as sa

from platforms.connectors.schema import Table, TableRef
from platforms.connectors.sql.faults import guarded
from platforms.connectors.sql.statements import clause

NEWEST = 5_000
"""Rows that are looked at: a column that is nearly always empty may not cost a walk through its table."""


class SqlSampling:
    """The part of an SQL session that shows values."""

    connection: sa.Connection
    where: str
    tables: dict[TableRef, Table]

    def sample(self, table: TableRef, column: str, most: int) -> list[Any]:
        """Return up to `most` values that are not empty, of the newest rows."""
        info, source = self.tables[table], clause(self.tables[table])
        newest = [source.c[name].desc() for name in info.primary_key]
        rows = sa.select(source.c[column].label("value")).order_by(*newest).limit(NEWEST).subquery()
        query = sa.select(rows.c.value).where(rows.c.value.is_not(None)).limit(most)
        with guarded(self.where):
            return [row[0] for row in self.connection.execute(query)]
