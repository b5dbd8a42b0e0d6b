"""Reads of the correspondence app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from correspondence.enums import TextStatus

if TYPE_CHECKING:
    from correspondence.models import LetterTemplate  # noqa: F401  (named in the base class)


class LetterTemplateQuerySet(models.QuerySet["LetterTemplate"]):
    """Texts of letters."""

    def in_use(self) -> LetterTemplateQuerySet:
        """Return the texts that take the place of the shipped ones."""
        return self.filter(status=TextStatus.PUBLISHED)

    def of(self, template: str, language: str) -> LetterTemplateQuerySet:
        """Return the versions of one letter in one language, newest first."""
        return self.filter(template=template, language=language).order_by("-number")

    def next_number(self, template: str, language: str) -> int:
        """Return the number of the next version."""
        newest = self.of(template, language).values_list("number", flat=True).first()
        return (newest or 0) + 1
