"""Starting the end of a linked account, and what people and cases may do to one that is going on."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.services import audit
from accounts.services.audit import Actor
from config import jobs
from config.jobs import JobStatus
from platforms.enums import ConnectionStatus, RevocationOutcome
from platforms.models import Connection, Disconnection
from platforms.rules.revocation import RETRY_FOR

WORDS = 1_000


class Ended(Exception):
    """The account is not linked any more: there is nothing to end."""


class NotOpen(Exception):
    """What was asked for does not fit the state of this disconnection."""


@transaction.atomic
def begin(
    *,
    connection: Connection,
    trigger: str,
    clock_from: datetime,
    due_at: datetime,
    due_why: list[dict[str, Any]],
    revoke_first: bool,
    actor: Actor,
    now: datetime,
) -> tuple[Disconnection, bool]:
    """Start the end of a linked account, once; returns it and whether it is new.

    A later trigger never makes the date later: the earlier one stays. `revoke_first` False: the platform said
    that the grant is gone. Raises Ended.
    """
    connection = Connection.objects.select_for_update().get(pk=connection.pk)
    going = connection.disconnections.filter(completed_at=None).first()
    if going:
        return sooner(job=going, due_at=due_at, due_why=due_why), False
    if connection.status == ConnectionStatus.ENDED:
        raise Ended(f"{connection} has ended.")
    connection.status = ConnectionStatus.REVOKING
    connection.refresh_at = connection.probe_at = None
    connection.save(update_fields=["status", "refresh_at", "probe_at"])
    made = Disconnection.objects.create(
        connection=connection, trigger=trigger, clock_from=clock_from, due_at=due_at, due_why=due_why,
        revoke_first=revoke_first, retry_until=now + RETRY_FOR, made_at=now,
    )  # fmt: skip
    details = {"trigger": trigger, "platform": connection.platform, "due_at": due_at.isoformat()}
    audit.record(actor=actor, action="disconnection.begun", obj=made, details=details)
    jobs.enqueue(made)
    return made, True


def sooner(*, job: Disconnection, due_at: datetime, due_why: list[dict[str, Any]]) -> Disconnection:
    """Take an earlier date with its derivation; a later one changes nothing."""
    if due_at < job.due_at:
        job.due_at, job.due_why = due_at, due_why
        job.save(update_fields=["due_at", "due_why"])
    return job


def wake(*, job_id: uuid.UUID | str, now: datetime) -> None:
    """Have a waiting disconnection look at its case at once; a worker that is at it sees the case anyway."""
    waiting = Disconnection.objects.filter(pk=job_id, completed_at=None, status=JobStatus.READY)
    if waiting.update(next_attempt_at=now):
        jobs.enqueue(Disconnection.objects.get(pk=job_id))


def _locked(job: Disconnection) -> Disconnection:
    Connection.objects.select_for_update().get(pk=job.connection_id)
    found: Disconnection = Disconnection.objects.select_related("connection").get(pk=job.pk)
    return found


@transaction.atomic
def try_again(*, job: Disconnection, actor: Actor, now: datetime) -> None:
    """Ask the platform once more, now: while it is being retried, or after the work itself broke.

    Raises NotOpen when the tokens are gone for good, or nothing failed.
    """
    job = _locked(job)
    failing = job.outcome == RevocationOutcome.FAILED_RETRYING
    if job.completed_at or not (failing or job.status == JobStatus.ATTENTION):
        raise NotOpen
    job.status, job.next_attempt_at, job.attempts, job.last_error = JobStatus.READY, now, 0, ""
    job.save(update_fields=["status", "next_attempt_at", "attempts", "last_error"])
    audit.record(actor=actor, action="disconnection.tried_again", obj=job)
    jobs.enqueue(job)


@transaction.atomic
def attest(*, job: Disconnection, how: str, proof: dict[str, str], actor: Actor, now: datetime) -> None:
    """Record that somebody saw the grant ended at the platform: who, when, how, and the file as proof.

    `proof`: fields `proof_*` of the model, empty without a file. Raises NotOpen for a machine, an empty
    text, and where no revocation waits for a person.
    """
    job = _locked(job)
    if actor.user is None or not 10 <= len(how.strip()) <= WORDS:
        raise NotOpen
    if job.outcome not in (RevocationOutcome.MANUAL_REQUIRED, RevocationOutcome.FAILED_RETRYING):
        raise NotOpen
    if job.by_hand_at:
        raise NotOpen
    values: dict[str, Any] = {
        "by_hand_at": now, "by_hand_by": actor.user, "by_hand_how": how.strip(), "alarm": {},
        "outcome": RevocationOutcome.MANUAL_REQUIRED, **proof,
    }  # fmt: skip
    for name, value in values.items():
        setattr(job, name, value)
    job.save(update_fields=list(values))
    audit.record(actor=actor, action="disconnection.attested", obj=job, fields=("by_hand_at",))
    wake(job_id=job.pk, now=now)
