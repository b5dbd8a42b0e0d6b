"""Reads of the retention app."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q

from accounts.models import DataSubject
from retention.enums import BatchState, HoldState, SweepState

if TYPE_CHECKING:
    from retention.models import (  # noqa: F401
        BackupSet,
        Hold,
        InventoryVersion,
        JournalEntry,
        Sweep,
        SweepBatch,
    )

BINDING = (HoldState.PLACING, HoldState.ACTIVE, HoldState.RELEASE_ASKED)


class HoldQuerySet(models.QuerySet["Hold"]):
    """Look-ups of what is held."""

    def binding(self) -> HoldQuerySet:
        """Those that keep something back."""
        return self.filter(state__in=BINDING)

    def over(self, system_id: UUID) -> HoldQuerySet:
        """Those that may keep rows of a system back."""
        return self.binding().filter(Q(system=None) | Q(system_id=system_id))

    def of(self, subject: DataSubject) -> HoldQuerySet:
        """Those that keep a person's data back."""
        return self.binding().filter(subject=subject)

    def keeping(self, subject: DataSubject) -> HoldQuerySet:
        """Those that stop an erasure of a person: of the person, of a whole system, of some rows anywhere."""
        return self.binding().filter(Q(subject=subject) | Q(subject=None)).order_by("number")

    def review_due(self, today: date) -> HoldQuerySet:
        """Those whose owner has to say whether they are still needed."""
        return self.binding().filter(review_on__lte=today).order_by("review_on")


class SweepQuerySet(models.QuerySet["Sweep"]):
    """Look-ups of sweeps."""

    def open(self) -> SweepQuerySet:
        """Those that have not ended."""
        return self.exclude(state__in=[SweepState.DONE, SweepState.STOPPED])

    def ended(self) -> SweepQuerySet:
        """Those that are done or were stopped."""
        return self.filter(state__in=[SweepState.DONE, SweepState.STOPPED])

    def under_way(self) -> SweepQuerySet:
        """Those that have begun and not ended."""
        return self.filter(state__in=[SweepState.RUNNING, SweepState.PAUSED])

    def unapproved(self) -> SweepQuerySet:
        """Those that have not begun."""
        return self.filter(state__in=[SweepState.PLANNED, SweepState.WAITING])

    def waiting(self) -> SweepQuerySet:
        """Those that wait for a second person."""
        return self.filter(state=SweepState.WAITING)


class SweepBatchQuerySet(models.QuerySet["SweepBatch"]):
    """Look-ups of proofs."""

    def done(self) -> SweepBatchQuerySet:
        """Those whose rows are gone."""
        return self.filter(state=BatchState.DONE)

    def in_flight(self) -> SweepBatchQuerySet:
        """Those that are written down and may be under way at this moment."""
        return self.filter(state=BatchState.INTENDED)

    def may_hold(self, system_id: UUID, number: int | None) -> SweepBatchQuerySet:
        """Those of a system that can contain a key; `number`: the key, where it is a number."""
        found = self.filter(step__system_id=system_id)
        if number is None:
            return found
        return found.filter(Q(lowest=None) | Q(lowest__lte=number, highest__gte=number))


class BackupSetQuerySet(models.QuerySet["BackupSet"]):
    """Look-ups of backup sets."""

    def there_at(self, system_id: UUID, moment: datetime) -> BackupSetQuerySet:
        """Those of a system that had been taken by a moment and were not gone: they hold what went then."""
        taken = self.filter(system_id=system_id, taken_at__lte=moment)
        return taken.filter(Q(gone_at=None) | Q(gone_at__gt=moment))

    def overdue(self, today: date) -> BackupSetQuerySet:
        """Those that should have been overwritten and nobody has seen to be gone."""
        return self.filter(gone_at=None, gone_on__lt=today)


class JournalEntryQuerySet(models.QuerySet["JournalEntry"]):
    """Look-ups of the journal."""

    def of(self, system_id: UUID, since: datetime | None = None) -> JournalEntryQuerySet:
        """Those of a system in the order in which they were written, with their batches."""
        found = self.filter(system_id=system_id).select_related("system", "batch").order_by("pk")
        return found.filter(erased_at__gte=since) if since else found


class InventoryVersionQuerySet(models.QuerySet["InventoryVersion"]):
    """Look-ups of what the inventory said."""

    def at(self, moment: datetime) -> InventoryVersion | None:
        """The version that was valid at a moment; None before the first one."""
        return self.filter(taken_at__lte=moment).order_by("-taken_at", "-number").first()

    def latest_one(self) -> InventoryVersion | None:
        """The newest version."""
        return self.order_by("-number").first()
