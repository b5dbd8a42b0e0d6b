"""Approving, pausing and stopping sweeps. The planner of a sweep never approves it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from accounts.services.audit import SYSTEM, Actor
from config import jobs
from config.jobs import JobStatus
from retention.enums import SweepState
from retention.models import Sweep


class SweepRefused(ValueError):
    """The sweep cannot be changed like this; the message says why."""


@transaction.atomic
def start(*, sweep: Sweep, now: datetime, actor: Actor = SYSTEM) -> Sweep:
    """Let a sweep run that needs no second person. Raises SweepRefused."""
    sweep = _locked(sweep)
    if sweep.state != SweepState.PLANNED or sweep.why:
        raise SweepRefused(_("This sweep cannot be started: somebody else has to approve it first."))
    return _run(sweep, "sweep.started", actor, now)


@transaction.atomic
def approve(*, sweep: Sweep, plan_sha256: str, note: str, actor: Actor, now: datetime) -> Sweep:
    """Approve exactly the plan that was shown. Raises SweepRefused.

    `plan_sha256`: hash of the plan that the person saw; `note`: why it is right. Whoever planned it may not
    approve it (law notes, 3: proposer differs from approver).
    """
    sweep = _locked(sweep)
    user = _person(actor)
    if sweep.state not in (SweepState.WAITING, SweepState.PLANNED):
        raise SweepRefused(_("This sweep waits for nobody any more."))
    if sweep.plan_sha256 != plan_sha256:
        raise SweepRefused(_("The plan is another one by now. Open it again and look at it."))
    if sweep.planned_by_id == user.pk:
        raise SweepRefused(_("You planned this sweep. Somebody else has to approve it."))
    if not note.strip():
        raise SweepRefused(_("Say why the sweep is right."))
    sweep.decided_by, sweep.decided_at, sweep.decision_note = user, now, note.strip()
    sweep.save(update_fields=["decided_by", "decided_at", "decision_note"])
    return _run(sweep, "sweep.approved", actor, now)


@transaction.atomic
def pause(*, sweep: Sweep, actor: Actor, now: datetime) -> Sweep:
    """Have a running sweep rest after the window that it is at. Raises SweepRefused."""
    sweep = _locked(sweep)
    if sweep.state != SweepState.RUNNING:
        raise SweepRefused(_("This sweep does not run."))
    return _set(sweep, SweepState.PAUSED, "sweep.paused", actor, now)


@transaction.atomic
def resume(*, sweep: Sweep, actor: Actor, now: datetime) -> Sweep:
    """Let a paused sweep go on where it stopped. Raises SweepRefused."""
    sweep = _locked(sweep)
    if sweep.state != SweepState.PAUSED:
        raise SweepRefused(_("This sweep is not paused."))
    return _run(sweep, "sweep.resumed", actor, now)


@transaction.atomic
def stop(*, sweep: Sweep, reason: str, actor: Actor, now: datetime) -> Sweep:
    """End a sweep for good; what is gone stays gone and proved. Raises SweepRefused."""
    sweep = _locked(sweep)
    if sweep.state in (SweepState.DONE, SweepState.STOPPED):
        raise SweepRefused(_("This sweep has ended already."))
    if not reason.strip():
        raise SweepRefused(_("Say why the sweep is stopped."))
    if sweep.steps.filter(batches__state="intended").exists():
        raise SweepRefused(_("A window is being removed at this moment. Pause the sweep first."))
    sweep.decision_note = f"{sweep.decision_note}\n{reason.strip()}".strip()
    sweep.finished_at = now
    sweep.status = JobStatus.CANCELLED
    sweep.save(update_fields=["decision_note", "finished_at", "status"])
    return _set(sweep, SweepState.STOPPED, "sweep.stopped", actor, now)


def _locked(sweep: Sweep) -> Sweep:
    return Sweep.objects.select_for_update().get(pk=sweep.pk)


def _person(actor: Actor) -> User:
    if actor.user is None:
        raise SweepRefused(_("A person has to approve this."))
    return actor.user


def _run(sweep: Sweep, action: str, actor: Actor, now: datetime) -> Sweep:
    sweep.status, sweep.next_attempt_at, sweep.attempts = JobStatus.READY, None, 0
    sweep.save(update_fields=["status", "next_attempt_at", "attempts"])
    jobs.enqueue(sweep)
    return _set(sweep, SweepState.RUNNING, action, actor, now)


def _set(sweep: Sweep, state: SweepState, action: str, actor: Actor, now: datetime) -> Sweep:
    del now
    sweep.state = state
    sweep.save(update_fields=["state"])
    audit.record(actor=actor, action=action, obj=sweep, details={"plan": sweep.plan_sha256})
    return sweep
