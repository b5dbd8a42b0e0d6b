"""The plan's own locators, used again."""

from collections.abc import Iterator, Sequence
from typing import Any

from dsar.engine.document import CollectionPlan
from dsar.engine.narrow import fits
from platforms.connectors.base import Match
from platforms.connectors.schema import TableRef


def known(session: Any, tables: Sequence[TableRef]) -> None:
    """Make sure that a session knows the real columns of tables; one that made the plan does already."""
    if not all(table in session.tables for table in tables):
        session.inspect(tables)


def located(part: CollectionPlan, session: Any, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield real columns of the rows that the values stored in the plan lead to now."""
    matches = []
    for path, values in part.locators.items():
        column, _, inner = path.partition(".")
        matches.append(
            Match(
                part.columns[column],
                tuple(values),
                inner,
                fold=path in part.folded,
                document=column in part.documents,
                bare=path in part.bare,
            )
        )
    names = sorted({name for entry in part.only for name in entry})
    wanted = [*columns, *(part.columns[name] for name in names)]
    for row in session.locate(part.table, wanted, matches) if matches else ():
        if not part.only or fits(part.only, dict(zip(names, row[len(columns) :], strict=True))):
            yield row[: len(columns)]
