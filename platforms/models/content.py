"""Content that is gone at its platform, and the work on our copies of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.fields import EncryptedTextField
from config.jobs import Job, JobStatus
from platforms.enums import ContentOutcome
from platforms.models.receipts import CallbackReceipt
from platforms.models.systems import System
from platforms.querysets import ContentDeletionQuerySet


class ContentDeletion(Job):
    """The copies that one system has of the content that one callback names.

    `content` is a list of ids in JSON. It is emptied when the copies are gone, and never before.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    receipt = models.ForeignKey(CallbackReceipt, on_delete=models.PROTECT, related_name="content_deletions")
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    platform = models.CharField(max_length=60, help_text="Key of the registry")
    content = EncryptedTextField(blank=True)
    items = models.PositiveIntegerField(help_text="How many items the platform named")
    clock_from = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Until when the copies must be gone: the strictest term")
    due_why = models.JSONField(default=list, help_text="The derivation of the date, as stored sentences")
    outcome = models.CharField(max_length=12, blank=True, choices=ContentOutcome.choices)
    located = models.PositiveIntegerField(
        default=0, help_text="Rows found by an attempt, written before they were deleted"
    )
    rows = models.PositiveIntegerField(default=0, help_text="Rows deleted")
    kept_rows = models.PositiveIntegerField(default=0, help_text="Rows that other rows point at")
    proved_at = models.DateTimeField(
        null=True, blank=True, help_text="When a fresh look found none of it any more"
    )
    by_hand_at = models.DateTimeField(null=True, blank=True)
    by_hand_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by_hand_how = EncryptedTextField(blank=True)

    objects = ContentDeletionQuerySet.as_manager()

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(fields=["receipt", "platform", "system"], name="content_once"),
            models.CheckConstraint(
                condition=~Q(status=JobStatus.DONE)
                | Q(outcome__in=[ContentOutcome.DELETED, ContentOutcome.NOTHING, ContentOutcome.BY_HAND]),
                name="content_done_is_gone",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=[ContentOutcome.DELETED, ContentOutcome.NOTHING])
                | Q(proved_at__isnull=False, kept_rows=0),
                name="content_gone_is_proved",
            ),
            models.CheckConstraint(
                condition=~Q(content="") | Q(status=JobStatus.DONE), name="content_named_until_gone"
            ),
            models.CheckConstraint(
                condition=Q(
                    outcome=ContentOutcome.BY_HAND, by_hand_at__isnull=False, by_hand_by__isnull=False
                )
                | ~Q(outcome=ContentOutcome.BY_HAND) & Q(by_hand_at=None, by_hand_by=None),
                name="content_by_hand_by_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=~Q(status="done"), name="content_open_due"),
            models.Index(
                fields=["status", "next_attempt_at"],
                condition=Q(status__in=["ready", "running"]),
                name="content_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.system}"
