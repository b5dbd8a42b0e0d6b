"""The worker of a grant that we did not take: the platform is told until it answers, 72 hours at most."""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.services import audit
from accounts.services.audit import SYSTEM
from config import jobs
from config.jobs import JobStatus, LeaseLost
from config.sentences import say, stored
from platforms import registry
from platforms.enums import RevocationOutcome
from platforms.models import RefusedGrant
from platforms.rules.revocation import next_try
from platforms.services import revokers
from platforms.services.oauth import refusing
from platforms.services.revokers import Grant, Told
from platforms.services.revoking.grants import copy_of

Outcome = RevocationOutcome
Now = Callable[[], datetime]


def work(*, refused_id: uuid.UUID | str, now_fn: Now) -> bool:
    """Withdraw a grant that we did not take, when that is due. Returns whether this worker had it."""
    token = jobs.claim(RefusedGrant, refused_id, now=now_fn())
    if token is None:
        return False
    job = RefusedGrant.objects.select_related("attempt").get(pk=refused_id)
    try:
        _withdraw(job, token, now_fn)
    except LeaseLost:
        return False
    except Exception as fault:
        _broke(job, token, fault, now_fn())
        raise
    return True


def sweep(*, now: datetime) -> int:
    """Destroy the tokens of grants whose time is over, whatever became of their work; returns how many."""
    left = RefusedGrant.objects.filter(ended_at=None, retry_until__lte=now).exclude(status=JobStatus.RUNNING)
    ended = 0
    for pk in left.values_list("pk", flat=True):
        with transaction.atomic():
            if job := left.select_for_update().filter(pk=pk).first():
                _end(job, now, status=JobStatus.CANCELLED, outcome=Outcome.MANUAL_REQUIRED)
                ended += 1
    return ended


def given_up(job: RefusedGrant, now: datetime) -> None:
    """Say that workers died of it; called by the sweep, inside the transaction that gives it up."""
    del now
    job.alarm = stored(say("The work on this permission died. Look at the log of the worker."))
    job.save(update_fields=["alarm"])
    _recorded(job, "given_up")


def _broke(job: RefusedGrant, token: uuid.UUID, fault: Exception, now: datetime) -> None:
    name = type(fault).__name__
    error = say("An error in the portal itself (%(type)s): tell the technicians.", type=name)
    with transaction.atomic():
        try:
            if jobs.fail(job, token, error=error, now=now) == JobStatus.ATTENTION:
                job.alarm = stored(error)
                job.save(update_fields=["alarm"])
                _recorded(job, "broke")
        except LeaseLost:
            return


def _withdraw(job: RefusedGrant, token: uuid.UUID, now_fn: Now) -> None:
    entry = registry.current(job.platform)
    if refusing.living(entry, job.external_id).filter(subject=job.attempt.subject_id).exists():
        # The person was taken in after all: the grant that is to go now carries what they have.
        with _writing(job, token, now_fn()):
            _end(job, now_fn(), status=JobStatus.CANCELLED, outcome="")
        return
    have: dict[str, str] = json.loads(job.kept)
    grant = Grant(entry, job.external_id, have.get("access", ""), have.get("refresh", ""))

    def keep() -> None:
        with _writing(job, token, now_fn()):
            job.kept = copy_of(grant)
            job.save(update_fields=["kept"])

    grant.keep = keep
    told = revokers.revoke(grant)
    now = now_fn()
    with _writing(job, token, now):
        _record(job, token, grant, told, now)


@contextmanager
def _writing(job: RefusedGrant, token: uuid.UUID, now: datetime) -> Iterator[None]:
    """Write while the lease is ours: all of it or nothing. Raises LeaseLost."""
    with transaction.atomic():
        jobs.renew(job, token, now=now, progressed=True)
        yield


def _record(job: RefusedGrant, token: uuid.UUID, grant: Grant, told: Told, now: datetime) -> None:
    values: dict[str, Any] = {
        "outcome": told.outcome, "status_code": told.status, "answer": told.answer, "tries": job.tries + 1,
        "kept": copy_of(grant), "alarm": stored(_refused_us(job)) if told.judgement.client else {},
    }  # fmt: skip
    for name, value in values.items():
        setattr(job, name, value)
    job.save(update_fields=list(values))
    again = next_try(job.tries, now=now, until=job.retry_until)
    if told.outcome == Outcome.FAILED_RETRYING and again:
        _recorded(job, "answered")
        jobs.release(job, token, at=again)
        return
    _look_at_others(job, told, now)
    failed = told.outcome == Outcome.FAILED_RETRYING
    _end(job, now, status=JobStatus.DONE, outcome=Outcome.MANUAL_REQUIRED if failed else told.outcome)


def _refused_us(job: RefusedGrant) -> str:
    name = registry.current(job.platform).name
    return say(
        "%(platform)s refuses our own client id or secret, so the grant still lives. Correct the settings.",
        platform=name,
    )


def _look_at_others(job: RefusedGrant, told: Told, now: datetime) -> None:
    """Probe now what rests on the same account: many platforms know one grant for each account and app."""
    if told.outcome in (Outcome.REVOKED, Outcome.ALREADY_GONE):
        refusing.living(registry.current(job.platform), job.external_id).update(probe_at=now)


def _end(job: RefusedGrant, now: datetime, *, status: JobStatus, outcome: str) -> None:
    """Destroy tokens and account; the row stays as proof of what was done."""
    job.status, job.outcome, job.ended_at, job.finished_at = status, outcome, now, now
    job.kept = job.external_id = ""
    job.lease_until, job.lease_token, job.next_attempt_at, job.last_error = None, None, None, ""
    job.save()
    _recorded(job, "ended")


def _recorded(job: RefusedGrant, action: str) -> None:
    details = {"platform": job.platform, "outcome": job.outcome, "status": job.status_code}
    audit.record(actor=SYSTEM, action=f"refused_grant.{action}", obj=job, details=details)
