"""Grants that somebody gave us and that we did not take: a job that withdraws them at the platform."""

import uuid

from django.db import models
from django.db.models import Q

from config.fields import EncryptedTextField
from config.jobs import Job, JobStatus
from platforms.enums import GrantRefusal, RevocationOutcome
from platforms.models.connections import OAuthAttempt


class RefusedGrant(Job):
    """A grant of a refused connection. Its tokens live here until the platform answered, 72 hours at most."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    attempt = models.OneToOneField(OAuthAttempt, on_delete=models.CASCADE, related_name="refused_grant")
    platform = models.CharField(max_length=60, help_text="Key of the registry")
    why = models.CharField(max_length=10, choices=GrantRefusal.choices)
    external_id = EncryptedTextField(blank=True, help_text="The person's id at the platform")
    kept = EncryptedTextField(blank=True, help_text="The tokens of the grant while its end is open")
    retry_until = models.DateTimeField(help_text="Until when a failed revocation is tried again")
    outcome = models.CharField(max_length=16, choices=RevocationOutcome.choices, blank=True)
    status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True, help_text="The platform's answer without secrets")
    tries = models.PositiveSmallIntegerField(default=0, help_text="Calls that asked the platform to revoke")
    alarm = models.JSONField(default=dict, blank=True, help_text="Stored sentence: why somebody must look")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(kept="", external_id=""), name="refused_grant_ends_empty"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | ~Q(outcome="") | Q(status=JobStatus.CANCELLED),
                name="refused_grant_ends_with_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["retry_until"], condition=Q(ended_at=None), name="refused_grant_open_until"),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {str(self.pk)[:8]}"
