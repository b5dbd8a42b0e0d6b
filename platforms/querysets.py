"""Reads of the platforms app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from config import crypto
from platforms.enums import Verdict

if TYPE_CHECKING:
    from platforms.models import CallbackReceipt  # noqa: F401

CODE_PURPOSE = "callback:code"
EXTERNAL_PURPOSE = "connection:external"


def external_index(external_id: str) -> str:
    """Return the blind index of a person's id at a platform."""
    return crypto.blind_index(external_id, purpose=EXTERNAL_PURPOSE)


class CallbackReceiptQuerySet(models.QuerySet["CallbackReceipt"]):
    """Look-ups of what platforms sent."""

    def of_code(self, code: str) -> CallbackReceiptQuerySet:
        """Receipts that were answered with this confirmation code."""
        return self.filter(code_index=crypto.blind_index(code, purpose=CODE_PURPOSE))

    def accepted(self) -> CallbackReceiptQuerySet:
        """Those that were believed, and seen for the first time."""
        return self.filter(verdict=Verdict.ACCEPTED)
