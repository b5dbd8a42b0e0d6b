"""Background work of the platforms app."""

from celery import shared_task

from config import clock
from platforms.models import Connection
from platforms.services import content, findings, revoking, working
from platforms.services.oauth import finishing, probing, refreshing
from platforms.services.revoking import refused


@shared_task(name="platforms.work_callback")
def work_callback(receipt_id: str) -> None:
    """Do what an accepted callback leads to, when it is due."""
    working.work(receipt_id=receipt_id, now=clock.now())


@shared_task(name="platforms.look_after_connections")
def look_after_connections() -> int:
    """Hand out what is due of renewals and probes, forget old attempts; beat runs it every minute."""
    now = clock.now()
    finishing.sweep(now=now)
    refused.sweep(now=now)
    renewed, probed = refreshing.due(now=now), probing.due(now=now)
    for pk in renewed:
        refresh_connection.delay(pk)
    for pk in probed:
        probe_connection.delay(pk)
    return len(renewed) + len(probed)


@shared_task(name="platforms.refresh_connection")
def refresh_connection(connection_id: str) -> str:
    """Renew one grant."""
    return str(refreshing.refresh(connection=Connection.objects.get(pk=connection_id), now=clock.now()))


@shared_task(name="platforms.probe_connection")
def probe_connection(connection_id: str) -> str:
    """Look whether one grant is alive."""
    return str(probing.probe(Connection.objects.get(pk=connection_id), now=clock.now()))


@shared_task(name="platforms.sweep_findings")
def sweep_findings() -> int:
    """Measure ages, open and end findings; beat runs it every hour. Returns how many are new."""
    return findings.sweep(clock.now()).opened


@shared_task(name="platforms.work_disconnection")
def work_disconnection(disconnection_id: str) -> None:
    """Do what is due of the end of one linked account."""
    revoking.work(disconnection_id=disconnection_id, now_fn=clock.now)


@shared_task(name="platforms.delete_content")
def delete_content(deletion_id: str) -> None:
    """Delete one system's copies of content that is gone at its platform."""
    content.work(deletion_id=deletion_id, now=clock.now())


@shared_task(name="platforms.withdraw_refused")
def withdraw_refused(refused_id: str) -> None:
    """Withdraw one grant that we did not take."""
    refused.work(refused_id=refused_id, now_fn=clock.now)
