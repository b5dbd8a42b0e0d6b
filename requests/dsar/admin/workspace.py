"""One case as a workspace: what, until when, what now, the plan, the story; in working order."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import preferences
from accounts.templatetags.portal_ui import told
from config.jobs import JobStatus
from correspondence.models import Letter, Thread
from dsar.admin import clock_panel, plan_table, words
from dsar.admin.plan_table import Table
from dsar.enums import CaseStatus, PackageStatus, PlanStatus
from dsar.models import Case, CaseEvent, Package, Plan
from dsar.rules import transitions
from dsar.services.rights import platforms

EVENTS, LETTERS, NOTES, RELATED = 60, 30, 50, 8
MOVING = {CaseStatus.PLANNING, CaseStatus.RUNNING}
LIVE_PLANS = (PlanStatus.DRAFT, PlanStatus.PROPOSED, PlanStatus.APPROVED)
# Beginning of the kind of a timeline line -> sign and tone.
SIGNS = (
    ("open", "star", ""), ("receiv", "star", ""), ("verif", "key", "ok"), ("proof", "key", ""),
    ("propos", "hand", "warn"), ("approv", "check", "ok"), ("reject", "prev", ""), ("plan", "eye", ""),
    ("fail", "alert", "danger"), ("attention", "alert", "danger"), ("step", "play", ""), ("task", "hand", ""),
    ("letter", "send", ""), ("release", "send", "ok"), ("download", "download", ""), ("package", "lock", ""),
    ("close", "check", "ok"), ("clock", "clock", ""),
    ("assign", "person", ""), ("note", "flag", ""), ("withdraw", "minus", ""), ("erase", "trash", ""),
)  # fmt: skip


def context(case: Case, user: User) -> dict[str, Any]:
    """Return everything the page of a case shows."""
    today = timezone.localdate()
    table = current_table(case)
    evaluation = clock_panel.last_of(case)
    return {
        "case": case,
        "subject": case.subject,
        "language": preferences.LANGUAGES.get(case.language, case.language),
        "scope": platforms.lines_of(case.scope),
        "due": words.due_of(case, today),
        "why": clock_panel.steps(evaluation),
        **clock_panel.context(case, evaluation, today),
        "stages": words.stages(case),
        "action": transitions.next_action(case, user),
        "events": [_line(event) for event in case.events.select_related("actor")[:EVENTS]],
        "letters": _letters(case, user),
        "threads": _threads(case, user),
        "notes": case.notes.select_related("author")[:NOTES] if user.has_perm("dsar.view_note") else [],
        "identities": case.subject.identities.order_by("key")
        if user.has_perm("accounts.view_identity")
        else [],
        "packages": packages(case) if user.has_perm("dsar.view_package") else [],
        "related": Case.objects.filter(subject=case.subject_id)
        .exclude(pk=case.pk)
        .order_by("-received_at")[:RELATED],
        **plan_part(case, table),
    }


def plan_part(case: Case, table: Table | None) -> dict[str, Any]:
    """Return what the plan panel shows, alone and as part of the page."""
    approval = getattr(table.plan, "approval", None) if table else None
    return {
        "case": case,
        "table": table,
        "failed": failed(table),
        "approval": approval,
        "moving": case.status in MOVING or _soon(table),
        "plan_title": _("Progress") if table and table.plan.status == PlanStatus.APPROVED else _("Plan"),
    }


def failed(table: Table | None) -> dict[str, Any] | None:
    """Return the first step that somebody must retry, and how many there are."""
    rows = [row for row in table.rows if row.failed] if table else []
    if not rows:
        return None
    return {
        "step": rows[0].failed,
        "name": rows[0].name,
        "count": len(rows),
        "all": table.done[1] if table else 0,
    }


def _soon(table: Table | None) -> bool:
    """Whether a step will go on by itself."""
    if table is None or table.plan.status != PlanStatus.APPROVED:
        return False
    return any(step.status == JobStatus.RUNNING for row in table.rows for step in row.steps)


def current_plan(case: Case) -> Plan | None:
    """Return the live plan, else the last one."""
    plans = case.plans.select_related("approval__proposed_by", "approval__decided_by", "made_by").defer(
        "document"
    )
    found = list(plans[:5])
    return next((plan for plan in found if plan.status in LIVE_PLANS), found[0] if found else None)


def current_table(case: Case) -> Table | None:
    """Return the table of the current plan, or None when there is no plan yet."""
    plan = current_plan(case)
    return plan_table.table_of(plan) if plan else None


def _line(event: CaseEvent) -> dict[str, Any]:
    kind = event.kind.lower()
    sign, tone = next(((s, t) for start, s, t in SIGNS if start in kind), ("info", ""))
    who = str(event.actor) if event.actor else str(event.get_actor_kind_display())
    at = timezone.localtime(event.at)
    return {
        "what": event.shown("what"), "note": told(event.shown("note")), "icon": sign, "tone": tone,
        "when": date_format(at, "j M Y, H:i"), "who": who,
    }  # fmt: skip


def _letters(case: Case, user: AbstractBaseUser) -> Iterable[Letter]:
    if not (isinstance(user, User) and user.has_perm("correspondence.view_letter")):
        return []
    return (
        Letter.objects.filter(case_id=case.pk).select_related("written_by").order_by("-created_at")[:LETTERS]
    )


def _threads(case: Case, user: User) -> Iterable[Thread]:
    """Return the threads about a case, for the links to them."""
    if not user.has_perm("correspondence.view_thread"):
        return []
    return list(Thread.objects.of_case(case.pk).order_by("opened_at")[:RELATED])


def packages(case: Case) -> list[Package]:
    """Return the packages of a case, newest first, with the last attempts to fetch them."""
    rows = case.packages.select_related("reviewed_by", "released_by").prefetch_related("downloads__user")
    return list(rows.defer("key"))


def live_package(case: Case) -> Package | None:
    """Return the newest package that is made, reviewed or released."""
    statuses = [
        PackageStatus.BUILDING, PackageStatus.REVIEW, PackageStatus.RELEASED, PackageStatus.EXPIRED,
    ]  # fmt: skip
    found = case.packages.filter(status__in=statuses).select_related("plan").defer("key")
    return found.first()


def open_tasks(case: Case) -> list[Any]:
    """Return the manual tasks of the case that are still to be done."""
    from dsar.models import ManualTask

    return list(ManualTask.objects.filter(step__case=case, done_at=None).select_related("step__system"))


def url_or_nothing(name: str, *args: Any) -> str:
    """Return the address of a page, or nothing when there is no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
