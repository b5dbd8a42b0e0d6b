"""The printed form of a letter that goes by post, with the proof that it was posted."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.fields import EncryptedTextField
from correspondence.models.letter import Letter


class PostalCopy(models.Model):
    """The PDF that was printed, byte for byte, and when it was posted with which evidence."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    letter = models.OneToOneField(Letter, on_delete=models.CASCADE, related_name="postal_copy")
    pdf = EncryptedTextField(help_text="The PDF, base64")
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    posted_on = models.DateField(null=True, blank=True)
    evidence = EncryptedTextField(blank=True, help_text="Number of the item, or who brought it where")
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name_plural = "postal copies"
        constraints = [
            models.CheckConstraint(
                condition=Q(posted_on=None, evidence="", posted_by=None)
                | Q(posted_on__isnull=False, posted_by__isnull=False) & ~Q(evidence=""),
                name="postal_copy_posted_with_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"Copy of {self.letter_id}"
