"""Correcting a person's own data in one source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from dsar.engine.document import CollectionPlan, PlanDocument
from dsar.engine.faults import PlanRefused
from dsar.engine.graph import build_graph
from dsar.engine.layout import Layout, lay
from dsar.engine.results import FieldResult, ProofResult, StepResult
from dsar.engine.source import Source
from platforms.connectors import SourceFailed, SourceUnreachable
from platforms.connectors.base import Key
from platforms.connectors.sql.values import coerce


@dataclass(frozen=True, slots=True)
class Correction:
    """A new value for one field. `key`: which row, needed when the person has several in the collection."""

    collection: str
    field: str
    value: Any
    key: Key | None = None


def rectify(*, plan: PlanDocument, source: Source, corrections: Sequence[Correction]) -> StepResult:
    """Write corrections into the person's own rows of a plan, in one transaction.

    Raises PlanRefused, saying what to do, for a field or value that cannot be written. Errors of the source
    end as "unreachable" or "failed" with nothing committed.
    """
    mine = [one for one in corrections if plan.collections.get(one.collection, _NONE).source == source.key]
    try:
        with source.connector.session() as session, session.transaction(write=True):
            graph = build_graph([source])
            schema = session.inspect([node.table for node in graph.nodes.values()])
            layouts, _ = lay(graph, {source.key: schema})
            rows: dict[str, int] = {}
            for one in mine:
                part, layout = plan.collections[one.collection], layouts[one.collection]
                value = _checked(one, layout)
                keys = _rows(one, part)
                written = session.rectify(part.table, part.key, keys, {part.columns[one.field]: value})
                rows[one.collection] = rows.get(one.collection, 0) + written
            statements = session.statements
    except (SourceUnreachable, SourceFailed) as fault:
        status: Any = "unreachable" if isinstance(fault, SourceUnreachable) else "failed"
        failed = [FieldResult(one.collection, one.field, "failed", str(fault)) for one in mine]
        return StepResult(source.key, status, {}, failed, str(fault))
    done = [FieldResult(one.collection, one.field, "masked", "corrected") for one in mine]
    return StepResult(source.key, "done", rows, done, "", statements)


_NONE = CollectionPlan("", None, [], {})  # type: ignore[arg-type]


def _rows(one: Correction, part: CollectionPlan) -> list[Key]:
    groups = [group for group in part.groups if not group.third and one.field not in group.third_fields]
    keys = [key for group in groups for key in group.keys]
    if one.key is not None:
        if one.key not in keys:
            raise PlanRefused(f"The row is not one of the person's own rows in {one.collection}.")
        return [one.key]
    if len(keys) != 1:
        raise PlanRefused(
            f"The person has {len(keys)} rows in {one.collection}: say which one is to be corrected."
        )
    return keys


def _checked(one: Correction, layout: Layout) -> Any:
    where = f"{one.collection}.{one.field}"
    spec = layout.node.spec.field_at(one.field)
    if spec is None or "." in one.field:
        raise PlanRefused(f"{where} is not a field that can be corrected here.")
    column = layout.column(one.field)
    fixed: Mapping[str, bool] = {
        "it belongs to the key": column.name in layout.key,
        "it links records": any(column.name in key.columns for key in layout.table.foreign_keys),
        "the database computes it": column.generated,
        "it is read-only": spec.read_only,
        "it is a view": layout.table.is_view,
    }
    why = next((reason for reason, holds in fixed.items() if holds), "")
    if why:
        raise PlanRefused(f"{where} cannot be corrected: {why}.")
    if one.value is None:
        if not column.nullable:
            raise PlanRefused(f"{where} must have a value.")
        return None
    try:
        value = coerce(one.value, column)
    except ValueError as fault:
        raise PlanRefused(f"{where} cannot hold this value: it is a {column.type_name} column.") from fault
    if column.length is not None and isinstance(value, str) and len(value) > column.length:
        raise PlanRefused(f"{where} holds at most {column.length} characters.")
    return value


def current_values(*, plan: PlanDocument, source: Source, correction: Correction) -> list[tuple[Key, Any]]:
    """Return (key, value) of every own row of the person that a correction may mean, read now.

    Raises PlanRefused for a place that the plan did not reach, SourceUnreachable, SourceFailed.
    """
    part = plan.collections.get(correction.collection, _NONE)
    if part.source != source.key or correction.field not in part.columns:
        raise PlanRefused(f"The plan did not reach {correction.collection}.{correction.field}.")
    groups = [g for g in part.groups if not g.third and correction.field not in g.third_fields]
    keys = [key for group in groups for key in group.keys]
    if not keys:
        return []
    with source.connector.session() as session, session.transaction(write=False):
        session.inspect([part.table])
        columns = [*part.key, part.columns[correction.field]]
        rows = list(session.collect(part.table, columns, part.key, keys))
    return [(tuple(row[:-1]), row[-1]) for row in rows]


def reread(*, plan: PlanDocument, source: Source, corrections: Sequence[Correction]) -> ProofResult:
    """Read corrected values in a fresh transaction; what does not hold its new value is still wrong.

    Raises PlanRefused, SourceUnreachable, SourceFailed.
    """
    proof = ProofResult(source.key)
    for one in corrections:
        held = dict(current_values(plan=plan, source=source, correction=one))
        wrong = one.key not in held or not _same(held[one.key], one.value)
        proof.checked[one.collection] = proof.checked.get(one.collection, 0) + 1
        proof.remaining[one.collection] = proof.remaining.get(one.collection, 0) + int(wrong)
    return proof


def _same(held: Any, wanted: Any) -> bool:
    """Whether a value read is the one written, whatever type the column gave it."""
    if held is None or wanted is None:
        return held is wanted
    if held == wanted or str(held) == str(wanted):
        return True
    try:
        return Decimal(str(held)) == Decimal(str(wanted))
    except InvalidOperation:
        return False
