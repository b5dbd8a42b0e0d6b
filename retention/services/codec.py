"""What is due, as it is stored with a step and handed to the connector again."""

from datetime import date, datetime
from typing import Any

from platforms.connectors import TableRef
from platforms.connectors.purging import Due, Hop, Ripe
from platforms.connectors.schema import ForeignKey


def due_to_json(due: Due) -> dict[str, Any]:
    """Return JSON values for what is due, without what is held: that is looked up anew for each window."""
    return {
        "table": _table(due.table),
        "key": list(due.key),
        "order": due.order,
        "any_of": [_ripe(one) for one in due.any_of],
        "none_of": [_ripe(one) for one in due.none_of],
        "kept_by": [_link(one) for one in due.kept_by],
        "changes": None if due.changes is None else dict(due.changes),
        "only_kept": due.only_kept,
    }


def due_from_json(kept: dict[str, Any]) -> Due:
    """Return what was stored by `due_to_json`."""
    return Due(
        table=TableRef(*kept["table"]),
        key=tuple(kept["key"]),
        order=kept["order"],
        any_of=tuple(_to_ripe(one) for one in kept["any_of"]),
        none_of=tuple(_to_ripe(one) for one in kept["none_of"]),
        kept_by=tuple(_to_link(one) for one in kept["kept_by"]),
        changes=kept["changes"],
        only_kept=kept["only_kept"],
    )


def tables_of(due: Due) -> list[TableRef]:
    """Return every table that must be inspected before the rows can be asked for."""
    hops = [hop.table for one in (*due.any_of, *due.none_of) for hop in one.hops]
    return list(dict.fromkeys([due.table, *hops]))


def _table(ref: TableRef) -> list[str | None]:
    return [ref.name, ref.schema]


def _ripe(one: Ripe) -> dict[str, Any]:
    hops = [[hop.column, _table(hop.table), hop.key] for hop in one.hops]
    return {"column": one.column, "before": one.before.isoformat(), "day": one.day.isoformat(), "hops": hops}


def _to_ripe(kept: dict[str, Any]) -> Ripe:
    hops = tuple(Hop(column, TableRef(*table), key) for column, table, key in kept["hops"])
    return Ripe(kept["column"], datetime.fromisoformat(kept["before"]), date.fromisoformat(kept["day"]), hops)


def _link(one: ForeignKey) -> list[Any]:
    return [_table(one.table), list(one.columns), _table(one.target), list(one.target_columns), one.on_delete]


def _to_link(kept: list[Any]) -> ForeignKey:
    table, columns, target, aims, on_delete = kept
    return ForeignKey(TableRef(*table), tuple(columns), TableRef(*target), tuple(aims), on_delete)
