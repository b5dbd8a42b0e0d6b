"""Letters, stored as sent."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import DataSubject
from config.fields import EncryptedTextField
from config.jobs import Job
from correspondence.enums import Direction, Template


class Letter(Job):
    """One letter. Queued and sent as a job; the bytes that left are kept, with their hash.

    `case_id` and `reference` name the case without a foreign key: this app stands below dsar.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case_id = models.UUIDField(null=True, blank=True, db_index=True)
    reference = models.CharField(max_length=24, blank=True)
    subject_person = models.ForeignKey(
        DataSubject, null=True, blank=True, on_delete=models.SET_NULL, related_name="letters"
    )
    direction = models.CharField(max_length=3, choices=Direction.choices, default=Direction.OUT)
    template = models.CharField(max_length=20, choices=Template.choices)
    template_version = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=10, default="en")
    to = EncryptedTextField()
    title = models.CharField(max_length=200)
    body = EncryptedTextField()
    thread = models.ForeignKey(
        "correspondence.Thread", null=True, blank=True, on_delete=models.SET_NULL, related_name="letters"
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=200, blank=True)
    raw = EncryptedTextField(blank=True, help_text="The message as it left, base64")
    sha256 = models.CharField(max_length=64, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True, help_text="When it was returned to us")
    bounce_code = models.CharField(max_length=20, blank=True, help_text="Status of RFC 3463, e.g. 5.1.1")

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(sent_at=None) | ~Q(sha256=""), name="letter_sent_is_kept"),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="letter_created"),
            models.Index(fields=["reference", "created_at"], name="letter_reference"),
            models.Index(
                fields=["next_attempt_at"], condition=Q(status__in=["ready", "running"]), name="letter_due"
            ),
        ]

    def __str__(self) -> str:
        return self.title
