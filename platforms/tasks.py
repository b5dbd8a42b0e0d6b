"""Background work of the platforms app."""

from celery import shared_task

from config import clock
from platforms.services import working


@shared_task(name="platforms.work_callback")
def work_callback(receipt_id: str) -> None:
    """Do what an accepted callback leads to, when it is due."""
    working.work(receipt_id=receipt_id, now=clock.now())
