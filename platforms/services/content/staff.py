"""What staff do about copies that wait for them: try again, or say that they deleted them by hand."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from config import jobs
from config.jobs import JobStatus
from platforms.enums import ContentOutcome
from platforms.models import CallbackReceipt, ContentDeletion
from platforms.services.content.working import record


class NotWaiting(Exception):
    """No copies of this callback wait for anybody; the message says so."""


@transaction.atomic
def try_again(*, receipt: CallbackReceipt, actor: Actor, now: datetime) -> int:
    """Start the work on all copies of a callback that wait for somebody; returns in how many systems.

    Raises NotWaiting.
    """
    for job in (waiting := _waiting(receipt)):
        job.status, job.attempts, job.lost = JobStatus.READY, 0, 0
        job.next_attempt_at, job.last_error = now, ""
        job.save(update_fields=["status", "attempts", "lost", "next_attempt_at", "last_error"])
        record(job, "again", actor)
        jobs.enqueue(job)
    return len(waiting)


@transaction.atomic
def attest(*, receipt: CallbackReceipt, how: str, actor: Actor, now: datetime) -> int:
    """Take somebody's word that the copies that wait are gone, with how; returns in how many systems.

    Raises NotWaiting.
    """
    assert actor.user is not None
    for job in (waiting := _waiting(receipt)):
        job.status, job.finished_at, job.outcome = JobStatus.DONE, now, ContentOutcome.BY_HAND
        job.by_hand_at, job.by_hand_by, job.by_hand_how = now, actor.user, how.strip()
        job.content, job.last_error = "", ""
        job.save(
            update_fields=[
                "status", "finished_at", "outcome", "by_hand_at", "by_hand_by", "by_hand_how", "content",
                "last_error",
            ]
        )  # fmt: skip
        record(job, "by_hand", actor)
    return len(waiting)


def _waiting(receipt: CallbackReceipt) -> list[ContentDeletion]:
    found = ContentDeletion.objects.waiting().filter(receipt=receipt).select_related("system")
    jobs_ = list(found.select_for_update(of=("self",)))
    if not jobs_:
        raise NotWaiting(_("No copies of this callback wait for anybody."))
    return jobs_
