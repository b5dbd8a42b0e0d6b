"""The audit trail: append-only events, sealed by a chained and signed Merkle tree (design, section 5)."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.expressions import Func
from django.utils import timezone

from accounts.enums import ActorKind
from accounts.querysets import AuditEventQuerySet, SealQuerySet


class CurrentTransaction(Func):
    """The id of the writing transaction on PostgreSQL; 0 on SQLite, where writers come one after another."""

    template = "0"
    output_field = models.BigIntegerField()
    allowed_default = True

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return the 64-bit transaction id as a number."""
        return self.as_sql(compiler, connection, template="(pg_current_xact_id()::text::bigint)", **context)


class AuditEvent(models.Model):
    """One thing that happened. No personal value: names of fields, counts, hashes, keyed commitments."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=timezone.now, editable=False)
    xid = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)
    actor_kind = models.CharField(max_length=12, choices=ActorKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64)
    request_id = models.CharField(max_length=36, blank=True)
    fields = models.JSONField(default=list, help_text="Names of changed fields, never their values")
    details = models.JSONField(default=dict, help_text="Counts, codes and hashes; no personal values")
    commitments = models.JSONField(default=dict, help_text="Keyed commitments that stand for personal values")

    objects: ClassVar[Any] = AuditEventQuerySet.as_manager()

    class Meta:
        permissions = [("export_audit", "Can export the audit trail")]
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="audit_object"),
            models.Index(fields=["xid", "id"], name="audit_xid"),
            models.Index(fields=["actor", "id"], name="audit_actor"),
            models.Index(fields=["action", "id"], name="audit_action"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.object_type} {self.object_id}"


class Seal(models.Model):
    """A signed Merkle root over a closed region of events, chained to the seal before it (decision 0003).

    The region holds the events with floor < id <= ceiling and start <= xid < stop. PostgreSQL seals by
    transaction id (`ceiling` is the highest id inside), SQLite by event id; all regions tile the trail.
    """

    number = models.BigIntegerField(unique=True)
    sealed_at = models.DateTimeField(default=timezone.now)
    floor = models.BigIntegerField()
    ceiling = models.BigIntegerField()
    start = models.BigIntegerField()
    stop = models.BigIntegerField()
    events = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    marks = models.BinaryField(
        help_text="First four bytes of each event's digest, to name the one that was changed"
    )
    previous = models.CharField(max_length=64)
    chain = models.CharField(max_length=64, unique=True)
    key_id = models.CharField(max_length=40)
    signature = models.CharField(max_length=128)

    objects: ClassVar[Any] = SealQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(stop__gt=models.F("start")), name="seal_range_forward"),
        ]

    def __str__(self) -> str:
        return f"Seal {self.number}"
