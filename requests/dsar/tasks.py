"""Background work of the dsar app."""

from celery import shared_task
from django.utils import timezone

from dsar.services import clocks, fulfilment, records, representation, sweeping
from dsar.services.identity import documents, reopening
from dsar.services.rights import transfer


@shared_task(name="dsar.run_case")
def run_case(run_id: str) -> None:
    """Do one run of a case when it is due."""
    fulfilment.run_case(run_id=run_id, now_fn=timezone.now)


@shared_task(name="dsar.send_transfer")
def send_transfer(transfer_id: str) -> None:
    """Hand a package to another controller when its transfer is due."""
    transfer.send(transfer_id=transfer_id, now_fn=timezone.now)


@shared_task(name="dsar.sweep_files")
def sweep_files() -> int:
    """Destroy packages whose links ended, orphaned files, and records whose time is over; end mandates.

    Beat runs it hourly.
    """
    representation.expire(now=timezone.now())
    records.sweep(now=timezone.now())
    return sweeping.sweep_files(now=timezone.now())


@shared_task(name="dsar.sweep_identity")
def sweep_identity() -> int:
    """Destroy documents in time, end links, remind people, propose closing; beat runs it every hour."""
    now = timezone.now()
    return documents.sweep(now=now) + sum(reopening.sweep(now=now).values())


@shared_task(name="dsar.recheck_notices")
def recheck_notices() -> int:
    """Find notices of an extension whose letter left late; beat runs it every hour."""
    return clocks.recheck_notices(now=timezone.now())
