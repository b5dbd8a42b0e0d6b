"""A company's own text of a letter, published by two people."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from correspondence.enums import Template, TextStatus
from correspondence.querysets import LetterTemplateQuerySet


class LetterTemplate(models.Model):
    """One version of a text that takes the place of the one shipped in templates/letters.

    The newest published one of a template and language is in use. A published text never changes; it stays
    when a newer one follows, so that every letter's version can be shown.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    template = models.CharField(max_length=40, choices=Template.choices)
    language = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    text = models.TextField(help_text="The first line is the subject")
    sha256 = models.CharField(max_length=64, editable=False)
    based_on = models.CharField(max_length=20, help_text="The version that it was made from")
    why = models.CharField(max_length=300, help_text="What is different, and why")
    status = models.CharField(max_length=10, choices=TextStatus.choices, default=TextStatus.DRAFT)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    objects = LetterTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["template", "language", "-number"]
        permissions = [("publish_lettertemplate", "Can publish texts of letters that others wrote")]
        constraints = [
            models.UniqueConstraint(fields=["template", "language", "number"], name="lettertemplate_number"),
            models.UniqueConstraint(
                fields=["template", "language"],
                condition=Q(status=TextStatus.PUBLISHED),
                name="lettertemplate_one_in_use",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("made_by")),
                name="lettertemplate_proposer_never_approves",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "proposed"])
                | Q(approved_by__isnull=False, published_at__isnull=False),
                name="lettertemplate_published_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_template_display()} ({self.language}), {self.version}"

    @property
    def version(self) -> str:
        """Return the version that letters name: own-1, own-2 …"""
        return f"own-{self.number}"
