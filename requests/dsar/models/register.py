"""What left the registers: each export with its hash and signature, so that a file can be checked later."""

import uuid

from django.conf import settings
from django.db import models


class RegisterExport(models.Model):
    """One export of a register: what it was about, its bytes' hash, and our signature. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    register = models.CharField(max_length=30)
    form = models.CharField(max_length=4, help_text="csv, json, pdf or html")
    as_of = models.DateTimeField(help_text="The moment whose state it shows")
    filters = models.JSONField(default=dict)
    rows = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField(help_text="Bytes")
    sha256 = models.CharField(max_length=64)
    key_id = models.CharField(max_length=40)
    signature = models.CharField(max_length=128)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-made_at"]
        verbose_name = "export of a register"
        verbose_name_plural = "exports of registers"
        permissions = [
            ("view_registers", "Can read the registers"),
            ("export_registers", "Can export the registers"),
        ]
        indexes = [models.Index(fields=["-made_at", "id"], name="registerexport_made")]

    def __str__(self) -> str:
        return f"{self.register} {self.as_of:%Y-%m-%d}"
