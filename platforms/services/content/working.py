"""The worker of a deletion of content in one system: tried again by the job machine, never pretended."""

import json
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.services import audit
from accounts.services.audit import SYSTEM
from config import jobs
from config.crypto import DecryptionFailed
from config.jobs import LeaseLost
from config.sentences import remember
from platforms.connectors import ConnectorError, SourceUnreachable, WrongSettings
from platforms.enums import ContentOutcome
from platforms.models import ContentDeletion
from platforms.services.content import deleting
from platforms.services.content.deleting import Came, NoWay

KEPT = gettext_noop(
    "Rows that were not deleted: %(n)s. Rows of %(tables)s still point at them. Delete those or cut the link,"
    " then try again."
)
UNREADABLE = gettext_noop("What the platform named cannot be read any more: its key is gone.")
remember(KEPT, UNREADABLE)


def work(*, deletion_id: uuid.UUID | str, now: datetime) -> bool:
    """Delete one system's copies when it is due. Returns whether they are gone.

    A system that fails or does not answer is tried again later; what a foreign key keeps, or what the portal
    cannot delete there at all, waits for somebody.
    """
    token = jobs.claim(ContentDeletion, deletion_id, now=now)
    if token is None:
        return False
    job = ContentDeletion.objects.select_related("system").get(pk=deletion_id)
    try:
        ids = json.loads(job.content)
        came = deleting.delete(job.system, job.platform, ids, _noting(job, token, now))
        return _settle(job, token, came, now)
    except LeaseLost:
        return False
    except (NoWay, WrongSettings) as fault:
        return _failed(job, token, ContentOutcome.FAILED, str(fault), now, final=True)
    except DecryptionFailed:
        return _failed(job, token, ContentOutcome.FAILED, UNREADABLE, now, final=True)
    except SourceUnreachable as fault:
        return _failed(job, token, ContentOutcome.UNREACHABLE, str(fault), now)
    except ConnectorError as fault:
        return _failed(job, token, ContentOutcome.FAILED, str(fault), now)


def _noting(job: ContentDeletion, token: uuid.UUID, now: datetime) -> Callable[[int], None]:
    """Return what writes down how many rows were found, before they go: a worker may die in between."""

    def note(found: int) -> None:
        with transaction.atomic():
            jobs.renew(job, token, now=now)
            gone = max(job.located - found, 0)
            job.rows, job.located = job.rows + gone, found
            job.save(update_fields=["rows", "located"])

    return note


@transaction.atomic
def _settle(job: ContentDeletion, token: uuid.UUID, came: Came, now: datetime) -> bool:
    """Store what came of it, with its event."""
    job.rows, job.located, job.kept_rows = job.rows + came.deleted, 0, came.kept
    if came.kept:
        error = KEPT % {"n": came.kept, "tables": ", ".join(sorted(came.keepers))}
        job.save(update_fields=["rows", "located", "kept_rows"])
        return _failed(job, token, ContentOutcome.KEPT, error, now, final=True)
    outcome = ContentOutcome.DELETED if job.rows else ContentOutcome.NOTHING
    jobs.finish(
        job, token, now=now, outcome=outcome, rows=job.rows, located=0, kept_rows=0, proved_at=now, content=""
    )
    record(job, "worked")
    return True


@transaction.atomic
def _failed(
    job: ContentDeletion, token: uuid.UUID, outcome: ContentOutcome, error: str, now: datetime,
    *, final: bool = False,
) -> bool:  # fmt: skip
    try:
        jobs.fail(job, token, error=error, now=now, final=final)
    except LeaseLost:
        return False
    job.outcome = outcome
    job.save(update_fields=["outcome"])
    record(job, "worked")
    return False


def record(job: ContentDeletion, action: str, actor: audit.Actor = SYSTEM) -> None:
    """Append the audit event of something that happened to a job: figures, no ids."""
    details: dict[str, Any] = {
        "platform": job.platform, "system": job.system.key, "status": job.status, "outcome": job.outcome,
        "items": job.items, "rows": job.rows, "kept": job.kept_rows,
    }  # fmt: skip
    audit.record(actor=actor, action=f"content.{action}", obj=job, details=details)


def given_up(job: ContentDeletion, now: datetime) -> None:
    """Record that the workers of a job died; called inside the transaction that gives it up."""
    del now
    job.outcome = ContentOutcome.FAILED
    job.save(update_fields=["outcome"])
    record(job, "given_up")
