"""Reads of the platforms app."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from config import crypto

if TYPE_CHECKING:
    from platforms.models import CallbackReceipt, Finding, LegalReview  # noqa: F401

CODE_PURPOSE = "callback:code"


class CallbackReceiptQuerySet(models.QuerySet["CallbackReceipt"]):
    """Look-ups of what platforms sent."""

    def of_code(self, code: str) -> CallbackReceiptQuerySet:
        """Receipts that were answered with this confirmation code."""
        return self.filter(code_index=crypto.blind_index(code, purpose=CODE_PURPOSE))


class FindingQuerySet(models.QuerySet["Finding"]):
    """What is wrong now, and what somebody accepted for a time."""

    def open(self) -> FindingQuerySet:
        """Findings that the last sweep still saw."""
        return self.filter(ended_at=None)

    def accepted(self, today: date) -> FindingQuerySet:
        """Open findings that somebody accepted and whose time is not over."""
        return self.open().filter(accepted_until_on__gte=today)

    def waiting(self, today: date) -> FindingQuerySet:
        """Open findings about which something must be done."""
        return self.open().filter(Q(accepted_until_on=None) | Q(accepted_until_on__lt=today))


class LegalReviewQuerySet(models.QuerySet["LegalReview"]):
    """Reviews that hold."""

    def current(self, today: date) -> LegalReviewQuerySet:
        """Reviews that were not replaced or withdrawn and whose time is not over."""
        return self.filter(ended_at=None, until_on__gte=today)

    def of(self, *, platform: str, element: str, purpose: str, today: date) -> LegalReviewQuerySet:
        """Reviews that speak of a data element, alone or with all others of its platform."""
        return self.current(today).filter(platform=platform, element__in=["", element], purpose=purpose)
