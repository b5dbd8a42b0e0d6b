"""Revocations that wait for a person, work that broke, and deletions that are late."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from config.jobs import JobStatus
from config.sentences import say
from platforms.enums import FindingKind, RevocationOutcome
from platforms.models import Disconnection, RefusedGrant
from platforms.rules.found import Found

KINDS = (FindingKind.MANUAL_REVOCATION, FindingKind.DELETION_LATE)
_GONE = ("deleted", "proved")


def find(*, now: datetime) -> Iterator[Found]:
    """Yield ends of linked accounts at which somebody has to look."""
    rows = Disconnection.objects.select_related("connection")
    by_hand = Q(outcome=RevocationOutcome.MANUAL_REQUIRED, by_hand_at=None)
    for job in rows.filter(by_hand | Q(status=JobStatus.ATTENTION, completed_at=None)).iterator():
        yield _found(FindingKind.MANUAL_REVOCATION, job, _waits(job))
    late = rows.filter(completed_at=None, due_at__lt=now).exclude(stage__in=_GONE)
    for job in late.iterator():
        said = say("The data of this account had to be gone by %(day)s.", day=job.due_at.date())
        yield _found(FindingKind.DELETION_LATE, job, said)
    for refused in RefusedGrant.objects.filter(ended_at=None).exclude(alarm={}).iterator():
        yield Found(FindingKind.MANUAL_REVOCATION, refused.platform, str(refused.pk), detail=_stays(refused))


def _waits(job: Disconnection) -> str:
    if job.status == JobStatus.ATTENTION:
        return say("The work on this disconnection broke. Look at it and try again.")
    return say("Our access cannot be revoked from here. Somebody has to see to it at the platform.")


def _stays(refused: RefusedGrant) -> str:
    if refused.status == JobStatus.ATTENTION:
        return say(
            "The work that withdraws a permission which we did not take broke. Its tokens are destroyed by"
            " %(day)s; the person was told where to remove it.",
            day=refused.retry_until.date(),
        )
    return say(
        "A permission which we did not take cannot be withdrawn: our own client id or secret is refused."
        " Correct the settings by %(day)s; it is tried again by itself.",
        day=refused.retry_until.date(),
    )


def _found(kind: FindingKind, job: Disconnection, detail: str) -> Found:
    return Found(kind, job.connection.platform, str(job.pk), job.connection, detail)
