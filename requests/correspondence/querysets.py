"""Reads of the correspondence app."""

from typing import TYPE_CHECKING, Any

from django.db import models

from correspondence.enums import TextStatus

if TYPE_CHECKING:
    _QuerySet = models.QuerySet["LetterTemplate"]
else:
    _QuerySet = models.QuerySet


class LetterTemplateQuerySet(_QuerySet):
    """Texts of letters."""

    def in_use(self) -> "LetterTemplateQuerySet":
        """Return the texts that take the place of the shipped ones."""
        return self.filter(status=TextStatus.PUBLISHED)

    def of(self, template: str, language: str) -> "LetterTemplateQuerySet":
        """Return the versions of one letter in one language, newest first."""
        return self.filter(template=template, language=language).order_by("-number")

    def next_number(self, template: str, language: str) -> int:
        """Return the number of the next version."""
        newest: Any = self.of(template, language).values_list("number", flat=True).first()
        return (newest or 0) + 1
