"""Background work of the platforms app."""

from celery import shared_task

from config import clock
from platforms.services import findings


@shared_task(name="platforms.sweep_findings")
def sweep_findings() -> int:
    """Measure ages, open and end findings; beat runs it every hour. Returns how many are new."""
    return findings.sweep(clock.now()).opened
