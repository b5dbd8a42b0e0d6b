"""A sweep as people and programs read it."""

from typing import Any

from config.sentences import shown
from retention.models import Sweep, SweepProblem, SweepStep


def as_json(sweep: Sweep) -> dict[str, Any]:
    """Return a sweep with its steps and problems; JSON values only."""
    steps = list(sweep.steps.select_related("system"))
    return {
        "sweep": str(sweep),
        "state": sweep.state,
        "as_of": sweep.as_of_on.isoformat(),
        "why": sweep.why,
        "due": sweep.rows_due,
        "removed": sum(step.rows_done for step in steps),
        "left": sum(step.rows_left or 0 for step in steps),
        "steps": [_step(step) for step in steps],
        "problems": [_problem(one) for one in sweep.problems.select_related("system")],
    }


def _step(step: SweepStep) -> dict[str, Any]:
    return {
        "system": step.system.key,
        "collection": step.collection,
        "schedule": step.schedule,
        "action": step.action,
        "state": step.state,
        "trigger": step.trigger,
        "through": step.through_on.isoformat(),
        "oldest": step.oldest_at.isoformat() if step.oldest_at else None,
        "rows": step.rows_before,
        "due": step.rows_due,
        "held": step.rows_held,
        "referenced": step.rows_referenced,
        "undated": step.rows_undated,
        "removed": step.rows_done,
        "left": step.rows_left,
        "settled": step.settled,
        "error": step.error,
    }


def words_of(problem: SweepProblem) -> str:
    """Return what is wrong, in the language of the reader."""
    return shown(problem.detail.get("m", ""), problem.detail)


def _problem(one: SweepProblem) -> dict[str, Any]:
    return {
        "system": one.system.key,
        "collection": one.collection,
        "schedule": one.schedule,
        "kind": one.kind,
        "rows": one.rows,
        "words": words_of(one),
    }


def as_text(document: dict[str, Any]) -> str:
    """Return the document of `as_json` as lines for a terminal."""
    lines = [
        f"{document['sweep']}, as of {document['as_of']}: "
        f"{document['due']} rows due, {document['removed']} removed."
    ]
    for step in document["steps"]:
        lines.append(
            f"  {step['collection']}: {step['due']} of {step['rows']} due under {step['schedule']} "
            f"({step['trigger']} up to {step['through']}), {step['removed']} removed, {step['held']} held."
        )
    for one in document["problems"]:
        lines.append(f"  ! {one['collection'] or one['system']} {one['schedule']}: {one['words']}")
    return "\n".join(lines)
