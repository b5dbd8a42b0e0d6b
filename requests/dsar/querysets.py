"""Reads of the dsar app."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from dsar.enums import CaseStatus, RestrictionState

if TYPE_CHECKING:
    from accounts.models import User
    from dsar.models import Case, OptOut, Restriction  # noqa: F401  (named in the base classes)


class CaseQuerySet(models.QuerySet["Case"]):
    """The lists that the work queue counts and links to."""

    def open(self) -> CaseQuerySet:
        """Cases in which something is left to do."""
        return self.exclude(status=CaseStatus.CLOSED)

    def open_first(self) -> CaseQuerySet:
        """Open cases before closed ones, the newest first within both."""
        closed = models.Case(models.When(status=CaseStatus.CLOSED, then=1), default=0)
        return self.order_by(closed, "-received_at", "-number")

    def visible_to(self, user: User) -> CaseQuerySet:
        """Cases a user may see: staff by permission, people their own."""
        if user.is_staff:
            return self if user.has_perm("dsar.view_case") else self.none()
        return self.filter(subject__user=user)

    def overdue(self, today: date) -> CaseQuerySet:
        """Open cases whose date has passed."""
        return self.open().filter(due_on__lt=today)

    def due_between(self, first: date, last: date) -> CaseQuerySet:
        """Open cases due on or between two dates."""
        return self.open().filter(due_on__gte=first, due_on__lte=last)

    def due_within(self, today: date, days: int) -> CaseQuerySet:
        """Open cases due from tomorrow to `days` days from now."""
        return self.due_between(today + timedelta(days=1), today + timedelta(days=days))

    def unverified(self) -> CaseQuerySet:
        """Open cases whose person is not confirmed."""
        return self.filter(status__in=[CaseStatus.NEW, CaseStatus.VERIFYING])

    def needs_attention(self) -> CaseQuerySet:
        """Cases with a failed step or another trouble."""
        return self.filter(status=CaseStatus.ATTENTION)

    def awaiting_approval_of(self, user: User) -> CaseQuerySet:
        """Cases whose plan waits for somebody else than its proposer."""
        return self.filter(status=CaseStatus.APPROVAL).exclude(
            plans__status="proposed", plans__approval__proposed_by=user
        )


def _of(subject: object, indexes: Iterable[str], by_index: str) -> Q:
    person = Q(case__subject=subject) if subject else Q(pk__in=[])
    return person | Q(**{f"{by_index}__in": list(indexes)})


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    """Which uses are restricted."""

    def active(self) -> RestrictionQuerySet:
        """Restrictions in force."""
        return self.filter(state=RestrictionState.ACTIVE)

    def of(self, subject: object, indexes: Iterable[str]) -> RestrictionQuerySet:
        """Restrictions of a person, or of whoever has one of these identities (blind indexes)."""
        return self.filter(_of(subject, indexes, "case__subject__identities__index"))

    def touching(self, purpose: str, system: str) -> RestrictionQuerySet:
        """Restrictions that stop this purpose in this system (its key; empty: any)."""
        found = self.filter(Q(purpose="") | Q(purpose=purpose))
        return found.filter(Q(system=None) | Q(system__key=system)) if system else found


class OptOutQuerySet(models.QuerySet["OptOut"]):
    """Which uses people stopped."""

    def in_force(self) -> OptOutQuerySet:
        """Stops that count now."""
        return self.filter(effective_at__isnull=False, ended_at=None)

    def of(self, subject: object, indexes: Iterable[str]) -> OptOutQuerySet:
        """Stops of a person, or of whoever has one of these identities (blind indexes)."""
        return self.filter(_of(subject, indexes, "marks__index"))
