"""Ending what still runs for a case: runs, packages, collected rows."""

from datetime import datetime

from config.jobs import JobStatus
from dsar.enums import PackageStatus
from dsar.models import Case, Step
from dsar.services import packaging, spool

LIVE = (JobStatus.READY, JobStatus.RUNNING, JobStatus.WAITING, JobStatus.ATTENTION)


def stop(*, case: Case, now: datetime) -> None:
    """Cancel the live runs of a locked case and destroy what was collected.

    A worker in the middle loses its lease.
    """
    case.runs.filter(status__in=LIVE).update(
        status=JobStatus.CANCELLED, finished_at=now, lease_token=None, lease_until=None
    )
    drop_collected(case)
    for package in case.packages.exclude(status__in=[PackageStatus.REVOKED, PackageStatus.EXPIRED]):
        package.status = PackageStatus.REVOKED
        package.save(update_fields=["status"])
        packaging.destroy(package=package)


def drop_collected(case: Case) -> None:
    """Destroy the rows that steps have collected; their counts stay."""
    for step in Step.objects.filter(case=case).exclude(spool=""):
        spool.drop(step)
