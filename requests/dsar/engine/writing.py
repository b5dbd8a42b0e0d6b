"""Values to write, chunk by chunk, and whether what stands there is what was meant."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dsar.engine.document import CollectionPlan, FieldPlan
from dsar.engine.documents import Edit, Wanted, masked
from dsar.engine.masks import hashed, looks_hashed, made_for_row
from platforms.connectors.base import Change, Key, PerRow
from platforms.connectors.schema import Column, Table
from platforms.connectors.sql.jsonpath import decode
from platforms.connectors.sql.values import canon
from retention.rules import as_date


def needs_reading(plan: FieldPlan) -> bool:
    """Return whether the new value depends on the old one."""
    return bool(plan.edits) or (plan.mask is not None and plan.mask.style == "hash")


def edits_of(part: CollectionPlan, plan: FieldPlan) -> list[Edit]:
    """Return the edits of a document field, with the values that its list elements were found by."""
    made = []
    for one in plan.edits:
        guard = one["guard"]
        wanted = Wanted(part.locators.get(guard, ()), fold=guard in part.folded)
        path = tuple(one["path"].split(".")[1:])
        made.append(Edit(path, one["value"], tuple(guard.split(".")[1:]) if guard else None, wanted))
    return made


def changes_for(
    key: str,
    part: CollectionPlan,
    names: Sequence[str],
    keys: Sequence[Key],
    old: Mapping[Key, Mapping[str, Any]],
    salt: str,
    table: Table,
) -> dict[str, Change]:
    """Return real column → what is written for one chunk; `old` holds the rows where they must be known."""
    changes: dict[str, Change] = {}
    for name in names:
        plan, real = part.fields[name], part.columns[name]
        if plan.edits:
            edits = edits_of(part, plan)
            column = table.columns[real]
            changes[real] = PerRow([edited(old.get(one, {}).get(real), edits, column) for one in keys])
        elif plan.mask is None or plan.mask.style == "null":
            changes[real] = None
        elif plan.mask.style == "constant":
            changes[real] = plan.mask.value
        elif plan.mask.style == "hash":
            changes[real] = PerRow([_hash(plan, salt, old.get(one, {}).get(real)) for one in keys])
        else:
            place = f"{key}.{name}"
            changes[real] = PerRow([made_for_row(plan.mask, salt, place, one) for one in keys])
    return changes


def _hash(plan: FieldPlan, salt: str, value: Any) -> Any:
    """A value that is a hash already stays: the step may be run again."""
    mask = plan.mask
    if mask is None or looks_hashed(mask, value):
        return value
    return hashed(mask, salt, value)


def edited(value: Any, edits: Sequence[Edit], column: Column) -> Any:
    """Return a document with the edits applied, as its column takes it."""
    if value is None:
        return None
    changed = masked(decode(value), edits)
    return changed if column.family == "array" else json.dumps(changed, ensure_ascii=False, default=str)


def is_masked(
    key: str, part: CollectionPlan, name: str, row_key: Key, value: Any, salt: str, column: Column
) -> bool:
    """Return whether a column's value is what the plan writes there."""
    plan = part.fields[name]
    if plan.edits:
        document = decode(value)
        return bool(masked(document, edits_of(part, plan)) == document)
    mask = plan.mask
    if mask is None or mask.style == "null":
        return value is None
    if mask.style == "hash":
        return looks_hashed(mask, value)
    wanted = mask.value if mask.style == "constant" else made_for_row(mask, salt, f"{key}.{name}", row_key)
    return same(value, wanted, column)


def same(value: Any, wanted: Any, column: Column) -> bool:
    """Return whether a database gives back what was written, in its own spelling."""
    if value is None:
        return wanted is None
    if column.family in ("date", "datetime"):
        return as_date(value) == as_date(wanted)
    if column.family == "json":
        return bool(decode(value) == decode(wanted))
    if column.family == "array":
        return value == [] or canon(value) == canon(wanted)
    if column.family == "boolean":
        return bool(value) == bool(wanted)
    if column.family == "text":
        return str(value).rstrip() == str(wanted).rstrip()
    if column.strict and column.family in ("other", "time"):
        return not isinstance(value, str) or value in (wanted, "$0.00") or canon(value) == canon(wanted)
    return canon(value) == canon(wanted)
