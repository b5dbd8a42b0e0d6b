"""Telling all recipients of a case at once, for stories about something else."""

from datetime import datetime

from accounts.services.audit import Actor
from dsar.models import Case
from dsar.services import recipients


def tell_everybody(case: Case, actor: Actor, now: datetime) -> int:
    """Record that every recipient of a case was told; returns how many were waiting."""
    waiting = list(case.notices.filter(sent_at=None, not_told_reason=""))
    for notice in waiting:
        recipients.told(notice=notice, how="By contract mail", actor=actor, now=now)
    return len(waiting)
