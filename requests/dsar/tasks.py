"""Background work of the dsar app."""

from celery import shared_task
from django.utils import timezone

from dsar.services import fulfilment


@shared_task(name="dsar.run_case")
def run_case(run_id: str) -> None:
    """Do one run of a case when it is due."""
    fulfilment.run_case(run_id=run_id, now_fn=timezone.now)
