"""Ending sessions: one's own in other browsers, or all of an account that is locked."""

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from accounts.models import OpenSession, User
from accounts.services import audit


@transaction.atomic
def end_sessions(*, user: User, actor: audit.Actor, keep: str = "", only: int | None = None) -> int:
    """End sessions of an account, return how many. `keep` is a session key, `only` the id of one row."""
    rows = OpenSession.objects.filter(user=user).exclude(session_key=keep)
    if only is not None:
        rows = rows.filter(pk=only)
    keys = list(rows.values_list("session_key", flat=True))
    ended, _ = Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    if ended:
        audit.record(actor=actor, action="session.ended", obj=user, details={"sessions": ended})
    return ended


def forget(*, session_key: str) -> None:
    """Drop a session that was signed out."""
    OpenSession.objects.filter(session_key=session_key).delete()


def forget_ended() -> int:
    """Drop the rows whose session is gone; returns how many. Runs with the sealing task."""
    gone = OpenSession.objects.exclude(pk__in=OpenSession.objects.alive().values("pk"))
    return gone.delete()[0]


def opened(*, user: User, session_key: str, device: str) -> None:
    """Put a signed-in browser on the list."""
    OpenSession.objects.update_or_create(
        session_key=session_key, defaults={"user": user, "started_at": timezone.now(), "device": device}
    )
