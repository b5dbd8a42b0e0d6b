"""Carrying a deletion plan out in one source: one connection, one transaction, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dsar.engine.document import CollectionPlan, PlanDocument, Step
from dsar.engine.faults import Drifted, PlanRefused
from dsar.engine.graph import Node, build_graph
from dsar.engine.locating import located
from dsar.engine.planner import fingerprint
from dsar.engine.probe import begun, look_again
from dsar.engine.results import StepResult, field_results
from dsar.engine.source import Progress, Source
from dsar.engine.writing import changes_for, needs_reading
from platforms.connectors import SourceFailed, SourceUnreachable
from platforms.connectors.base import Key
from platforms.connectors.schema import SchemaInfo

CHUNK = 1_000
CHUNK_PER_ROW = 500


def erase(*, plan: PlanDocument, source: Source, progress: Progress | None = None) -> StepResult:
    """Carry out the plan in one source and return what happened to every field.

    Before anything is written the real schema and the rows are compared with the plan; when they differ the
    result is "drifted", or "already_done" when an earlier run got through. Errors of the source end as
    "unreachable" or "failed", with nothing committed. Raises PlanRefused for a plan that is blocked here.
    """
    _refuse_wrong(plan, source)
    if not any(part.to_change for _, part in plan.of(source.key)):
        return StepResult(source.key, "nothing_to_do", fields=field_results(plan, source.key))
    session: Any = None
    try:
        with source.connector.session() as session:
            return _run(plan, source, session, progress)
    except SourceUnreachable as fault:
        return _failed(plan, source, "unreachable", str(fault), session)
    except SourceFailed as fault:
        return _failed(plan, source, "failed", str(fault), session)
    except Drifted as fault:
        return _failed(plan, source, "drifted", str(fault), session)


def _failed(plan: PlanDocument, source: Source, status: Any, error: str, session: Any) -> StepResult:
    fields = field_results(plan, source.key, failed=error)
    return StepResult(source.key, status, {}, fields, error, getattr(session, "statements", 0))


def _refuse_wrong(plan: PlanDocument, source: Source) -> None:
    if plan.right != "deletion":
        raise PlanRefused(f"This plan is for {plan.right}: nothing may be erased with it.")
    mine = {key for key, _ in plan.of(source.key)}
    blocked = [one for one in plan.blocked if one.collection in mine]
    if blocked:
        raise PlanRefused(
            f"The plan is blocked at {blocked[0].collection}.{blocked[0].field}: {blocked[0].reason}"
        )
    if plan.sources[source.key].status != "ready":
        raise PlanRefused(f"The plan never saw {source.key}: {plan.sources[source.key].reason}. Plan again.")


def _run(plan: PlanDocument, source: Source, session: Any, progress: Progress | None) -> StepResult:
    before = session.statements
    done = False
    with session.transaction(write=True):
        schema = _same_schema(plan, source, session)
        same = _same_rows(plan, source, session)
        if not same or begun(plan, source, session):
            done = not look_again(plan, source, session).remaining_total
        if not same and not done:
            raise Drifted("Rows were added, changed or removed since the plan was approved: plan again.")
        writer = Writer(plan, source.key, session, schema, progress)
        if not done:
            writer.write()
    status: Any = "already_done" if done else "done"
    fields = field_results(plan, source.key)
    return StepResult(source.key, status, writer.rows, fields, "", session.statements - before)


def _nodes(source: Source) -> list[Node]:
    return [node for node in build_graph([source]).nodes.values() if node.source == source.key]


def _same_schema(plan: PlanDocument, source: Source, session: Any) -> SchemaInfo:
    nodes = _nodes(source)
    schema: SchemaInfo = session.inspect([node.table for node in nodes])
    if fingerprint(nodes, schema) != plan.sources[source.key].fingerprint:
        raise Drifted("The tables were changed since the plan was approved: plan again.")
    return schema


def _same_rows(plan: PlanDocument, source: Source, session: Any) -> bool:
    """Whether the rows aimed at are exactly those of the plan."""
    for _, part in plan.of(source.key):
        if part.targeted or part.to_change:
            known = {key for group in part.groups for key in group.keys}
            now = set(located(part, session, part.key))
            if now != known:
                return False
    return True


@dataclass(slots=True)
class Writer:
    """Writes the steps of one source, counting rows."""

    plan: PlanDocument
    source: str
    session: Any
    schema: SchemaInfo
    progress: Progress | None
    rows: dict[str, int] = field(default_factory=dict)
    done: int = 0
    total: int = 0

    def write(self) -> None:
        """Carry out every step in order. Raises Drifted when a row is not there any more."""
        parts = dict(self.plan.of(self.source))
        self.total = sum(part.to_change for part in parts.values())
        for step in self.plan.sources[self.source].steps:
            part = parts[step.collection]
            if step.op == "delete":
                self._delete(step, part)
            elif step.op == "detach":
                self._detach(step, part)
            else:
                self._mask(step, part)
        self.rows = {key: part.to_change for key, part in parts.items() if part.to_change}

    def _tell(self, number: int) -> None:
        self.done = min(self.total, self.done + number)
        if self.progress:
            self.progress(self.done, self.total)

    def _written(self, written: int, wanted: int, collection: str) -> None:
        if written != wanted:
            raise Drifted(f"{wanted - written} rows of {collection} are not there any more: plan again.")

    def _delete(self, step: Step, part: CollectionPlan) -> None:
        for start in range(0, len(step.keys), CHUNK):
            keys = step.keys[start : start + CHUNK]
            written = self.session.erase(part.table, part.key, keys, None)
            self._written(written if not part.whole_row else len(keys), len(keys), step.collection)
            self._tell(len(keys))

    def _detach(self, step: Step, part: CollectionPlan) -> None:
        for start in range(0, len(step.keys), CHUNK):
            keys = step.keys[start : start + CHUNK]
            self.session.erase(part.table, part.key, keys, dict.fromkeys(step.columns))

    def _mask(self, step: Step, part: CollectionPlan) -> None:
        for group in part.groups:
            names = [name for name in step.columns if name in group.fields]
            if names:
                self._mask_rows(step.collection, part, names, group.keys)

    def _mask_rows(
        self, collection: str, part: CollectionPlan, names: Sequence[str], keys: list[Key]
    ) -> None:
        plans = [part.fields[name] for name in names]
        per_row = any(plan.edits or (plan.mask and plan.mask.per_row) for plan in plans)
        size = CHUNK_PER_ROW if per_row else CHUNK
        reading = [part.columns[name] for name in names if needs_reading(part.fields[name])]
        table = self.session.tables[part.table]
        for start in range(0, len(keys), size):
            chunk = keys[start : start + size]
            old = self._old(part, reading, chunk) if reading else {}
            changes = changes_for(collection, part, names, chunk, old, self.plan.salt, table)
            written = self.session.erase(part.table, part.key, chunk, changes)
            self._written(written if not part.whole_row else len(chunk), len(chunk), collection)
            self._tell(len(chunk))

    def _old(
        self, part: CollectionPlan, columns: list[str], keys: Sequence[Key]
    ) -> dict[Key, dict[str, Any]]:
        width = len(part.key)
        rows = self.session.collect(part.table, [*part.key, *columns], part.key, keys)
        return {row[:width]: dict(zip(columns, row[width:], strict=True)) for row in rows}
