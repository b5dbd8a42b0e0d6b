"""How staff look at many cases: saved views, filters, exact search. Each number of the desk links to one."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import Tab
from accounts.models import Identity, User
from config.jobs import JobStatus
from dsar.enums import CaseStatus
from dsar.models import Case, Run, Step

Cases = QuerySet[Case]
EXTEND_DAYS = 3

# Who has to move next, by status. Together they are all open cases, and no case is in two.
PERSON = [CaseStatus.VERIFYING]
PORTAL = [CaseStatus.PLANNING, CaseStatus.RUNNING]
SYSTEMS = [CaseStatus.WAITING]
STAFF = [status for status in CaseStatus if status not in {*PERSON, *PORTAL, *SYSTEMS, CaseStatus.CLOSED}]


def tabs(user: User, today: date) -> list[Tab]:
    """Return the saved views of the list of cases for one member of staff."""
    due = ("due_on", "number")
    views = [
        Tab("open", _("Open"), lambda rows: rows.open(), due),
        Tab("mine", _("Mine"), lambda rows: rows.open().filter(assignee=user), due),
        Tab("unassigned", _("Nobody’s"), lambda rows: rows.open().filter(assignee=None), due),
        Tab("unverified", _("Unverified"), lambda rows: rows.unverified(), due),
        Tab("overdue", _("Overdue"), lambda rows: rows.overdue(today), due),
        Tab(
            "closed",
            _("Closed"),
            lambda rows: rows.filter(status=CaseStatus.CLOSED),
            ("-closed_at", "-number"),
        ),
    ]
    if user.has_perm("dsar.approve_case"):
        views.append(
            Tab(
                "restrictions",
                _("Restrictions to review"),
                lambda rows: rows.with_restriction_to_review(today),
                due,
            )
        )
        views.insert(
            3,
            Tab("approval", _("Waiting for my approval"), lambda rows: rows.awaiting_approval_of(user), due),
        )
    if user.has_perm("dsar.verify_case"):
        views.insert(4, Tab("proof", _("Proof to check"), lambda rows: rows.with_proof_to_check(), due))
    return views


def waiting_on(rows: Any, who: str, user: User) -> Any:
    """Return the open cases in which `who` has to move next; `who` is one of WAITING."""
    if who == "person":
        return rows.filter(status__in=PERSON)
    if who == "portal":
        return rows.filter(status__in=PORTAL)
    if who == "system":
        return rows.filter(status__in=SYSTEMS)
    mine = rows.open().filter(status__in=STAFF)
    if who == "me":
        return mine.filter(assignee=user)
    if who == "nobody":
        return mine.filter(assignee=None)
    return mine.exclude(assignee=user).exclude(assignee=None)


WAITING = {
    "person": _("The person"),
    "system": _("A system or a task"),
    "colleague": _("A colleague"),
    "nobody": _("Nobody has taken it"),
    "me": _("Me"),
    "portal": _("The portal"),
}


def due(rows: Any, which: str, today: date) -> Any:
    """Return open cases by answer date: overdue, today, or tomorrow to 3 or 7 days from now."""
    if which == "overdue":
        return rows.overdue(today)
    if which == "today":
        return rows.due_between(today, today)
    return rows.due_within(today, int(which))


class Choice(admin.SimpleListFilter):
    """A filter with a closed list of answers; an impossible answer filters nothing."""

    def chosen(self) -> str:
        """Return the chosen answer when it is one of the list."""
        value = self.value() or ""
        return value if value in {str(key) for key, _label in self.lookup_choices} else ""


class DueFilter(Choice):
    """Answer date."""

    title, parameter_name = _("Answer due"), "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        """Return the answers."""
        return [
            ("overdue", _("Overdue")),
            ("today", _("Today")),
            ("3", _("In 3 days")),
            ("7", _("In 7 days")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Apply the answer."""
        return due(queryset, self.chosen(), timezone.localdate()) if self.chosen() else queryset


class LinkFilter(Choice):
    """A filter that numbers of the desk link to: shown only while it is on."""

    def has_output(self) -> bool:
        """Say whether it is on."""
        return bool(self.chosen())


class WaitingFilter(LinkFilter):
    """Who has to move next."""

    title, parameter_name = _("Waiting on"), "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        """Return the answers."""
        return list(WAITING.items())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Apply the answer."""
        assert isinstance(request.user, User)
        return waiting_on(queryset, self.chosen(), request.user) if self.chosen() else queryset


class AssigneeFilter(Choice):
    """Who handles the case. Costs one statement: the names of the staff."""

    title, parameter_name = _("Assigned to"), "assignee"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        """Return nobody and everybody of the staff."""
        staff = User.objects.filter(is_staff=True, is_active=True).order_by("name", "email")[:200]
        return [("none", _("Nobody yet")), *((str(user.pk), str(user)) for user in staff)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Apply the answer."""
        chosen = self.chosen()
        if not chosen:
            return queryset
        return (
            queryset.filter(assignee=None) if chosen == "none" else queryset.filter(assignee_id=int(chosen))
        )


class TroubleFilter(LinkFilter):
    """What went wrong."""

    title, parameter_name = _("Trouble"), "trouble"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        """Return the answers."""
        return [
            ("step", _("A step failed")),
            ("run", _("A background run failed")),
            ("extend", _("Last days to say that we need longer")),
            ("unconfirmed", _("Receipt not confirmed")),
            ("missed", _("Confirmation of receipt is late")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Apply the answer."""
        return trouble(queryset, self.chosen()) if self.chosen() else queryset


def trouble(rows: Any, kind: str) -> Any:
    """Return the open cases with a failed step or run, or with a clock that needs somebody soon."""
    if kind == "extend":
        today = timezone.localdate()
        return rows.may_extend_until(today, today + timedelta(days=EXTEND_DAYS))
    if kind == "unconfirmed":
        return rows.unconfirmed()
    if kind == "missed":
        return rows.unconfirmed().filter(confirm_by_on__lt=timezone.localdate())
    model: Any = Step if kind == "step" else Run
    return rows.open().filter(pk__in=model.objects.filter(status=JobStatus.ATTENTION).values("case_id"))


def search(rows: Any, text: str) -> Any:
    """Find cases by complete reference or complete e-mail address; both by index, neither by substring."""
    if "@" in text:
        people = Identity.objects.matching(key="email", value=text).values("subject_id")
        return rows.filter(subject_id__in=people)
    return rows.filter(reference=tidy_reference(text))


def tidy_reference(text: str) -> str:
    """Return a reference as it is stored, however it was typed."""
    return re.sub(r"\s+", "", text).upper()
