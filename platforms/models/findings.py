"""What is wrong, what was asked before data went out, and how old the stored data are."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from platforms.enums import AgeMeasure, FindingKind, GateOutcome, GatePurpose
from platforms.models.connections import Connection
from platforms.models.systems import System
from platforms.querysets import FindingQuerySet


class Finding(models.Model):
    """Something that is not as it must be. A sweep opens it, a later sweep ends it; nobody deletes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=24, choices=FindingKind.choices)
    platform = models.CharField(max_length=60, help_text="Key of the registry, or of a processor")
    element = models.CharField(max_length=120, blank=True, help_text="Data element, scope, contract or term")
    connection = models.ForeignKey(
        Connection, null=True, blank=True, on_delete=models.CASCADE, related_name="findings"
    )
    detail = models.JSONField(default=dict, help_text="Stored sentence: what is wrong and what to do")
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="The last sweep that saw it")
    ended_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_until_on = models.DateField(null=True, blank=True)
    accepted_why = models.TextField(blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["-found_at"]
        permissions = [
            ("accept_finding", "Can accept findings for a time"),
            ("sweep_finding", "Can sweep for findings now"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "platform", "element", "connection"],
                condition=Q(ended_at=None),
                name="finding_once",
            ),
            # Rows without a connection differ to SQLite, which knows no NULLS NOT DISTINCT.
            models.UniqueConstraint(
                fields=["kind", "platform", "element"],
                condition=Q(ended_at=None, connection=None),
                name="finding_once_of_platform",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by=None) | ~Q(accepted_why="") & Q(accepted_until_on__isnull=False),
                name="finding_accepted_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["found_at", "id"], name="finding_found")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.platform} {self.element}".strip()


class GateDecision(models.Model):
    """One question of the product before platform data leave, and our answer. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120, help_text="Service client, staff member or system")
    connection = models.ForeignKey(
        Connection, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    platform = models.CharField(max_length=60)
    element = models.CharField(max_length=120)
    purpose = models.CharField(max_length=24, choices=GatePurpose.choices)
    processor = models.CharField(max_length=60, blank=True)
    allowed = models.BooleanField(help_text="False for every outcome but allowed")
    outcome = models.CharField(max_length=12, choices=GateOutcome.choices, default=GateOutcome.REFUSED)
    rule = models.CharField(max_length=120, help_text="The rule that decided")
    reason = models.JSONField(default=dict, help_text="Stored sentence")
    strip = models.JSONField(default=list, help_text="Fields that must be taken out first")
    registry_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(allowed=True, outcome=GateOutcome.ALLOWED)
                | Q(allowed=False) & ~Q(outcome=GateOutcome.ALLOWED),
                name="gate_allowed_is_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at", "id"], name="gate_asked"),
            models.Index(fields=["outcome", "asked_at", "id"], name="gate_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.element} {self.purpose}"


class StoredAge(models.Model):
    """The oldest item that a system holds of one data element of a platform, as last measured."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="+")
    platform = models.CharField(max_length=60)
    element = models.CharField(max_length=120)
    collection = models.CharField(max_length=240, help_text="dataset.collection")
    measure = models.CharField(max_length=8, choices=AgeMeasure.choices, default=AgeMeasure.FETCHED)
    items = models.PositiveBigIntegerField()
    oldest_at = models.DateTimeField(null=True, blank=True)
    over = models.PositiveBigIntegerField(default=0, help_text="Items older than the limit")
    limit = models.CharField(max_length=40, blank=True, help_text="ISO 8601 duration used; empty: none")
    measured_at = models.DateTimeField()
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["platform", "element"]
        constraints = [
            models.UniqueConstraint(
                fields=["system", "platform", "element", "collection", "measure"], name="stored_age_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.element}"
