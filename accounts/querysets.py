"""Reads of the accounts app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from accounts import rules
from config import crypto

if TYPE_CHECKING:
    from accounts.models import AuditEvent, Identity


class IdentityQuerySet(models.QuerySet["Identity"]):
    """Look-ups of identities by their blind index."""

    def matching(self, *, key: str, value: str) -> IdentityQuerySet:
        """Identities with exactly this value, e-mail addresses case-folded."""
        index = crypto.blind_index(rules.normalise_identity(key, value), purpose=f"identity:{key}")
        return self.filter(key=key, index=index)

    def verified(self) -> IdentityQuerySet:
        """Identities whose control was proved."""
        return self.exclude(verified_at=None)


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Reads of the audit trail. Nothing here changes or deletes."""

    def about(self, obj: models.Model) -> AuditEventQuerySet:
        """Events about one object, oldest first."""
        return self.filter(object_type=obj._meta.label_lower, object_id=str(obj.pk)).order_by("id")

    def update(self, **_: Any) -> int:
        """Refuse: the trail is append-only. The database refuses as well."""
        raise TypeError("Audit events are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: the trail is append-only. The database refuses as well."""
        raise TypeError("Audit events are never deleted.")
