"""What an officer corrects about a clock: proposed by one person, decided by another."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from config.fields import EncryptedTextField
from dsar.enums import DecisionStatus, OverrideKind
from dsar.models.case import Case
from dsar.models.clock import ClockEvent


class ClockOverride(models.Model):
    """A receipt corrected, or a pause that does not count. Facts stay as they were: this is one more fact.

    `was_received_at` is the receipt before; `before` and `after` are the dates as they were shown to whoever
    proposed it. `reason` and `return_reason` stay with us.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="overrides")
    kind = models.CharField(max_length=8, choices=OverrideKind.choices)
    status = models.CharField(max_length=8, choices=DecisionStatus.choices, default=DecisionStatus.PROPOSED)
    reason = EncryptedTextField()
    received_at = models.DateTimeField(null=True, blank=True, help_text="When it really reached us")
    was_received_at = models.DateTimeField(null=True, blank=True)
    event = models.ForeignKey(
        ClockEvent, null=True, blank=True, on_delete=models.CASCADE, related_name="overrides",
        help_text="The question whose pause does not count",
    )  # fmt: skip
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    return_reason = EncryptedTextField(blank=True)

    class Meta:
        ordering = ["-proposed_at"]
        permissions = [
            ("propose_clockoverride", "Can propose to correct a receipt or to override a pause"),
            ("approve_clockoverride", "Can approve corrections of clocks proposed by others"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="override_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(status="proposed", decided_by=None, decided_at=None)
                | Q(status__in=["approved", "returned"], decided_by__isnull=False, decided_at__isnull=False),
                name="override_decided_whole",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_reason"),
            models.CheckConstraint(
                condition=Q(kind="receipt", event=None)
                & Q(received_at__isnull=False, was_received_at__isnull=False)
                | Q(kind="pause", received_at=None, event__isnull=False),
                name="override_names_its_fact",
            ),
            models.CheckConstraint(
                condition=~Q(status="returned") | ~Q(return_reason=""), name="override_returned_says_why"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(status="proposed"), name="override_one_waits_a_case"
            ),
        ]
        indexes = [
            models.Index(fields=["proposed_at"], condition=Q(status="proposed"), name="override_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.case}"
