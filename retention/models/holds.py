"""Holds: a reason to keep what a schedule would remove, and the rows that it covers."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import DataSubject
from config.fields import EncryptedTextField
from platforms.models import System
from retention.enums import HoldKind, HoldScope, HoldState
from retention.querysets import HoldQuerySet


class Hold(models.Model):
    """A legal reason to keep. It stops sweeps and erasures, visibly, until two people have released it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True)
    kind = models.CharField(max_length=10, choices=HoldKind.choices)
    scope = models.CharField(max_length=8, choices=HoldScope.choices)
    state = models.CharField(max_length=14, choices=HoldState.choices, default=HoldState.PLACING)
    subject = models.ForeignKey(
        DataSubject, null=True, blank=True, on_delete=models.PROTECT, related_name="holds"
    )
    case_id = models.UUIDField(null=True, blank=True, help_text="The case whose person is held")
    case_reference = models.CharField(max_length=40, blank=True)
    system = models.ForeignKey(System, null=True, blank=True, on_delete=models.PROTECT, related_name="holds")
    collection = models.CharField(max_length=240, blank=True, help_text="dataset.collection")
    conditions = EncryptedTextField(blank=True, help_text="JSON: column → list of values")
    reason = EncryptedTextField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="holds_owned")
    review_on = models.DateField(help_text="Until when the owner must say whether it is still needed")
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="holds_placed"
    )
    placed_at = models.DateTimeField()
    effective_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    release_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    release_asked_at = models.DateTimeField(null=True, blank=True)
    release_reason = EncryptedTextField(blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering = ["-placed_at"]
        permissions = [
            ("place_hold", "Can place holds"),
            ("ask_release_hold", "Can ask for the release of holds"),
            ("release_hold", "Can release holds"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(scope=HoldScope.PERSON, subject__isnull=False)
                | Q(scope=HoldScope.CASE, subject__isnull=False, case_id__isnull=False)
                | Q(scope=HoldScope.SYSTEM, system__isnull=False)
                | Q(scope=HoldScope.ROWS, system__isnull=False) & ~Q(collection="") & ~Q(conditions=""),
                name="hold_scope_says_what",
            ),
            models.CheckConstraint(
                condition=~Q(state=HoldState.RELEASED)
                | Q(released_by__isnull=False, released_at__isnull=False, release_asked_by__isnull=False),
                name="hold_released_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(released_by=None) | ~Q(released_by=F("release_asked_by")),
                name="hold_released_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state=HoldState.PLACING) | Q(effective_at__isnull=False),
                name="hold_in_effect_since",
            ),
        ]
        indexes = [models.Index(fields=["state", "review_on"], name="hold_review")]

    def __str__(self) -> str:
        return f"H-{self.number}"


class HeldRows(models.Model):
    """The rows of one collection that a hold covers, by their keys."""

    id = models.BigAutoField(primary_key=True)
    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="rows")
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    collection = models.CharField(max_length=240, help_text="dataset.collection")
    keys = EncryptedTextField(help_text="JSON: list of keys, each a list")
    count = models.PositiveIntegerField()
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hold", "system", "collection"], name="held_rows_once"),
        ]

    def __str__(self) -> str:
        return f"{self.hold} {self.collection}"
