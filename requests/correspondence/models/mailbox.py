"""Mailboxes as the fetcher knows them, and messages as they came, stored before anything is parsed."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.fields import EncryptedTextField
from config.jobs import Job
from correspondence.querysets import RawMessageQuerySet


class Mailbox(models.Model):
    """How far a mailbox of the profile has been fetched, and how that went."""

    key = models.CharField(primary_key=True, max_length=60)
    uidvalidity = models.PositiveBigIntegerField(default=0)
    last_uid = models.PositiveBigIntegerField(default=0)
    missing_uids = models.JSONField(default=list, blank=True, help_text="Refused by the server; tried again")
    polled_at = models.DateTimeField(null=True, blank=True)
    new_messages = models.PositiveIntegerField(null=True, blank=True, help_text="Found by the last look")
    fetched_at = models.DateTimeField(null=True, blank=True, help_text="When the last message came")
    failed_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="In a row")
    last_error = models.CharField(max_length=300, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "mailboxes"
        permissions = [("fetch_mailbox", "Can have a mailbox fetched now")]

    def __str__(self) -> str:
        return self.key


class MailFetch(Job):
    """A look into a mailbox that somebody asked for, as a job of its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mailbox = models.CharField(max_length=60)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField()
    new_messages = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox"], condition=Q(status__in=["ready", "running"]), name="mail_fetch_one_waits"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(status__in=["ready", "running"]),
                name="mail_fetch_due",
            ),
            models.Index(fields=["mailbox", "asked_at"], name="mail_fetch_mailbox"),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox} {self.asked_at:%Y-%m-%d %H:%M}"


class RawMessage(Job):
    """The bytes of one message, encrypted in a file of its own. Parsing it is a job.

    The server hands a message over at least once; the two constraints make that exactly once. `source` is
    `imap:<uidvalidity>:<uid>` or `post:<sha256>`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mailbox = models.CharField(max_length=60)
    source = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    file_key = EncryptedTextField()
    fetched_at = models.DateTimeField()
    server_at = models.DateTimeField(null=True, blank=True, help_text="INTERNALDATE of the IMAP server")

    objects = RawMessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "source"], name="raw_source_once"),
            models.UniqueConstraint(fields=["mailbox", "sha256"], name="raw_bytes_once"),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(status__in=["ready", "running"]), name="raw_due"
            ),
            models.Index(fields=["mailbox", "fetched_at"], name="raw_mailbox"),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox} {self.source[:40]}"
