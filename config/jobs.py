"""The job machine: every piece of background work is a row, every task takes ids only (design, section 3).

A publish is a hint. `sweep` re-enqueues whatever is due or whose lease ran out, so that a lost broker or a
killed worker loses nothing. A job is claimed by one conditional UPDATE; only the process that changed the row
goes on.
"""

import random
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q

BACKOFF_SECONDS = (10, 60, 300, 1800, 7200)
MAX_ATTEMPTS = len(BACKOFF_SECONDS) + 1


class JobStatus(models.TextChoices):
    """Where a piece of work stands."""

    READY = "ready", "Ready"
    RUNNING = "running", "Running"
    WAITING = "waiting", "Waiting"
    ATTENTION = "attention", "Needs attention"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Cancelled"


class Job(models.Model):
    """A row that a worker claims, runs and finishes. Concrete models add what the work is about."""

    status = models.CharField(max_length=12, choices=JobStatus.choices, default=JobStatus.READY)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    last_error = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class LeaseLost(Exception):
    """Another worker has taken over: stop, and write nothing more."""


def _due(now: datetime) -> Q:
    ready = Q(status=JobStatus.READY) & (Q(next_attempt_at=None) | Q(next_attempt_at__lte=now))
    return ready | Q(status=JobStatus.RUNNING, lease_until__lt=now)


def claim(
    model: type[Job], pk: object, *, now: datetime, lease_seconds: int | None = None
) -> uuid.UUID | None:
    """Take the job when it is due or its lease ran out.

    Returns the lease token, or None when another process has it. `lease_seconds` defaults to
    JOB_LEASE_SECONDS.
    """
    token = uuid.uuid4()
    until = now + timedelta(seconds=lease_seconds or settings.JOB_LEASE_SECONDS)
    changed = model._default_manager.filter(_due(now), pk=pk).update(
        status=JobStatus.RUNNING,
        lease_token=token,
        lease_until=until,
        attempts=F("attempts") + 1,
        started_at=now,
    )
    return token if changed else None


def renew(job: Job, token: uuid.UUID, *, now: datetime) -> None:
    """Keep the lease; raises LeaseLost when it belongs to another worker by now."""
    until = now + timedelta(seconds=settings.JOB_LEASE_SECONDS)
    _write(job, token, lease_until=until)


def finish(
    job: Job, token: uuid.UUID, *, now: datetime, status: JobStatus = JobStatus.DONE, **more: object
) -> None:
    """End the job as done, waiting or cancelled; `more` are fields of its kind. Raises LeaseLost."""
    ended = {"status": status, "finished_at": now, "lease_until": None, "lease_token": None, "last_error": ""}
    _write(job, token, **ended, **more)


def fail(job: Job, token: uuid.UUID, *, error: str, now: datetime, final: bool = False) -> JobStatus:
    """Record a failure: again later with back-off and jitter, or `needs attention` after the last attempt.

    Returns the new status; raises LeaseLost.
    """
    last = final or job.attempts >= MAX_ATTEMPTS
    status = JobStatus.ATTENTION if last else JobStatus.READY
    _write(
        job, token, status=status, last_error=error[:2000], lease_until=None, lease_token=None,
        next_attempt_at=None if last else now + backoff(job.attempts),
    )  # fmt: skip
    return status


def backoff(attempts: int) -> timedelta:
    """Return the wait before the next attempt: the table's figure, plus up to a fifth of jitter."""
    base = BACKOFF_SECONDS[min(max(attempts, 1), len(BACKOFF_SECONDS)) - 1]
    return timedelta(seconds=base * (1 + random.random() / 5))  # noqa: S311  (spreads load, guards nothing)


def release(job: Job, token: uuid.UUID, *, at: datetime | None = None) -> None:
    """Give the job back without counting an attempt; it is due at once or at `at`. Raises LeaseLost."""
    job.refresh_from_db(fields=["attempts"])
    attempts = max(job.attempts - 1, 0)
    _write(
        job, token, status=JobStatus.READY, attempts=attempts, lease_until=None, lease_token=None,
        next_attempt_at=at,
    )  # fmt: skip


def _write(job: Job, token: uuid.UUID, **values: object) -> None:
    if not type(job)._default_manager.filter(pk=job.pk, lease_token=token).update(**values):
        raise LeaseLost(f"{job._meta.label} {job.pk} was taken over by another worker.")
    for name, value in values.items():
        setattr(job, name, value)


Publish = Callable[[object], object]
_kinds: dict[type[Job], Publish] = {}


def register(model: type[Job], publish: Publish) -> None:
    """Tell the sweep how to enqueue one kind of job: `publish(pk)`, usually `task.delay`."""
    _kinds[model] = publish


def enqueue(job: Job) -> None:
    """Hint the broker after commit. When the broker is away, the sweep finds the row."""
    model, pk = type(job), job.pk
    transaction.on_commit(lambda: _kinds[model](pk), robust=True)


def sweep(*, now: datetime, limit: int = 500) -> int:
    """Publish every due job of every registered kind; returns how many were published."""
    published = 0
    for model, publish in _kinds.items():
        due = model._default_manager.filter(_due(now)).order_by("pk").values_list("pk", flat=True)[:limit]
        for pk in due:
            publish(pk)
            published += 1
    return published
