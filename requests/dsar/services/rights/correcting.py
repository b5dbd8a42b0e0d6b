"""The steps of a correction in a system with rows: written in one transaction, then read in a fresh one."""

from collections.abc import Sequence
from datetime import datetime

from dsar import engine
from dsar.engine import PlanDocument, Source
from dsar.models import Correction, Step
from dsar.services import steps
from dsar.services.rights import rectification
from dsar.services.steps import StepFailed, Store


def rectify(step: Step, document: PlanDocument, source: Source) -> Store:
    """Write the accepted corrections of one system. What stood there before is kept with the correction.

    Raises StepFailed when a value cannot be written or the row is not clear; nothing is written then.
    """
    found = rectification.accepted_in(step.case, step.system)
    try:
        wanted, before = _resolved(found, document, source)
        result = engine.rectify(plan=document, source=source, corrections=wanted)
    except engine.PlanRefused as fault:
        raise StepFailed(str(fault), code="plan", final=True) from fault
    if not result.ok:
        raise StepFailed(result.error, code=result.status)
    written = sum(result.rows.values())

    def store(now: datetime) -> None:
        for one, old in zip(found, before, strict=True):
            if not one.replaced and old != one.new_value:
                one.replaced = old
                one.save(update_fields=["replaced"])
        steps.done(step, now=now, rows_done=written, rows_total=len(found), result=result.to_json())

    return store


def reread(step: Step, document: PlanDocument, source: Source) -> Store:
    """Read the corrected values again. A value that is not what was written keeps the step open."""
    found = rectification.accepted_in(step.case, step.system)
    try:
        wanted, _ = _resolved(found, document, source)
        proof = engine.reread(plan=document, source=source, corrections=wanted).to_json()
    except engine.PlanRefused as fault:
        raise StepFailed(str(fault), code="plan", final=True) from fault
    return lambda now: steps.proved(step, proof, now)


def _resolved(
    found: Sequence[Correction], document: PlanDocument, source: Source
) -> tuple[list[engine.Correction], list[str]]:
    """Return the engine's corrections with their rows, and what stands there now.

    Of several rows the one that holds the old or, after a first try, the new value is meant.
    """
    wanted, before = [], []
    for one in found:
        target = engine.Correction(one.collection, one.field, one.new_value or None)
        rows = engine.current_values(plan=document, source=source, correction=target)
        key, old = _row(one, rows)
        wanted.append(engine.Correction(one.collection, one.field, one.new_value or None, key))
        before.append(old)
    return wanted, before


def _row(one: Correction, rows: Sequence[tuple[engine.Key, object]]) -> tuple[engine.Key, str]:
    values = [(key, "" if value is None else str(value)) for key, value in rows]
    if len(values) == 1:
        return values[0]
    fitting = [row for row in values if row[1].strip() == one.old_value]
    fitting = fitting or [row for row in values if row[1].strip() == one.new_value]
    if len(fitting) != 1:
        raise engine.PlanRefused(
            f"The person has {len(values)} rows in {one.collection}, and {len(fitting)} of them hold the old"
            " value. Correct it by hand, or write down the old value exactly."
        )
    return fitting[0]
