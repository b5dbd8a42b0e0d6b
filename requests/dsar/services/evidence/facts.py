"""What the case says about itself: facts, timeline, clocks, plans, steps. JSON values only, in a fixed
order.
"""

from collections.abc import Iterator
from typing import Any

from dsar.enums import PlanStatus
from dsar.models import Case, IdentityCheck, Plan, Step
from dsar.services.evidence.minimal import Minimiser, actor, committed, moment

Document = dict[str, Any] | list[dict[str, Any]]


def case_facts(case: Case, clean: Minimiser) -> Document:
    """Return the case itself. The person is a random number, the person's words are a commitment."""
    return {
        "id": str(case.pk),
        "reference": case.reference,
        "person": str(case.subject_id),
        "right": case.right,
        "regime": case.regime,
        "regime_reason": clean.text(case.regime_reason),
        "channel": case.channel,
        "scope": case.scope,
        "words_commitment": committed(case.words, "words"),
        "status": case.status,
        "outcome": case.outcome,
        "received_at": moment(case.received_at),
        "opened_at": moment(case.opened_at),
        "acknowledged_at": moment(case.acknowledged_at),
        "verified_at": moment(case.verified_at),
        "verification_level": case.verification_level,
        "verification_method": clean.text(case.verification_method),
        "identity": [_attempt(check, clean) for check in case.identity_checks.order_by("asked_at", "pk")],
        "delivered_at": moment(case.delivered_at),
        "closed_at": moment(case.closed_at),
        "statutory_due_on": moment(case.statutory_due_on),
        "promised_due_on": moment(case.promised_due_on),
        "platform_due_on": moment(case.platform_due_on),
        "target_due_on": moment(case.target_due_on),
        "conservative_due_on": moment(case.conservative_due_on),
        "extend_by_on": moment(case.extend_by_on),
        "due_on": moment(case.due_on),
    }


def _attempt(check: IdentityCheck, clean: Minimiser) -> dict[str, Any]:
    """Return one attempt to learn who asks: what was asked and how it ended, never what was answered."""
    return {
        "method": check.method,
        "level": check.level,
        "asked_at": moment(check.asked_at),
        "asked_by": check.asked_by_id,
        "letter": str(check.letter_id or ""),
        "doubt": clean.text(check.doubt),
        "attempts": check.attempts,
        "arrived_at": moment(check.arrived_at),
        "result": check.result,
        "reason": clean.text(check.reason),
        "decided_at": moment(check.decided_at),
        "decided_by": check.decided_by_id,
        "file_sha256": check.file_sha256,
        "destroyed_at": moment(check.destroyed_at),
    }


def timeline(case: Case, clean: Minimiser) -> Document:
    """Return what happened, oldest first, with what the person could read of it."""
    return [
        {
            "at": moment(event.at),
            "kind": event.kind,
            "what": clean.text(event.what),
            "note": clean.text(event.note),
            "told_the_person": clean.text(event.plain),
            "actor": actor(event.actor_kind, event.actor_id),
        }
        for event in case.events.order_by("at", "pk")
    ]


def clocks(case: Case, clean: Minimiser) -> Document:
    """Return every evaluation of a date with its inputs and its derivation, oldest first."""
    return [
        {
            "obligation": one.obligation,
            "computed_at": moment(one.computed_at),
            "rule": one.rule,
            "reason": one.reason,
            "inputs": clean.deep(one.inputs),
            "result": clean.deep(one.result),
            "steps": clean.deep(one.steps),
        }
        for one in case.evaluations.order_by("computed_at", "pk")
    ]


def plans(case: Case, clean: Minimiser) -> Document:
    """Return what was planned in counts, by which hash it was approved, and by whom."""
    found = case.plans.select_related("approval").order_by("number")
    return [
        {
            "id": str(plan.pk),
            "number": plan.number,
            "status": plan.status,
            "made_at": moment(plan.made_at),
            "made_by": plan.made_by_id,
            "hash": plan.hash,
            "summary": clean.deep(plan.summary),
            "blocked": plan.blocked,
            "review_rows": plan.review_rows,
            "decisions": clean.deep(plan.decisions),
            "approval": _approval(plan, clean),
        }
        for plan in found
    ]


def _approval(plan: Plan, clean: Minimiser) -> dict[str, Any] | None:
    found = getattr(plan, "approval", None)
    if found is None:
        return None
    return {
        "plan_hash": found.plan_hash,
        "proposed_by": found.proposed_by_id,
        "proposed_at": moment(found.proposed_at),
        "decided_by": found.decided_by_id,
        "decided_at": moment(found.decided_at),
        "approved": found.approved,
        "reason": clean.text(found.reason),
    }


def steps(case: Case, clean: Minimiser) -> Document:
    """Return what was done in each system, field by field, and what was found when it was looked at again."""
    found = case.steps.select_related("system", "plan", "task").order_by("plan__number", "position", "pk")
    return [_step(step, clean) for step in found]


def _step(step: Step, clean: Minimiser) -> dict[str, Any]:
    return {
        "id": str(step.pk),
        "plan": step.plan.number,
        "system": step.system.key,
        "operation": step.operation,
        "status": step.status,
        "attempts": step.attempts,
        "rows_total": step.rows_total,
        "rows_done": step.rows_done,
        "result": clean.deep(step.result),
        "proof": step.proof,
        "error_code": step.error_code,
        "error": clean.text(step.error),
        "left_out_because": clean.text(step.skipped_reason),
        "remote_reference": clean.text(step.remote_reference),
        "started_at": moment(step.started_at),
        "finished_at": moment(step.finished_at),
        "by_hand": _task(step),
    }


def _task(step: Step) -> dict[str, Any] | None:
    task = getattr(step, "task", None)
    if task is None:
        return None
    return {
        "created_at": moment(task.created_at),
        "done_at": moment(task.done_at),
        "done_by": task.done_by_id,
        "rows": task.rows,
        "nothing_found": task.nothing_found,
        "attestation_commitment": committed(task.attestation, "attestation"),
        "proof_file_sha256": task.proof_sha256,
    }


def exceptions(case: Case, clean: Minimiser) -> Document:
    """Return what was kept and why: the coded exceptions of the approved plan, and each field that stayed."""
    return [*_planned_exceptions(case, clean), *_kept_fields(case, clean)]


def _planned_exceptions(case: Case, clean: Minimiser) -> Iterator[dict[str, Any]]:
    for plan in case.plans.filter(status=PlanStatus.APPROVED).order_by("number"):
        for system in plan.summary.get("systems", ()):
            for one in system.get("exceptions", ()):
                yield {"plan": plan.number, "system": system.get("key", ""), **clean.deep(one)}


def _kept_fields(case: Case, clean: Minimiser) -> Iterator[dict[str, Any]]:
    for step in case.steps.select_related("system", "plan").order_by("plan__number", "position", "pk"):
        for one in step.result.get("fields", ()):
            if one.get("outcome") == "kept":
                yield {
                    "plan": step.plan.number,
                    "system": step.system.key,
                    "collection": one.get("collection", ""),
                    "field": one.get("field", ""),
                    "reason": clean.text(str(one.get("reason", ""))),
                }
