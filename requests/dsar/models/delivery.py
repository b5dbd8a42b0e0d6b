"""What the person gets, who may fetch it, and who did."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.fields import EncryptedTextField
from dsar.enums import PackageStatus
from dsar.models.case import Case
from dsar.models.plan import Plan


class Package(models.Model):
    """An encrypted file with a person's data. Only its owner, after step-up, before it expires."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="packages")
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="packages")
    status = models.CharField(max_length=10, choices=PackageStatus.choices, default=PackageStatus.BUILDING)
    path = models.CharField(max_length=200, blank=True)
    key = EncryptedTextField(blank=True, help_text="The file's own key")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the package before encryption")
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes before encryption")
    contents = models.JSONField(default=dict, blank=True, help_text="Rows per collection; no personal values")
    made_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="released")
                | Q(released_at__isnull=False, reviewed_at__isnull=False, expires_at__isnull=False),
                name="package_released_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"Package of {self.case}"


class Redaction(models.Model):
    """A value about another person in a package, with the reviewer's decision.

    Undecided values are left out.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="redactions")
    collection = models.CharField(max_length=200)
    field = models.CharField(max_length=200)
    row_key = EncryptedTextField()
    sample = EncryptedTextField(blank=True)
    reason = models.CharField(max_length=200)
    release = models.BooleanField(null=True, help_text="None: not decided; False: redacted; True: disclosed")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["package", "collection", "field"], name="redaction_place")]

    def __str__(self) -> str:
        return f"{self.collection}.{self.field}"


class Download(models.Model):
    """Every attempt to fetch a package, served or refused."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="downloads")
    at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    served = models.BooleanField()
    reason = models.CharField(max_length=60, blank=True, help_text="Why it was refused")
    address_commitment = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{'Served' if self.served else 'Refused'} {self.at:%Y-%m-%d %H:%M}"
