"""Reads of the platforms app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from config import crypto

if TYPE_CHECKING:
    from platforms.models import CallbackReceipt  # noqa: F401

CODE_PURPOSE = "callback:code"


class CallbackReceiptQuerySet(models.QuerySet["CallbackReceipt"]):
    """Look-ups of what platforms sent."""

    def of_code(self, code: str) -> CallbackReceiptQuerySet:
        """Receipts that were answered with this confirmation code."""
        return self.filter(code_index=crypto.blind_index(code, purpose=CODE_PURPOSE))
