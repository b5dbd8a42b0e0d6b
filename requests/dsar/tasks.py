"""Background work of the dsar app."""

from celery import shared_task
from django.utils import timezone

from dsar.services import fulfilment, representation, sweeping


@shared_task(name="dsar.run_case")
def run_case(run_id: str) -> None:
    """Do one run of a case when it is due."""
    fulfilment.run_case(run_id=run_id, now_fn=timezone.now)


@shared_task(name="dsar.sweep_files")
def sweep_files() -> int:
    """Destroy packages whose links ended, and files that nobody owns; end mandates. Beat runs it hourly."""
    representation.expire(now=timezone.now())
    return sweeping.sweep_files(now=timezone.now())
