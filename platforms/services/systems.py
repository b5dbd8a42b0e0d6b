"""Systems: made, changed, given a secret. A secret is never read back, logged or put into the audit trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from accounts.services.audit import Actor
from platforms.connectors import ConnectorError, connector_for, known_kinds
from platforms.enums import SystemRole
from platforms.models import System

CHANGEABLE = frozenset({"name", "purpose", "role", "options", "owner", "position", "enabled", "connector"})


class SystemRefused(ValueError):
    """The system cannot be stored as asked; the message says what to change."""


def _check(connector: str, options: Mapping[str, Any], secret: str) -> None:
    if connector not in known_kinds():
        raise SystemRefused(
            _("There is no connector called %(connector)s. Choose: %(kinds)s.")
            % {"connector": connector, "kinds": ", ".join(known_kinds())}
        )
    if any(word in name.lower() for name in options for word in ("password", "secret", "token")):
        raise SystemRefused(_("Options are no place for secrets. Use the field for the secret."))
    try:
        connector_for(connector, options, secret or None)
    except ConnectorError as fault:
        raise SystemRefused(str(fault)) from fault


@transaction.atomic
def create_system(
    *,
    key: str,
    name: str,
    connector: str,
    actor: Actor,
    now: datetime,
    role: str = SystemRole.OWN,
    purpose: str = "",
    options: Mapping[str, Any] | None = None,
    secret: str = "",
    owner: User | None = None,
    position: int = 0,
) -> System:
    """Store a system. `secret`: database URL, or the key shared with an HTTP system. Raises SystemRefused."""
    del now
    _check(connector, options or {}, secret)
    if System.objects.filter(key=key).exists():
        raise SystemRefused(
            _("There is a system with the key %(key)s already. Choose another key.") % {"key": key}
        )
    system = System.objects.create(
        key=key, name=name, connector=connector, role=role, purpose=purpose, options=dict(options or {}),
        secret=secret, owner=owner, position=position,
    )  # fmt: skip
    details = {"key": key, "connector": connector, "secret": bool(secret)}
    audit.record(actor=actor, action="system.created", obj=system, details=details)
    return system


@transaction.atomic
def update_system(*, system: System, actor: Actor, now: datetime, **values: Any) -> System:
    """Change name, purpose, role, options, owner, position, enabled or connector. Raises SystemRefused."""
    del now
    unknown = sorted(set(values) - CHANGEABLE)
    if unknown:
        raise SystemRefused(_("%(name)s cannot be changed here.") % {"name": unknown[0]})
    system = System.objects.select_for_update().get(pk=system.pk)
    changed = {name: value for name, value in values.items() if getattr(system, name) != value}
    if not changed:
        return system
    if {"options", "connector"} & set(changed):
        kind, options = changed.get("connector", system.connector), changed.get("options", system.options)
        _check(kind, options, system.secret)
    for name, value in changed.items():
        setattr(system, name, value)
    system.save(update_fields=list(changed))
    audit.record(actor=actor, action="system.changed", obj=system, fields=changed)
    return system


@transaction.atomic
def set_secret(*, system: System, secret: str, actor: Actor, now: datetime) -> None:
    """Replace the secret of a system. Raises SystemRefused when it cannot work."""
    del now
    _check(system.connector, system.options, secret)
    system.secret = secret
    system.save(update_fields=["secret"])
    audit.record(actor=actor, action="system.secret_set", obj=system, fields=["secret"])
