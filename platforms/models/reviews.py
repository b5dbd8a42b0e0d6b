"""What lawyers decided about uses of platform data that the terms leave open."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from platforms.enums import GatePurpose, ReviewOutcome
from platforms.querysets import LegalReviewQuerySet


class LegalReview(models.Model):
    """A decision about one purpose at one platform, for a time. A newer one ends it; nobody deletes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    platform = models.CharField(max_length=60, help_text="Key of the registry")
    element = models.CharField(max_length=120, blank=True, help_text="Data element; empty: all of them")
    purpose = models.CharField(max_length=24, choices=GatePurpose.choices)
    outcome = models.CharField(max_length=8, choices=ReviewOutcome.choices)
    reason = models.TextField()
    until_on = models.DateField(help_text="The last day on which it holds")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = LegalReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "element", "purpose"],
                condition=Q(ended_at=None),
                name="review_one_current",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="review_has_reason"),
        ]
        indexes = [models.Index(fields=["made_at", "id"], name="legal_review_made")]

    def __str__(self) -> str:
        return f"{self.platform} {self.element} {self.get_purpose_display()}".replace("  ", " ")
