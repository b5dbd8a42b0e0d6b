"""What every change of the register shares: a locked row, what changed, and its fields in the audit."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import Actor

Row = TypeVar("Row", bound=models.Model)


class ProcessorRefused(ValueError):
    """The register cannot hold this; the message says what to change."""


def locked(row: Row) -> Row:
    """Take a row until the end of the transaction, and read it anew."""
    manager: Any = type(row)._default_manager
    found: Row = manager.select_for_update(of=("self",)).get(pk=row.pk)
    return found


def running(row: Any) -> Any:
    """Lock a row that has not ended. Raises ProcessorRefused."""
    found = locked(row)
    if found.ended_on:
        raise ProcessorRefused(_("%(name)s has ended. It stays as it was.") % {"name": found})
    return found


def checked(values: Mapping[str, Any], allowed: Collection[str]) -> Mapping[str, Any]:
    """Return the values. Raises ProcessorRefused for one that cannot be changed so."""
    unknown = sorted(set(values) - set(allowed))
    if unknown:
        raise ProcessorRefused(_("%(name)s cannot be changed here.") % {"name": unknown[0]})
    return values


def write(
    row: Any, values: Mapping[str, Any], *, action: str, actor: Actor, now: datetime, by_hand: bool = True
) -> bool:
    """Store what differs, with an audit event that names its fields; returns whether anything did.

    `by_hand`: people said so, and the profile will not overwrite it.
    """
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not changed:
        return False
    for name, value in changed.items():
        setattr(row, name, value)
    fields = set(changed)
    if hasattr(row, "by_hand") and by_hand:
        row.by_hand = sorted({*row.by_hand, *changed})
        fields.add("by_hand")
    if hasattr(row, "changed_at"):
        row.changed_at = now
        fields.add("changed_at")
    row.save(update_fields=sorted(fields))
    audit.record(actor=actor, action=action, obj=row, fields=changed)
    return True


def not_later(day: Any, now: datetime) -> None:
    """Raise ProcessorRefused for a day that is still to come."""
    if day is not None and day > now.date():
        raise ProcessorRefused(_("This day is still to come."))
