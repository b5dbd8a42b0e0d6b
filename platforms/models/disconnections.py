"""The end of a linked account: a job whose every step is durable."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.fields import EncryptedTextField
from config.jobs import Job
from platforms.enums import DisconnectStage, ProbeResult, RevocationOutcome, Trigger
from platforms.models.connections import Connection


class Disconnection(Job):
    """One end of one connection. The data clock starts at `clock_from`, when we learned of the trigger."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="disconnections")
    trigger = models.CharField(max_length=40, choices=Trigger.choices)
    stage = models.CharField(max_length=10, choices=DisconnectStage.choices, default=DisconnectStage.STOPPED)
    clock_from = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Until when the data must be gone: the strictest term")
    due_why = models.JSONField(default=list, help_text="The derivation of the date, as stored sentences")
    revoke_first = models.BooleanField(
        default=True, help_text="False where the platform said that the grant is gone"
    )
    retry_until = models.DateTimeField(help_text="Until when a failed revocation is tried again")
    outcome = models.CharField(max_length=16, choices=RevocationOutcome.choices, blank=True)
    outcome_at = models.DateTimeField(null=True, blank=True)
    status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True, help_text="The platform's answer without secrets")
    destroyed_at = models.DateTimeField(null=True, blank=True)
    probe_result = models.CharField(max_length=10, choices=ProbeResult.choices, blank=True)
    probed_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, help_text="Calls that asked the platform to revoke")
    kept = EncryptedTextField(
        blank=True, help_text="Copy of the tokens while a revocation or its probe is open; 72 hours at most"
    )
    alarm = models.JSONField(default=dict, blank=True, help_text="Stored sentence: why somebody must look")
    by_hand_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody attested that it was revoked by hand"
    )
    by_hand_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by_hand_how = EncryptedTextField(blank=True)
    proof_key = EncryptedTextField(blank=True)
    proof_file = models.CharField(max_length=200, blank=True)
    proof_name = models.CharField(max_length=200, blank=True)
    proof_sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection"], condition=Q(completed_at=None), name="disconnection_one_open"
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome_at__isnull=False), name="disconnection_outcome_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=["destroyed", "probed", "deleted", "proved"])
                | Q(destroyed_at__isnull=False),
                name="disconnection_tokens_destroyed",
            ),
            models.CheckConstraint(
                condition=Q(kept="") | Q(stage__in=["stopped", "revoked", "destroyed"], completed_at=None),
                name="disconnection_copy_ends",
            ),
            models.CheckConstraint(
                condition=Q(by_hand_at=None, by_hand_by=None)
                | Q(by_hand_at__isnull=False, by_hand_by__isnull=False),
                name="disconnection_by_hand_by_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(completed_at=None), name="disconnection_open_due"),
        ]

    def __str__(self) -> str:
        return f"{self.connection} {self.get_trigger_display()}"
