"""Closed lists whose labels speak the reader's language."""

import enum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


class TextChoices(models.TextChoices):
    """Django's text choices with labels in the language of whoever reads them.

    The labels are written in English in the class; `make messages` collects them like marked texts.
    """

    @enum.property
    def label(self) -> str | Promise:
        """Return the label, translated when it is shown."""
        return gettext_lazy(str(self._label_))
