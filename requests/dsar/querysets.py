"""Reads of the dsar app."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models

from dsar.enums import CaseStatus

if TYPE_CHECKING:
    from accounts.models import User
    from dsar.models import Case, HolidayCalendar, IdentityCheck  # noqa: F401  (named in the base classes)


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

    def with_proof_to_check(self) -> CaseQuerySet:
        """Open cases in which somebody handed in a proof that nobody decided on."""
        from dsar.models import IdentityCheck

        arrived = IdentityCheck.objects.open().filter(case=models.OuterRef("pk"), arrived_at__isnull=False)
        return self.unverified().filter(models.Exists(arrived))

    def needs_attention(self) -> CaseQuerySet:
        """Cases with a failed step or another trouble."""
        return self.filter(status=CaseStatus.ATTENTION)

    def may_extend_until(self, first: date, last: date) -> CaseQuerySet:
        """Open cases whose last day to say that we need longer lies between two dates."""
        return self.open().filter(extend_by_on__gte=first, extend_by_on__lte=last)

    def unconfirmed(self) -> CaseQuerySet:
        """Open cases whose receipt the law wants confirmed, and nobody has."""
        return self.open().filter(confirm_by_on__isnull=False, acknowledged_at=None)

    def awaiting_approval_of(self, user: User) -> CaseQuerySet:
        """Cases whose plan waits for somebody else than its proposer."""
        return self.filter(status=CaseStatus.APPROVAL).exclude(
            plans__status="proposed", plans__approval__proposed_by=user
        )


class IdentityCheckQuerySet(models.QuerySet["IdentityCheck"]):
    """Attempts to verify people."""

    def open(self) -> IdentityCheckQuerySet:
        """Attempts without a result."""
        return self.filter(result="")

    def passed(self) -> IdentityCheckQuerySet:
        """Attempts that proved something."""
        return self.filter(result="passed")

    def overdue(self, now: datetime) -> IdentityCheckQuerySet:
        """Open attempts whose link ended before anything arrived."""
        return self.open().filter(expires_at__lte=now, arrived_at=None)

    def with_file(self) -> IdentityCheckQuerySet:
        """Attempts whose file still exists."""
        return self.exclude(file="")


class HolidayCalendarQuerySet(models.QuerySet["HolidayCalendar"]):
    """Editions of holiday calendars."""

    def current(self) -> HolidayCalendarQuerySet:
        """The last edition of each place."""
        last = self.model._default_manager.filter(code=models.OuterRef("code")).order_by("-number")
        return self.filter(number=models.Subquery(last.values("number")[:1]))
