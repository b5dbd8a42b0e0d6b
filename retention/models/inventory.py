"""The inventory as it was: one row each time that it changed."""

import uuid
from typing import Any

from django.db import models

from retention.querysets import InventoryVersionQuerySet


class InventoryVersion(models.Model):
    """The whole inventory from a moment on, until the next version. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True)
    sha256 = models.CharField(max_length=64, help_text="Of the canonical JSON of the document")
    document = models.JSONField()
    profile_sha256 = models.CharField(max_length=64)
    datasets = models.JSONField(default=dict, help_text="Dataset → version")
    taken_at = models.DateTimeField()

    objects = InventoryVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        default_permissions = ("view",)
        permissions = [("export_inventory", "Can export the record of processing")]
        indexes = [models.Index(fields=["taken_at", "number"], name="inventory_taken")]

    def __str__(self) -> str:
        return f"I-{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new version. Raises TypeError for one that is stored already."""
        if not self._state.adding:
            raise TypeError("A version of the inventory is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: what the record said stays known."""
        raise TypeError("A version of the inventory is never deleted.")
