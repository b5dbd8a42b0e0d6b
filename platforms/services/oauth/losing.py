"""A grant that is found dead: the clock of its data starts, because now we know.

Ending a connection opens a case, and cases are above this app: who ends connections registers itself.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from accounts.services import audit
from accounts.services.audit import SYSTEM
from platforms.enums import ConnectionStatus, ProbeResult
from platforms.models import Connection
from platforms.querysets import LIVING
from platforms.services.oauth import tokens

Loss = Callable[[Connection, datetime], object]
_heard: list[Loss] = []


def on_loss(function: Loss) -> None:
    """Have `function(connection, now)` called in the transaction that records a dead grant.

    It is the trigger `platform_revocation_seen`, learned of at `now`.
    """
    _heard.append(function)


@transaction.atomic
def lost(*, connection: Connection, now: datetime) -> None:
    """Record that the platform knows the grant no more, and start what follows. Safe to repeat."""
    row = Connection.objects.select_for_update().get(pk=connection.pk)
    if row.status not in LIVING:
        return
    row.probe_result, row.refresh_at, row.probe_at = ProbeResult.DEAD, None, None
    row.save(update_fields=["probe_result", "refresh_at", "probe_at"])
    audit.record(
        actor=SYSTEM, action="connection.grant_dead", obj=row, details={"platform": row.platform}
    )  # fmt: skip
    for function in _heard:
        function(row, now)
    row.refresh_from_db()
    if row.status in LIVING:
        _close(row, "dead", now)


@transaction.atomic
def expired(*, connection: Connection, now: datetime) -> None:
    """Record that the tokens reached their end: the person has to connect again. Nothing was revoked."""
    row = Connection.objects.select_for_update().get(pk=connection.pk)
    if row.status in LIVING:
        _close(row, "expired", now)
        details = {"platform": row.platform}
        audit.record(actor=SYSTEM, action="connection.expired", obj=row, details=details)


def _close(row: Connection, why: str, now: datetime) -> None:
    tokens.destroy(connection=row, why=why, now=now)
    row.status, row.refresh_at, row.probe_at = ConnectionStatus.EXPIRED, None, None
    row.save(update_fields=["status", "refresh_at", "probe_at"])
