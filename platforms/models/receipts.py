"""What platforms and processors sent: a receipt for everything, refused or not."""

import uuid

from django.db import models
from django.db.models import Q

from config.fields import EncryptedTextField
from config.jobs import Job
from platforms.enums import Verdict
from platforms.querysets import CallbackReceiptQuerySet


class CallbackReceipt(Job):
    """One call of a platform, kept with its verdict. An accepted one is a job; a refused one is only kept.

    `body` is what came, byte for byte, in base64; the body of a refused call is not kept, its hash is.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.CharField(max_length=60, help_text="Name of the endpoint: meta_data_deletion")
    platform = models.CharField(max_length=60, blank=True, help_text="Key of the registry, where it is known")
    received_at = models.DateTimeField()
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    reason = models.CharField(max_length=60, blank=True, help_text="Code of the refusal")
    answered = models.PositiveSmallIntegerField(help_text="Status code of the answer")
    body_sha256 = models.CharField(max_length=64)
    body_bytes = models.PositiveIntegerField()
    body = EncryptedTextField(blank=True)
    idempotency_index = models.CharField(max_length=64, blank=True)
    code_index = models.CharField(max_length=64, blank=True, help_text="Blind index of the confirmation code")
    address_commitment = models.CharField(max_length=64, blank=True)
    secret_number = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Which of the listed secrets matched, from 0"
    )
    effects = models.JSONField(default=list, help_text="What it led to, as stored sentences")

    objects = CallbackReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at"]
        verbose_name = "callback"
        permissions = [
            ("work_callback", "Can start the work of a callback again"),
            ("read_callback_body", "Can read what a platform sent"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "idempotency_index"],
                condition=Q(verdict=Verdict.ACCEPTED),
                name="receipt_once",
            ),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.ACCEPTED) | ~Q(idempotency_index=""), name="receipt_has_key"
            ),
        ]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="receipt_received"),
            models.Index(fields=["verdict", "-received_at", "-id"], name="receipt_verdict"),
            models.Index(
                fields=["-received_at", "-id"], condition=Q(status="attention"), name="receipt_attention"
            ),
            models.Index(fields=["code_index"], condition=~Q(code_index=""), name="receipt_code"),
            models.Index(
                fields=["status", "next_attempt_at"],
                condition=Q(status__in=["ready", "running"]),
                name="receipt_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.endpoint} {self.received_at:%Y-%m-%d %H:%M:%S}"
