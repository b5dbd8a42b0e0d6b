"""Reads of the dsar app."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import NullIf

from dsar.enums import CaseStatus

if TYPE_CHECKING:
    from accounts.models import User
    from dsar.models import Case, Incident  # noqa: F401  (named in the base classes)


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
