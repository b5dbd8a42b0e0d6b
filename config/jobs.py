"""The job machine: every piece of background work is a row, every task takes ids only (design, section 3).

A publish is a hint. `sweep` re-enqueues whatever is due or whose lease ran out, so that a lost broker or a
killed worker loses nothing. A job is claimed by one conditional UPDATE; only the process that changed the row
goes on. A job that takes its worker down each time is not claimed for ever: after JOB_MAX_LOST claims that
ended with a dead worker the sweep gives it up, and somebody has to look.
"""

import random
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_noop

from config.choices import TextChoices
from config.sentences import Sentence, remember

BACKOFF_SECONDS = (10, 60, 300, 1800, 7200)
MAX_ATTEMPTS = len(BACKOFF_SECONDS) + 1


class JobStatus(TextChoices):
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
    lost = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="Claims in a row whose worker died"
    )
    last_error = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class LeaseLost(Exception):
    """Another worker has taken over: stop, and write nothing more."""


def _left(now: datetime) -> Q:
    """Claimed by a worker that has not been heard of since its lease ran out."""
    return Q(status=JobStatus.RUNNING, lease_until__lt=now)


def _hopeless(now: datetime) -> Q:
    """Left by a worker once more, and that was the last time that anybody tries."""
    return _left(now) & Q(lost__gte=settings.JOB_MAX_LOST - 1)


def _due(now: datetime) -> Q:
    ready = Q(status=JobStatus.READY) & (Q(next_attempt_at=None) | Q(next_attempt_at__lte=now))
    return ready | (_left(now) & Q(lost__lt=settings.JOB_MAX_LOST - 1))


def claim(
    model: type[Job], pk: object, *, now: datetime, lease_seconds: int | None = None
) -> uuid.UUID | None:
    """Take the job when it is due or its lease ran out.

    Returns the lease token, or None when another process has it, or when too many workers died of it.
    `lease_seconds` defaults to JOB_LEASE_SECONDS.
    """
    token = uuid.uuid4()
    until = now + timedelta(seconds=lease_seconds or settings.JOB_LEASE_SECONDS)
    changed = model._default_manager.filter(_due(now), pk=pk).update(
        status=JobStatus.RUNNING,
        lease_token=token,
        lease_until=until,
        attempts=F("attempts") + 1,
        lost=F("lost") + Case(When(status=JobStatus.RUNNING, then=1), default=0),
        started_at=now,
    )
    return token if changed else None


def renew(job: Job, token: uuid.UUID, *, now: datetime, progressed: bool = False) -> None:
    """Keep the lease; raises LeaseLost when it belongs to another worker by now.

    `progressed`: a durable part of the work is done, so that earlier deaths say nothing about what is left.
    """
    until = now + timedelta(seconds=settings.JOB_LEASE_SECONDS)
    _write(job, token, lease_until=until, **({"lost": 0} if progressed else {}))


def finish(
    job: Job, token: uuid.UUID, *, now: datetime, status: JobStatus = JobStatus.DONE, **more: object
) -> None:
    """End the job as done, waiting or cancelled; `more` are fields of its kind. Raises LeaseLost."""
    ended = {"status": status, "finished_at": now, "lease_until": None, "lease_token": None, "last_error": ""}
    _write(job, token, lost=0, **ended, **more)


def fail(job: Job, token: uuid.UUID, *, error: str, now: datetime, final: bool = False) -> JobStatus:
    """Record a failure: again later with back-off and jitter, or `needs attention` after the last attempt.

    Returns the new status; raises LeaseLost.
    """
    last = final or job.attempts >= MAX_ATTEMPTS
    status = JobStatus.ATTENTION if last else JobStatus.READY
    _write(
        job, token, status=status, last_error=error[:2000], lease_until=None, lease_token=None, lost=0,
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
        job, token, status=JobStatus.READY, attempts=attempts, lease_until=None, lease_token=None, lost=0,
        next_attempt_at=at,
    )  # fmt: skip


def _write(job: Job, token: uuid.UUID, **values: object) -> None:
    if not type(job)._default_manager.filter(pk=job.pk, lease_token=token).update(**values):
        raise LeaseLost(f"{job._meta.label} {job.pk} was taken over by another worker.")
    for name, value in values.items():
        setattr(job, name, value)


_DIED = gettext_noop(
    "The program that does this work ended %(times)s times in the middle of it and is not started again."
    " Look at its log and at the memory of that machine, then try again."
)
remember(_DIED)
Publish = Callable[[object], object]
GivenUp = Callable[[Any, datetime], object]
_kinds: dict[type[Job], Publish] = {}
_given_up: dict[type[Job], GivenUp] = {}


def register(model: type[Job], publish: Publish, *, given_up: GivenUp | None = None) -> None:
    """Tell the sweep how to enqueue one kind of job: `publish(pk)`, usually `task.delay`.

    `given_up(job, now)` is called inside the transaction that gives a job up because its workers died; it
    tells whoever has to look.
    """
    _kinds[model] = publish
    if given_up:
        _given_up[model] = given_up


def enqueue(job: Job) -> None:
    """Hint the broker after commit. When the broker is away, the sweep finds the row."""
    model, pk = type(job), job.pk
    transaction.on_commit(lambda: _kinds[model](pk), robust=True)


def sweep(*, now: datetime, limit: int = 500) -> int:
    """Publish every due job of every registered kind; returns how many were published.

    Jobs that took no worker down come first, so that a few bad ones never keep the others waiting.
    """
    published = 0
    for model, publish in _kinds.items():
        _give_up(model, now, limit)
        due = model._default_manager.filter(_due(now)).order_by("lost", "pk")
        for pk in due.values_list("pk", flat=True)[:limit]:
            publish(pk)
            published += 1
    return published


def _give_up(model: type[Job], now: datetime, limit: int) -> None:
    """Stop trying what took every worker down."""
    found = model._default_manager.filter(_hopeless(now)).order_by("pk")
    for pk in found.values_list("pk", flat=True)[:limit]:
        with transaction.atomic():
            mine = model._default_manager.filter(_hopeless(now), pk=pk).update(
                status=JobStatus.ATTENTION, lease_until=None, lease_token=None, next_attempt_at=None,
                last_error=died(settings.JOB_MAX_LOST), lost=0,
            )  # fmt: skip
            if mine and model in _given_up:
                _given_up[model](model._default_manager.get(pk=pk), now)


def died(times: int) -> str:
    """Return the sentence about work that took its worker down that many times, with what to do."""
    return Sentence(_DIED, {"times": times})
