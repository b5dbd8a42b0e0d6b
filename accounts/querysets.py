"""Reads of the accounts app."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone

from accounts import rules
from config import crypto

if TYPE_CHECKING:
    from accounts.models import AuditEvent, DataSubject, Identity, OpenSession, Seal  # noqa: F401


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


class SealQuerySet(models.QuerySet["Seal"]):
    """Reads of the seals."""

    def latest_seal(self) -> Seal | None:
        """The last seal of the chain, or None before the first."""
        return self.order_by("-number").first()

    def update(self, **_: Any) -> int:
        """Refuse: seals are append-only. The database refuses as well."""
        raise TypeError("Seals are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: seals are append-only. The database refuses as well."""
        raise TypeError("Seals are never deleted.")


class OpenSessionQuerySet(models.QuerySet["OpenSession"]):
    """Reads of signed-in browsers."""

    def alive(self) -> OpenSessionQuerySet:
        """Those whose session is still stored and has not run out."""
        stored = Session.objects.filter(
            session_key=models.OuterRef("session_key"), expire_date__gt=timezone.now()
        )
        return self.filter(models.Exists(stored))


class DataSubjectQuerySet(models.QuerySet["DataSubject"]):
    """Look-ups of people. There is no search by a part of anything."""

    def known_by(self, text: str) -> DataSubjectQuerySet:
        """People whose reference (UUID) or any identity is exactly this text; nobody when nothing fits."""
        with suppress(ValueError):
            return self.filter(pk=uuid.UUID(text.strip()))
        identities: Any = apps.get_model("accounts", "Identity").objects
        keys = identities.values_list("key", flat=True).distinct().order_by("key")
        fits = models.Q(pk__in=[])
        for key in keys:
            fits |= models.Q(pk__in=identities.matching(key=key, value=text).values("subject"))
        return self.filter(fits)
