"""Background work of the retention app."""

from celery import shared_task

from config import clock
from retention.services import daily, own, running, versions


@shared_task(name="retention.work_sweep")
def work_sweep(sweep_id: str) -> None:
    """Carry out a sweep when it is due."""
    running.work(sweep_id=sweep_id, now_fn=clock.now)


@shared_task(name="retention.sweep_daily")
def sweep_daily() -> int:
    """Plan the sweep of the day, and start it where nobody has to approve it; beat runs it every hour."""
    own.forget(now=clock.now())
    return daily.run(now=clock.now())


@shared_task(name="retention.take_inventory")
def take_inventory() -> int:
    """Keep the inventory of the day where something changed; returns the number of the valid version."""
    return versions.take(now=clock.now()).number
