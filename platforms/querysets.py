"""Reads of the platforms app."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models

from config import crypto

if TYPE_CHECKING:
    from platforms.models import CallbackReceipt, Processor  # noqa: F401

CODE_PURPOSE = "callback:code"


class CallbackReceiptQuerySet(models.QuerySet["CallbackReceipt"]):
    """Look-ups of what platforms sent."""

    def of_code(self, code: str) -> CallbackReceiptQuerySet:
        """Receipts that were answered with this confirmation code."""
        return self.filter(code_index=crypto.blind_index(code, purpose=CODE_PURPOSE))


class RunningQuerySet(models.QuerySet[Any]):
    """Sub-processors and transfers."""

    def running(self) -> RunningQuerySet:
        """Those that have not ended."""
        return self.filter(ended_on=None)


class ProcessorQuerySet(models.QuerySet["Processor"]):
    """Look-ups of processors."""

    def running(self) -> ProcessorQuerySet:
        """Those that work for us."""
        return self.filter(ended_on=None)

    def unsigned(self) -> ProcessorQuerySet:
        """Those without a signed contract on record (Art. 28(3))."""
        return self.filter(contract_signed_on=None)

    def expiring(self, until: date) -> ProcessorQuerySet:
        """Those whose contract or evidence ends by this day, or has ended."""
        return self.filter(models.Q(contract_ends_on__lte=until) | models.Q(evidence_expires_on__lte=until))

    def ending(self) -> ProcessorQuerySet:
        """Those that stopped and have not confirmed what they did with the data (Art. 28(3)(g))."""
        return self.filter(ended_on__isnull=False, end_confirmed_on=None)

    def whole(self) -> ProcessorQuerySet:
        """With everything that their rules look at."""
        return self.prefetch_related("subprocessors", "transfers", "systems")
