"""How somebody was verified: every attempt, what was asked, and how it ended."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.fields import EncryptedTextField
from dsar.enums import CheckResult, Method
from dsar.models.case import Case
from dsar.querysets import IdentityCheckQuerySet


class IdentityCheck(models.Model):
    """One attempt to learn who asks. Never what the person answered: only that it fitted or did not.

    A row is written when something is asked (or shown unasked) and gets its result once; the next attempt is
    a row of its own. A document lives encrypted until somebody decided, then its hash alone is left.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="identity_checks")
    method = models.CharField(max_length=12, choices=Method.choices)
    level = models.PositiveSmallIntegerField(help_text="What it proves, 0 to 5")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    letter_id = models.UUIDField(null=True, blank=True, help_text="The letter that asked")
    doubt = EncryptedTextField(blank=True, help_text="Why more than usual was asked")
    token_hash = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    questions = models.JSONField(
        default=list, blank=True, help_text="Which fields are compared; no value, no answer"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True, help_text="When the proof reached us")
    message_id = models.UUIDField(null=True, blank=True, help_text="The message that brought the proof")
    statement = EncryptedTextField(blank=True, help_text="What the person declared, and the name typed")
    result = models.CharField(max_length=10, choices=CheckResult.choices, blank=True)
    reason = EncryptedTextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    file = models.CharField(max_length=200, blank=True)
    file_name = EncryptedTextField(blank=True)
    file_key = EncryptedTextField(blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    viewed_at = models.DateTimeField(null=True, blank=True)
    viewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    destroyed_at = models.DateTimeField(null=True, blank=True)

    objects = IdentityCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(result="", decided_at=None) | ~Q(result="") & Q(decided_at__isnull=False),
                name="identitycheck_result_has_day",
            ),
            models.CheckConstraint(condition=Q(level__lte=5), name="identitycheck_level"),
            models.CheckConstraint(
                condition=~Q(method=Method.DOCUMENT) | ~Q(doubt=""), name="identitycheck_document_needs_doubt"
            ),
            models.CheckConstraint(
                condition=Q(destroyed_at=None) | Q(file=""), name="identitycheck_destroyed_is_gone"
            ),
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="identitycheck_token"
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-asked_at"], name="identitycheck_case"),
            models.Index(
                fields=["expires_at"],
                condition=Q(result="", expires_at__isnull=False),
                name="identitycheck_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def is_open(self) -> bool:
        """Whether we still wait for the person, or for somebody to decide."""
        return not self.result
