"""Background work of the platforms app."""

from celery import shared_task

from config import clock
from platforms.models import Connection
from platforms.services.oauth import finishing, probing, refreshing


@shared_task(name="platforms.look_after_connections")
def look_after_connections() -> int:
    """Hand out what is due of renewals and probes, forget old attempts; beat runs it every minute."""
    now = clock.now()
    finishing.sweep(now=now)
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
