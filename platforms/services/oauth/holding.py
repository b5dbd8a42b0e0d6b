"""Connections that rest: after a warning of the platform, or because somebody may be too young."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import Actor
from platforms.enums import ConnectionStatus
from platforms.models import Connection
from platforms.services.oauth.faults import OAuthRefused


@transaction.atomic
def note_minor_signal(*, connection: Connection, signal: str, actor: Actor, now: datetime) -> Connection:
    """Keep what a platform said about somebody's age (TikTok: removed for reason 3), and hold the connection.

    `signal` is a code, never a date of birth. Nothing is decided by it: staff look.
    """
    del now
    row = Connection.objects.select_for_update().get(pk=connection.pk)
    row.minor_signal = signal[:120]
    if row.status == ConnectionStatus.ACTIVE:
        row.status, row.hold_reason = ConnectionStatus.HELD, "minor_signal"
    row.save(update_fields=["minor_signal", "status", "hold_reason"])
    details = {"platform": row.platform, "signal": row.minor_signal}
    audit.record(actor=actor, action="connection.minor_signal", obj=row, details=details)
    return row


@transaction.atomic
def release(*, connection: Connection, why: str, actor: Actor, now: datetime) -> Connection:
    """End a hold after somebody looked; raises OAuthRefused when there is none."""
    del now
    row = Connection.objects.select_for_update().get(pk=connection.pk)
    if row.status != ConnectionStatus.HELD:
        raise OAuthRefused("not_held", _("This connection is not on hold."))
    reason, row.status, row.hold_reason = row.hold_reason, ConnectionStatus.ACTIVE, ""
    row.save(update_fields=["status", "hold_reason"])
    details = {"held_for": reason, "why": why[:500]}
    audit.record(actor=actor, action="connection.hold_released", obj=row, details=details)
    return row
