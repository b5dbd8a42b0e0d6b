"""Reads of the dsar app."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import NullIf

from dsar.enums import CaseStatus, RestrictionState

if TYPE_CHECKING:
    from accounts.models import User
    from dsar.models import (  # noqa: F401  (named in the base classes)
        Case,
        HolidayCalendar,
        IdentityCheck,
        Incident,
        OptOut,
        Restriction,
    )


# A year: more than the longest period of any law that a calendar moves, with room to load another one.
LONGEST_DAYS = 366


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

    def with_restriction_to_review(self, today: date) -> CaseQuerySet:
        """Cases, open or closed, with a restriction in force that somebody is to look at again."""
        from dsar.models import Restriction

        due = Restriction.objects.to_review(today).filter(case=models.OuterRef("pk"))
        return self.filter(models.Exists(due))

    def unconfirmed(self) -> CaseQuerySet:
        """Open cases whose receipt the law wants confirmed, and nobody has."""
        return self.open().filter(confirm_by_on__isnull=False, acknowledged_at=None)

    def awaiting_approval_of(self, user: User) -> CaseQuerySet:
        """Cases whose plan waits for somebody else than its proposer."""
        return self.filter(status=CaseStatus.APPROVAL).exclude(
            plans__status="proposed", plans__approval__proposed_by=user
        )

    def known_at(self, at: datetime) -> CaseQuerySet:
        """Cases that the portal knew at a moment, whatever became of them later."""
        return self.filter(opened_at__lte=at)

    def with_state_at(self, at: datetime) -> CaseQuerySet:
        """Cases known at a moment, with the ending and the dates that stood then.

        Adds `ended_as` (empty or None: open), `ended_at`, `was_due_at` and `was_due_on`, `was_statutory_on`,
        `was_promised_on` (ISO text, from the last evaluation of the answer's date until then).
        """
        from dsar.models import ClockEvaluation, Ending

        mine = {"case": models.OuterRef("pk")}
        ends = Ending.objects.filter(at__lte=at, **mine).order_by("-at", "-id")
        clocks = ClockEvaluation.objects.filter(computed_at__lte=at, obligation="answer", **mine)
        clocks = clocks.order_by("-computed_at", "-id")

        def stood(name: str) -> models.Subquery:
            # SQLite gives a JSON null back as its text.
            null = models.Value("null", output_field=models.TextField())
            text = NullIf(KeyTextTransform(name, "result"), null)
            return models.Subquery(clocks.values(found=text)[:1])

        return self.known_at(at).annotate(
            ended_as=models.Subquery(ends.values("outcome")[:1]),
            ended_at=models.Subquery(ends.values("at")[:1]),
            was_due_at=stood("due_at"),
            was_due_on=stood("due_on"),
            was_statutory_on=stood("statutory_on"),
            was_promised_on=stood("promised_on"),
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

    def ending(self, today: date) -> HolidayCalendarQuerySet:
        """Editions in use whose data end before a request of today could be due, with the longest time."""
        return self.current().filter(through_on__lt=today + timedelta(days=LONGEST_DAYS))

    def current(self) -> HolidayCalendarQuerySet:
        """The last edition of each place."""
        last = self.model._default_manager.filter(code=models.OuterRef("code")).order_by("-number")
        return self.filter(number=models.Subquery(last.values("number")[:1]))


def _of(subject: object, indexes: Iterable[str], by_index: str) -> Q:
    person = Q(case__subject=subject) if subject else Q(pk__in=[])
    return person | Q(**{f"{by_index}__in": list(indexes)})


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    """Which uses are restricted."""

    def to_review(self, today: date) -> RestrictionQuerySet:
        """Restrictions in force whose day of review has come."""
        return self.active().filter(review_on__lte=today)

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


class IncidentQuerySet(models.QuerySet["Incident"]):
    """Incidents by what is left to do, and as they stood on a day."""

    def open(self) -> IncidentQuerySet:
        """Incidents in which something is left to do, the soonest hour first."""
        return self.filter(closed_at=None).order_by("aware_at", "number")

    def authority_waits(self) -> IncidentQuerySet:
        """Open incidents whose authority was not told and for which nobody decided that it need not be."""
        told = models.Q(notices__to="authority")
        not_needed = models.Q(
            decisions__question="authority", decisions__tell=False, decisions__approved=True
        )
        settled = self.model._default_manager.filter(told | not_needed).values("pk")
        return self.open().exclude(pk__in=settled)

    def known_at(self, at: datetime) -> IncidentQuerySet:
        """Incidents that were registered until a moment."""
        return self.filter(opened_at__lte=at)
