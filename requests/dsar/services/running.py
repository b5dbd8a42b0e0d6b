"""Background runs of a case: started, woken, and ended. The run is the job; its steps are durable."""

import uuid
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.audit import SYSTEM, Actor
from config import jobs
from config.jobs import JobStatus
from dsar.enums import RunKind
from dsar.models import Case, Plan, Run
from dsar.rules.transitions import NotAllowed

LIVE = (JobStatus.READY, JobStatus.RUNNING, JobStatus.WAITING)


def actor_of(run: Run) -> Actor:
    """Return who asked for a run, or the portal itself."""
    return Actor.of(run.asked_by) if run.asked_by else SYSTEM


def start(*, case: Case, kind: RunKind, plan: Plan | None, asked_by: User | None) -> Run:
    """Make the run of a locked case, told to the broker after the commit.

    A run that only waits for systems gives way. Raises NotAllowed while another one is at work.
    """
    before = set(case.runs.filter(status__in=[*LIVE, JobStatus.ATTENTION]).values_list("status", flat=True))
    if before & {JobStatus.READY, JobStatus.RUNNING}:
        raise NotAllowed(_("Work on this case is going on. Wait until it has ended."))
    if before:
        gone = case.runs.filter(status__in=[JobStatus.WAITING, JobStatus.ATTENTION])
        gone.update(status=JobStatus.CANCELLED)
    run: Run = Run.objects.create(case=case, kind=kind, plan=plan, asked_by=asked_by)
    jobs.enqueue(run)
    return run


def wake(*, case: Case, plan: Plan, now: datetime) -> None:
    """Have a locked case's run look at its steps again.

    A worker that is at it sees the change when it settles, under the same lock; anything else is made due at
    once.
    """
    run = case.runs.filter(kind=RunKind.FULFIL, plan=plan).order_by("-created_at").first()
    if run is None or run.status in (JobStatus.DONE, JobStatus.CANCELLED, JobStatus.ATTENTION):
        start(case=case, kind=RunKind.FULFIL, plan=plan, asked_by=run.asked_by if run else None)
        return
    due = Run.objects.filter(pk=run.pk, status__in=[JobStatus.WAITING, JobStatus.READY])
    if due.update(status=JobStatus.READY, next_attempt_at=now, finished_at=None):
        jobs.enqueue(run)


def still_mine(run: Run, token: uuid.UUID, *, now: datetime, progressed: bool = False) -> None:
    """Renew the lease of a run; raises jobs.LeaseLost when another worker has taken over or the run was
    cancelled. `progressed`: a step has ended meanwhile.
    """
    jobs.renew(run, token, now=now, progressed=progressed)
