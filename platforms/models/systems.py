"""Where personal data is: systems and the datasets that describe them."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models

from config.fields import EncryptedTextField
from platforms.enums import SystemRole


class System(models.Model):
    """Any place that holds personal data, with the connector that talks to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    connector = models.CharField(
        max_length=60, help_text="sql, http, manual, or a registered third-party connector"
    )
    role = models.CharField(max_length=12, choices=SystemRole.choices, default=SystemRole.OWN)
    processor = models.ForeignKey(
        "platforms.Processor",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="systems",
        help_text="Who runs it for us",
    )
    purpose = models.TextField(blank=True, help_text="What it holds, in a sentence")
    options = models.JSONField(default=dict, blank=True, help_text="Connector settings without secrets")
    secret = EncryptedTextField(blank=True, help_text="Database URL, or the key shared with an HTTP system")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="owned_systems",
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Order in plans and lists")
    enabled = models.BooleanField(default=True)
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    check_error = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["position", "name"]
        permissions = [
            ("test_system", "Can test the connection of a system"),
            ("use_key", "Can see or set its secret"),
        ]

    def __str__(self) -> str:
        return self.name


class Dataset(models.Model):
    """A description of a system's collections in the fideslang format, kept exactly as imported."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="datasets")
    key = models.CharField(max_length=120, unique=True)
    source = models.TextField(help_text="The YAML as imported")
    sha256 = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    warnings = models.JSONField(default=list, blank=True)
    collections = models.PositiveIntegerField(default=0)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key

    def file(self) -> Any:
        """Return the parsed dataset (platforms.datasets)."""
        from platforms import datasets

        return datasets.parse(self.source)
