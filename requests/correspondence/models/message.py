"""Messages that arrived, as far as they could be read, and what was attached to them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from config.fields import EncryptedJSONField, EncryptedTextField
from correspondence.enums import Direction, MailKind, Settled
from correspondence.models.mailbox import RawMessage
from correspondence.models.thread import Thread
from correspondence.querysets import MessageQuerySet


class Message(models.Model):
    """One parsed message. Its bytes stay in `raw`, whatever parsing made of them.

    `received_at` is the time of the first trusted Received header: the clock of the law starts there.
    `in_triage`: a person has to look at it. `authentication` holds what our own mail server found (SPF, DKIM,
    DMARC); it is shown and never proves who somebody is.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    raw = models.OneToOneField(RawMessage, on_delete=models.PROTECT, related_name="message")
    thread = models.ForeignKey(
        Thread, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages"
    )
    direction = models.CharField(max_length=3, choices=Direction.choices, default=Direction.IN)
    mailbox = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=MailKind.choices)
    sender = EncryptedTextField(blank=True)
    sender_name = EncryptedTextField(blank=True)
    sender_index = models.CharField(max_length=64, blank=True, editable=False)
    recipients = EncryptedJSONField(blank=True, default=list)
    subject = EncryptedTextField(blank=True)
    text = EncryptedTextField(blank=True)
    quote_at = models.PositiveIntegerField(null=True, blank=True, help_text="Where the quoted text begins")
    message_id = EncryptedTextField(blank=True)
    message_id_index = models.CharField(max_length=64, blank=True, editable=False)
    content_index = models.CharField(max_length=64, blank=True, editable=False)
    dated_at = models.DateTimeField(null=True, blank=True, help_text="What the sender's Date header says")
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=20, help_text="Which clock gave received_at")
    authentication = models.JSONField(default=dict, blank=True)
    flags = models.JSONField(default=list, blank=True, help_text="What is odd about the message")
    never_answer = models.BooleanField(default=False, help_text="No automatic answer may go out (RFC 3834)")
    rule = models.CharField(max_length=60, blank=True, help_text="Subject rule of the profile that fitted")
    proposed_rights = models.JSONField(default=list, blank=True)
    in_triage = models.BooleanField(default=False)
    settled = models.CharField(max_length=12, choices=Settled.choices, default=Settled.NO, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(in_triage=True) | Q(thread__isnull=False) | ~Q(settled=""),
                name="message_is_somewhere",
                violation_error_message="A message is in a thread, in triage, or somebody decided about it.",
            ),
            # Two workers may read two copies at the same time: the second one fails, and finds the first.
            models.UniqueConstraint(
                fields=["message_id_index", "content_index"],
                condition=~Q(kind=MailKind.COPY) & ~Q(message_id_index=""),
                name="message_original_once",
            ),
        ]
        indexes = [
            models.Index(fields=["received_at", "id"], condition=Q(in_triage=True), name="message_triage"),
            models.Index(fields=["received_at", "id"], name="message_received"),
            models.Index(fields=["thread", "received_at"], name="message_thread"),
            models.Index(fields=["message_id_index"], name="message_by_id"),
            models.Index(fields=["sender_index", "received_at"], name="message_by_sender"),
        ]

    def __str__(self) -> str:
        return self.subject or _("Message without a subject")


class Attachment(models.Model):
    """A part of a message kept as a file of its own; downloaded only, never shown in the browser."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    position = models.PositiveSmallIntegerField()
    name = EncryptedTextField()
    declared_type = models.CharField(max_length=100, blank=True)
    found_type = models.CharField(max_length=100, help_text="By its first bytes")
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file_key = EncryptedTextField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["message", "position"], name="attachment_place_once"),
        ]

    def __str__(self) -> str:
        return str(self.name)
