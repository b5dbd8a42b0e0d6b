"""Letters, stored as sent."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import DataSubject
from config.fields import EncryptedJSONField, EncryptedTextField
from config.jobs import Job
from correspondence.enums import Direction, Dispatch, Stage, Template


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
    template = models.CharField(max_length=40, choices=Template.choices)
    template_version = models.CharField(max_length=20, blank=True)
    template_sha256 = models.CharField(max_length=64, blank=True, help_text="Hash of the template's text")
    language = models.CharField(max_length=10, default="en")
    regime = models.CharField(max_length=10, blank=True, help_text="Decides which clauses are mandatory")
    clause_facts = EncryptedJSONField(
        default="", blank=True, help_text="What the text has to contain: fact -> passages"
    )
    dispatch = models.CharField(max_length=5, choices=Dispatch.choices, default=Dispatch.EMAIL)
    to = EncryptedTextField(help_text="One e-mail address, or the lines of a postal address")
    title = models.CharField(max_length=200)
    body = EncryptedTextField()
    thread = models.ForeignKey(
        "correspondence.Thread", null=True, blank=True, on_delete=models.SET_NULL, related_name="letters"
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.FINAL)
    needs_approval = models.BooleanField(default=False, help_text="A second person has to agree")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    returned_why = EncryptedTextField(blank=True, help_text="Why the second person sent it back")
    sent_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=200, blank=True)
    raw = EncryptedTextField(blank=True, help_text="The message as it left, base64")
    sha256 = models.CharField(max_length=64, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True, help_text="When it was returned to us")
    bounce_code = models.CharField(max_length=20, blank=True, help_text="Status of RFC 3463, e.g. 5.1.1")

    class Meta:
        ordering = ["created_at"]
        permissions = [("approve_letter", "Can approve letters that others wrote")]
        constraints = [
            models.CheckConstraint(condition=Q(sent_at=None) | ~Q(sha256=""), name="letter_sent_is_kept"),
            models.CheckConstraint(
                condition=Q(stage=Stage.FINAL) | Q(status__in=["waiting", "cancelled"], sent_at=None),
                name="letter_only_final_leaves",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | (~Q(approved_by=F("submitted_by")) & ~Q(approved_by=F("written_by"))),
                name="letter_proposer_never_approves",
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.FINAL, needs_approval=True)
                | Q(approved_by__isnull=False, submitted_by__isnull=False),
                name="letter_approved_by_a_second",
            ),
            models.CheckConstraint(
                condition=~Q(dispatch=Dispatch.POST) | Q(status__in=["waiting", "cancelled", "done"]),
                name="letter_by_post_is_no_mail",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="letter_created"),
            models.Index(
                fields=["stage", "created_at"], condition=~Q(stage=Stage.FINAL), name="letter_unfinished"
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(dispatch=Dispatch.POST, sent_at=None),
                name="letter_to_post",
            ),
            models.Index(fields=["reference", "created_at"], name="letter_reference"),
            models.Index(
                fields=["next_attempt_at"], condition=Q(status__in=["ready", "running"]), name="letter_due"
            ),
        ]

    def __str__(self) -> str:
        return self.title
