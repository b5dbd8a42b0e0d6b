"""Telling systems what to stop or to take up again: one step a system, done by the system or by a person."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from config.jobs import JobStatus
from dsar.engine import PlanDocument
from dsar.engine.document import SourcePlan
from dsar.enums import CaseStatus, Operation, PlanStatus, RestrictionState, RunKind, Verdict
from dsar.models import Case, Plan, Step
from dsar.rules.rights import ORDERS
from dsar.services import running, sources, story
from platforms.models import System

_COUNTS = ("found", "delete", "mask", "keep", "shared", "third")


def concerned(purposes: Iterable[str]) -> list[System]:
    """Return the systems that must be told about these purposes (empty: about every use).

    Left out are systems that ask the portal before each use (`asks_portal`), and those whose option
    `purposes` names none of them.
    """
    wanted = set(purposes)
    found = []
    for system in sources.systems():
        own = system.options.get("purposes")
        touched = own is None or "" in wanted or bool(wanted & set(own))
        if touched and not system.options.get("asks_portal"):
            found.append(system)
    return found


def purposes_of(case: Case, operation: str) -> list[str]:
    """Return which purposes an operation of a case is about; the empty word is every use."""
    if operation == Operation.SUPPRESS:
        return list(case.opt_outs.in_force().values_list("purpose", flat=True))
    state = RestrictionState.ACTIVE if operation == Operation.RESTRICT else RestrictionState.LIFTED
    found = case.restrictions.filter(state=state).values_list("purpose", flat=True)
    return list(dict.fromkeys(found))


def extras(step: Step) -> dict[str, Any]:
    """Return what an order of a step holds besides the person: corrections, or the purposes it is about."""
    if step.operation in (Operation.RECTIFY, Operation.REREAD):
        found = step.case.corrections.filter(verdict=Verdict.ACCEPTED, system=step.system)
        return {"corrections": {one.field or one.what: one.new_value or None for one in found}}
    if step.operation in ORDERS:
        return {"purposes": purposes_of(step.case, step.operation)}
    return {}


def place(*, case: Case, operations: Iterable[Operation], actor: Actor, now: datetime) -> int:
    """Have every concerned system told, in the background; returns how many steps there are.

    The case is locked. With no system to tell it is ready to be answered at once.
    """
    plan = _plan_of(case, now)
    made = [step for operation in operations for step in _steps(case, plan, operation)]
    Step.objects.bulk_create(made)
    _list_systems(plan, made)
    if made:
        running.start(case=case, kind=RunKind.FULFIL, plan=plan, asked_by=actor.user)
    if case.is_open:
        story.move(case, CaseStatus.RUNNING if made else CaseStatus.READY)
    details = {"steps": len(made), "systems": sorted({step.system.key for step in made})}
    story.record(case=case, actor=actor, action="systems.told", details=details)
    return len(made)


def _steps(case: Case, plan: Plan, operation: Operation) -> list[Step]:
    purposes = purposes_of(case, operation)
    if not purposes:
        return []
    done = set(plan.steps.filter(operation=operation).values_list("system_id", flat=True))
    narrowed = case.restrictions.exclude(system=None).values_list("system_id", flat=True)
    only = set(narrowed) if operation != Operation.SUPPRESS else set()
    return [
        Step(plan=plan, case=case, system=system, operation=operation, position=position)
        for position, system in enumerate(concerned(purposes))
        if system.pk not in done and (not only or system.pk in only)
    ]


def _plan_of(case: Case, now: datetime) -> Plan:
    """Return the plan that carries the orders of a case. It reads nothing, so nobody has to approve it."""
    live = case.plans.filter(status=PlanStatus.APPROVED).first()
    if live:
        return live
    document = PlanDocument(
        right="access", made_at=now, categories=["user"], identities=_identities(case), mask="", salt="",
    )  # fmt: skip
    return Plan.objects.create(
        case=case, number=(case.plans.aggregate(last=Max("number"))["last"] or 0) + 1, made_at=now,
        status=PlanStatus.APPROVED, hash=document.hash, summary={"systems": [], "elsewhere": []},
        document=document.to_json(),  # type: ignore[misc]  # encrypted JSON
    )  # fmt: skip


def _identities(case: Case) -> dict[str, list[str]]:
    """Return by what systems find the record: also what was only claimed, where nobody is verified.

    Nothing is disclosed and nothing deleted by an order, so a wrong claim harms nobody.
    """
    rows = case.subject.identities.order_by("key", "created_at")
    if case.verification_level:
        rows = rows.verified() if rows.verified().exists() else rows
    found: dict[str, list[str]] = {}
    for one in rows:
        found.setdefault(one.key, []).append(one.value)
    return found


def _list_systems(plan: Plan, made: list[Step]) -> None:
    """Have the systems of new steps shown with the plan."""
    document = sources.document_of(plan)
    shown = {one["system"] for one in plan.summary["systems"]}
    for step in made:
        document.sources.setdefault(step.system.key, SourcePlan(level="requests", status="deferred"))
        if str(step.system_id) not in shown:
            shown.add(str(step.system_id))
            plan.summary["systems"].append(_line(step.system))
    plan.document, plan.hash = document.to_json(), document.hash
    plan.save(update_fields=["summary", "document", "hash"])


def _line(system: System) -> Mapping[str, Any]:
    counts = dict.fromkeys(_COUNTS, 0)
    return {
        "system": str(system.pk), "key": system.key, "name": system.name, "connector": system.connector,
        "status": "deferred", **counts, "exceptions": [], "blocked": [], "note": "", "collections": {},
    }  # fmt: skip


def finished(case: Case) -> bool:
    """Whether every system that was told has answered, or was left out with a reason."""
    return not case.steps.exclude(status__in=[JobStatus.DONE, JobStatus.CANCELLED]).exists()


def told(case: Case, *operations: str) -> list[str]:
    """Return where it was done, a sentence a system, for the letter."""
    steps = case.steps.filter(operation__in=operations, skipped_reason="").select_related("system")
    return [
        (_("%(system)s, by hand and attested") if hasattr(step, "task") else _("%(system)s, confirmed by it"))
        % {"system": step.system.name}
        for step in steps
    ]


def left_out(case: Case) -> list[str]:
    """Return where it could not be done, and why, for the letter."""
    steps = case.steps.exclude(skipped_reason="").exclude(operation=Operation.REREAD).select_related("system")
    return [f"{step.system.name}: {step.skipped_reason}" for step in steps]
