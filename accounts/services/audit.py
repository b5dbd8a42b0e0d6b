"""Writing to the audit trail. Called inside the transaction of what it records."""

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from accounts.enums import ActorKind
from accounts.models import AuditEvent, User
from config import crypto


@dataclass(frozen=True)
class Actor:
    """Who acts: a kind, and the user where there is one."""

    kind: ActorKind
    user: User | None = None

    @classmethod
    def of(cls, user: User) -> "Actor":
        """Return the actor for a signed-in user."""
        return cls(ActorKind.STAFF if user.is_staff else ActorKind.PERSON, user)


SYSTEM = Actor(ActorKind.SYSTEM)
ANONYMOUS = Actor(ActorKind.ANONYMOUS)

request_id: ContextVar[str] = ContextVar("request_id", default="")


def record(
    *,
    actor: Actor,
    action: str,
    obj: models.Model | None,
    fields: Iterable[str] = (),
    details: Mapping[str, Any] | None = None,
    personal: Mapping[str, str] | None = None,
) -> AuditEvent:
    """Append one event.

    `action` is dotted (`case.opened`); `obj` is None only where nothing is known (a failed sign-in).
    `personal` values are stored as keyed commitments only; `details` must hold no personal value.
    Raises TransactionManagementError outside a transaction: an event without its effect is a lie.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            f"{action} must be recorded inside the transaction it is about."
        )
    return AuditEvent.objects.create(
        actor_kind=actor.kind,
        actor=actor.user,
        action=action,
        object_type=obj._meta.label_lower if obj else "",
        object_id=str(obj.pk) if obj else "",
        request_id=request_id.get(),
        fields=sorted(fields),
        details=dict(details or {}),
        commitments={k: crypto.commitment(v, purpose=k) for k, v in (personal or {}).items()},
    )
