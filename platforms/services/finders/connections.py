"""Grants that are dead, and grants that nobody has seen alive for longer than the terms allow."""

from collections.abc import Iterator
from datetime import datetime

from config.sentences import say
from platforms import registry
from platforms.enums import ConnectionStatus, FindingKind, ProbeResult
from platforms.models import Connection
from platforms.querysets import LIVING
from platforms.rules import grants
from platforms.rules.found import Found

KINDS = (FindingKind.GRANT_DEAD, FindingKind.REVERIFY)


def find(*, now: datetime) -> Iterator[Found]:
    """Yield dead grants that are not being disconnected, and grants that were not re-checked in time.

    YouTube API Services, Developer Policies III.D.3.2 and III.E.4.b: every 30 days.
    """
    dead = Connection.objects.filter(status=ConnectionStatus.EXPIRED, probe_result=ProbeResult.DEAD)
    for connection in dead.iterator():
        detail = say("The platform knows this grant no more; its data must go in time.")
        yield Found(FindingKind.GRANT_DEAD, connection.platform, "", connection, detail)
    for entry in registry.entries():
        longest = entry.liveness.hard_max if entry.liveness else None
        if longest:
            rows = Connection.objects.filter(platform=entry.key, status__in=LIVING)
            for connection in rows.iterator():
                if grants.end(longest, connection.verified_at) < now:
                    detail = say("The grant was last seen alive on %(on)s.", on=connection.verified_at.date())
                    yield Found(FindingKind.REVERIFY, entry.key, "grant", connection, detail)
