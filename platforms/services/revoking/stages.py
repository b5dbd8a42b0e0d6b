"""The worker of a disconnection: one function a stage, each of which ends in one durable write."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.services import audit
from accounts.services.audit import SYSTEM
from config import jobs
from config.jobs import JobStatus, LeaseLost
from config.sentences import say, stored
from platforms import registry
from platforms.enums import ConnectionStatus, DisconnectStage, ProbeResult, RevocationOutcome
from platforms.models import Connection, Disconnection
from platforms.rules.revocation import next_try
from platforms.services import revokers
from platforms.services.revokers import Grant, Told
from platforms.services.revoking import grants

LOOK_AFTER = timedelta(hours=1)
"""How often a disconnection asks about its case when nobody tells it; the case tells it at once."""
Stage, Outcome = DisconnectStage, RevocationOutcome
Now = Callable[[], datetime]
Step = Callable[[Disconnection, uuid.UUID, Now], bool]
"""Does one stage; returns whether the next one can follow at once."""
CaseState = Callable[[Disconnection], str]
_case_states: list[CaseState] = []
Tell = Callable[[Disconnection, datetime], object]
_told: list[Tell] = []


def on_case(ask: CaseState) -> None:
    """Say how far the deletion of a disconnection's data is: "open", "deleted", "proved" or "none".

    "none": no case is open, and none has proved anything. Filled by whoever has cases.
    """
    _case_states[:] = [ask]


def on_told(tell: Tell) -> None:
    """Have `tell(job, now)` called once the platform was told and the probe is done, with their outcome."""
    _told[:] = [tell]


def work(*, disconnection_id: uuid.UUID | str, now_fn: Now) -> bool:
    """Do what is due of a disconnection, stage by stage. Returns whether this worker had it."""
    token = jobs.claim(Disconnection, disconnection_id, now=now_fn())
    if token is None:
        return False
    job = Disconnection.objects.select_related("connection").get(pk=disconnection_id)
    try:
        while (step := _next(job)) and step(job, token, now_fn):
            pass
    except LeaseLost:
        return False
    except Exception as fault:
        _broke(job, token, fault, now_fn())
        raise
    return True


def _broke(job: Disconnection, token: uuid.UUID, fault: Exception, now: datetime) -> None:
    name = type(fault).__name__
    error = say("An error in the portal itself (%(type)s): tell the technicians.", type=name)
    with transaction.atomic():
        try:
            if jobs.fail(job, token, error=error, now=now) == JobStatus.ATTENTION:
                _set(job, "broke", alarm=stored(error))
        except LeaseLost:
            return


def given_up(job: Disconnection, now: datetime) -> None:
    """Say that workers died of it; called by the sweep, inside the transaction that gives it up."""
    del now
    _set(job, "given_up", alarm=stored(say("The work on this disconnection died. Look at it and try again.")))


def _next(job: Disconnection) -> Step | None:
    if job.completed_at:
        return None
    if job.outcome == Outcome.FAILED_RETRYING and job.destroyed_at:
        return _revoke
    return {
        Stage.STOPPED: _revoke, Stage.REVOKED: _destroy, Stage.DESTROYED: _probe, Stage.PROBED: _ask_case,
        Stage.DELETED: _ask_case, Stage.PROVED: _end,
    }[Stage(job.stage)]  # fmt: skip


@contextmanager
def _writing(job: Disconnection, token: uuid.UUID, now: datetime) -> Iterator[None]:
    """Write a stage while the lease is ours: all of it or nothing. Raises LeaseLost."""
    with transaction.atomic():
        Connection.objects.select_for_update().get(pk=job.connection_id)
        jobs.renew(job, token, now=now, progressed=True)
        yield


def _set(job: Disconnection, action: str, **values: Any) -> None:
    for name, value in values.items():
        setattr(job, name, value)
    job.save(update_fields=list(values))
    details: dict[str, Any] = {
        "platform": job.connection.platform, "stage": job.stage, "outcome": job.outcome,
        "status": job.status_code, "probe": job.probe_result,
    }  # fmt: skip
    audit.record(actor=SYSTEM, action=f"disconnection.{action}", obj=job, details=details)


def _keeper(job: Disconnection, token: uuid.UUID, now_fn: Now) -> Callable[[Grant], None]:
    """Return what stores tokens that the platform gave on the way, before anything else happens."""

    def keep(grant: Grant) -> None:
        with _writing(job, token, now_fn()):
            _set(job, "renewed", kept=grants.copy_of(grant))

    return keep


def _revoke(job: Disconnection, token: uuid.UUID, now_fn: Now) -> bool:
    """Tell the platform, unless it told us; write down what came of it."""
    if not job.revoke_first and job.outcome != Outcome.FAILED_RETRYING:
        with _writing(job, token, now_fn()):
            _set(job, "told", outcome=Outcome.ALREADY_GONE, outcome_at=now_fn(), stage=Stage.REVOKED)
        return True

    grant = grants.grant_of(job, _keeper(job, token, now_fn))
    told = revokers.revoke(grant)
    with _writing(job, token, now_fn()):
        return _record(job, token, grant, told, now_fn())


def _record(job: Disconnection, token: uuid.UUID, grant: Grant, told: Told, now: datetime) -> bool:
    values: dict[str, Any] = {
        "outcome": told.outcome, "outcome_at": now, "status_code": told.status, "answer": told.answer,
        "tries": job.tries + 1, "kept": grants.copy_of(grant) if told.asked else "", "alarm": {},
        "stage": Stage.REVOKED if job.stage == Stage.STOPPED else job.stage,
    }  # fmt: skip
    failing = told.outcome == Outcome.FAILED_RETRYING
    if failing and now >= job.retry_until:
        values |= {"outcome": Outcome.MANUAL_REQUIRED, "kept": "", "alarm": stored(_gave_up(job))}
    elif told.judgement.client:
        values["alarm"] = stored(_refused_us(job))
    _set(job, "answered", **values)
    grants.look_at_others(job, now)
    return _later(job, token, now) if job.outcome == Outcome.FAILED_RETRYING and job.destroyed_at else True


def _gave_up(job: Disconnection) -> str:
    name = registry.current(job.connection.platform).name
    return say(
        "%(platform)s could not be told for three days. Revoke the grant by hand and attest it here.",
        platform=name,
    )


def _refused_us(job: Disconnection) -> str:
    name = registry.current(job.connection.platform).name
    return say(
        "%(platform)s refuses our own client id or secret, so the grant still lives. Correct the settings.",
        platform=name,
    )


def _later(job: Disconnection, token: uuid.UUID, now: datetime) -> bool:
    jobs.release(job, token, at=next_try(job.tries, now=now, until=job.retry_until) or now)
    return False


def _from_the_start(job: Disconnection) -> bool:
    """Go back to the first stage for a token that was renewed under us: it was not told to the platform."""
    _set(job, "token_came", stage=Stage.STOPPED, outcome="", outcome_at=None, destroyed_at=None, kept="")
    return True


def _destroy(job: Disconnection, token: uuid.UUID, now_fn: Now) -> bool:
    """Destroy the tokens, whatever the platform said."""
    with _writing(job, token, now_fn()):
        if grants.newer(job):
            return _from_the_start(job)
        if not job.revoke_first and not job.kept:
            job.kept = grants.copy_of(grants.grant_of(job, lambda _: None))
        grants.destroy(job, now_fn())
        _set(job, "tokens_destroyed", destroyed_at=now_fn(), stage=Stage.DESTROYED, kept=job.kept)
        return _later(job, token, now_fn()) if job.outcome == Outcome.FAILED_RETRYING else True


def _probe(job: Disconnection, token: uuid.UUID, now_fn: Now) -> bool:
    """Look whether the grant is dead; where it lives although it was revoked, revoke it again."""
    grant = grants.grant_of(job, _keeper(job, token, now_fn))
    found = job.probe_result if job.probe_result == ProbeResult.DEAD else revokers.probe(grant)
    now = now_fn()
    with _writing(job, token, now):
        if grants.newer(job):
            return _from_the_start(job)
        over = now >= job.retry_until
        again = found == ProbeResult.ALIVE and job.outcome != Outcome.MANUAL_REQUIRED
        if again or (found == ProbeResult.UNKNOWN and not over):
            _set(job, "probed", probe_result=found, probed_at=now, tries=job.tries + 1)
            return _reopen(job, token, now, over=over) if again else _later(job, token, now)
        _set(job, "probed", probe_result=found, probed_at=now, stage=Stage.PROBED, kept="")
        for tell in _told:
            tell(job, now)
    return True


def _reopen(job: Disconnection, token: uuid.UUID, now: datetime, *, over: bool) -> bool:
    """The platform said that it is over, and the token still works: not proved, so not over."""
    name = registry.current(job.connection.platform).name
    alarm = stored(say("%(platform)s still takes the token although it was revoked.", platform=name))
    if over:
        _set(job, "reopened", outcome=Outcome.MANUAL_REQUIRED, alarm=alarm)
        return True
    _set(job, "reopened", outcome=Outcome.FAILED_RETRYING, alarm=alarm)
    return _later(job, token, now)


def _ask_case(job: Disconnection, token: uuid.UUID, now_fn: Now) -> bool:
    """Wait until the data are deleted and that is proved; a case that ended otherwise ends this too."""
    state = next((ask(job) for ask in _case_states), "none")
    with _writing(job, token, now_fn()):
        if grants.newer(job):
            return _from_the_start(job)
        if state == "open" or (state == "deleted" and job.stage == Stage.DELETED):
            jobs.release(job, token, at=now_fn() + LOOK_AFTER)
            return False
        if state == "none":
            return _finish(job, token, now_fn())
        _set(job, state, stage=Stage.DELETED if state == "deleted" else Stage.PROVED)
    return True


def _end(job: Disconnection, token: uuid.UUID, now_fn: Now) -> bool:
    with _writing(job, token, now_fn()):
        return _finish(job, token, now_fn())


def _finish(job: Disconnection, token: uuid.UUID, now: datetime) -> bool:
    """End the job and the connection; the row of the connection stays as proof."""
    connection = Connection.objects.get(pk=job.connection_id)
    connection.status, connection.ended_at = ConnectionStatus.ENDED, now
    connection.save(update_fields=["status", "ended_at"])
    connection.scopes.filter(ended_at=None).update(ended_at=now)
    _set(job, "completed", completed_at=now)
    jobs.finish(job, token, now=now)
    return False
