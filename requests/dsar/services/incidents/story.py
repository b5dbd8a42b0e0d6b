"""The story of an incident: timeline and audit trail in the transaction of what they tell."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from accounts.services.audit import Actor
from config.sentences import stored
from dsar.models import Incident, IncidentEvent
from dsar.rules.transitions import NotAllowed


def lock(incident: Incident) -> None:
    """Take the row of an incident until the end of the transaction, and read it anew."""
    incident.refresh_from_db(from_queryset=Incident.objects.select_for_update(of=("self",)))


def lock_open(incident: Incident) -> None:
    """Lock an incident in which something is left to do. Raises NotAllowed when it is closed."""
    lock(incident)
    if not incident.is_open:
        raise NotAllowed(_("This incident is closed. Register a new one and name this one in it."))


def person(actor: Actor) -> User:
    """Return who acts. Raises NotAllowed for the portal itself: people judge incidents."""
    if actor.user is None:
        raise NotAllowed(_("Incidents are judged by people."))
    return actor.user


def tell(
    *,
    incident: Incident,
    kind: str,
    what: str,
    actor: Actor,
    now: datetime,
    note: str = "",
    details: Mapping[str, Any] | None = None,
    fields: tuple[str, ...] = (),
) -> None:
    """Add a line to the timeline and an event to the trail; neither holds a personal value."""
    IncidentEvent.objects.create(
        incident=incident, at=now, kind=kind, what=what[:200], note=note[:500], said=stored(what),
        actor_kind=actor.kind, actor=actor.user,
    )  # fmt: skip
    audit.record(actor=actor, action=f"incident.{kind}", obj=incident, details=details, fields=fields)
