"""Background tasks that belong to no single app."""

from celery import shared_task
from django.utils import timezone

from config import jobs


@shared_task(name="portal.sweep_jobs")
def sweep_jobs() -> int:
    """Re-enqueue whatever is due or whose lease ran out; beat runs it every JOB_SWEEP_SECONDS."""
    return jobs.sweep(now=timezone.now())
