"""The work queue, first page of the staff: what can hurt, who we wait for, what only I can do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncWeek
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin_base import Figure, figures_of
from accounts.models import User
from config.jobs import JobStatus
from correspondence.enums import Dispatch, Stage
from correspondence.models import Letter, Mailbox, Message
from dsar.admin import lists, words
from dsar.admin.governance import figures
from dsar.enums import CaseStatus, PlanStatus
from dsar.models import Case, HolidayCalendar, ManualTask, Plan
from platforms.models import Finding, System
from retention.admin import figures as retention_figures

WEEKS = 12
# To be done, not broken.
SOFT = frozenset(
    [
        "review",
        "trouble:extend",
        "calendars",
        "mandates",
        "notices",
        "overrides",
        "triage",
        "to_approve",
        "to_post",
        "sweeps",
        "holds_due",
        "releases",
    ]
)
DEADLINES = 10
APPROVALS = 5
WIDTH, HEIGHT, LEFT, TOP = 300, 122, 22, 12
BASE = 100


def shell_figures(request: HttpRequest) -> dict[str, Any]:
    """Return what the navigation counts, on every page."""
    user = request.user
    if not (isinstance(user, User) and user.is_staff):
        return {}
    asked: dict[str, Any] = {}
    if user.has_perm("dsar.view_case"):
        cases = Case.objects.all()
        asked |= {"open": cases.open(), "attention": cases.needs_attention()}
    if user.has_perm("dsar.view_manualtask"):
        asked["tasks"] = ManualTask.objects.filter(done_at=None)
    if user.has_perm("correspondence.view_letter"):
        asked["letters"] = Letter.objects.filter(status=JobStatus.ATTENTION)
    if user.has_perm("correspondence.view_message"):
        asked["triage"] = Message.objects.triage()
    if user.has_perm("correspondence.view_mailbox"):
        asked["mailboxes"] = Mailbox.objects.filter(failures__gt=0)
    if user.has_perm("platforms.view_system"):
        asked["systems"] = System.objects.filter(enabled=True).exclude(check_error="")
    if user.has_perm("platforms.view_finding"):
        asked["findings"] = Finding.objects.waiting(timezone.localdate())
    return asked


def _case_figures(user: User, today: date) -> dict[str, Any]:
    cases = Case.objects.all()
    asked: dict[str, Any] = {"unverified": cases.unverified()}
    asked |= {f"due:{which}": lists.due(cases, which, today) for which in ("overdue", "today", "3", "7")}
    asked |= {f"waiting:{who}": lists.waiting_on(cases, who, user) for who in lists.WAITING}
    asked |= {
        f"trouble:{kind}": lists.trouble(cases, kind)
        for kind in ("step", "run", "extend", "unconfirmed", "missed")
    }
    asked |= {"review": cases.filter(status=CaseStatus.REVIEW)}
    if user.has_perm("dsar.view_holidaycalendar"):
        asked["calendars"] = HolidayCalendar.objects.ending(today)
    if user.has_perm("dsar.approve_case"):
        asked["approval"] = cases.awaiting_approval_of(user)
        asked["restrictions"] = cases.with_restriction_to_review(today)
    return asked | _letter_figures(user)


def _letter_figures(user: User) -> dict[str, Any]:
    """Return the letters that wait for this person: to be approved, to be posted."""
    asked: dict[str, Any] = {}
    if user.has_perm("correspondence.approve_letter"):
        waiting = Letter.objects.filter(stage=Stage.APPROVAL)
        asked["to_approve"] = waiting.exclude(submitted_by=user).exclude(written_by=user)
    if user.has_perm("correspondence.change_letter"):
        asked["to_post"] = Letter.objects.filter(stage=Stage.FINAL, dispatch=Dispatch.POST, sent_at=None)
    return asked


def context(request: HttpRequest) -> dict[str, Any]:
    """Return everything the page shows; at most 12 statements."""
    user, today = request.user, timezone.localdate()
    assert isinstance(user, User)
    if not user.has_perm("dsar.view_case"):
        return {"handles_cases": False, "today": today}
    for name, rows in _case_figures(user, today).items():
        figures_of(request).ask(name, rows)
    return {
        "handles_cases": True,
        "today": today,
        "lead": _lead(request),
        "tiles": list(_tiles(request, today)),
        "attention": list(_attention(request)),
        "may_approve": user.has_perm("dsar.approve_case"),
        "approvals": [*_approvals(user), *figures.approvals(user)],
        "approval_figure": _figure(request, "approval"),
        "waiting": list(_waiting(request)),
        "open_figure": _figure(request, "open"),
        "deadlines": _deadlines(today),
        "chart": chart(weeks(today)),
    }


def _figure(request: HttpRequest, name: str) -> Figure:
    try:
        return figures_of(request)[name]
    except KeyError:
        return Figure(0)


def _cases(query: str) -> str:
    return f"{reverse('admin:dsar_case_changelist')}?{query}"


def _lead(request: HttpRequest) -> str:
    """Return one sentence on what is late, due today and waiting for this person."""
    late, today, approvals = (_figure(request, n) for n in ("due:overdue", "due:today", "approval"))
    if late.n is None or today.n is None:
        return _("The cases could not be counted. The list below is complete.")
    said = []
    if late.n:
        said.append(ngettext("%(n)s answer is late.", "%(n)s answers are late.", late.n) % {"n": late})
    if today.n:
        said.append(ngettext("%(n)s is due today.", "%(n)s are due today.", today.n) % {"n": today})
    if not said:
        said.append(_("No answer is late or due today."))
    if approvals.n:
        text = ngettext("%(n)s approval waits for you.", "%(n)s approvals wait for you.", approvals.n)
        said.append(text % {"n": approvals})
    return " ".join(said)


def _tiles(request: HttpRequest, today: date) -> Iterable[dict[str, Any]]:
    """Yield the counts that need an eye; a tone only if the count is bad."""
    rows = [
        ("due:overdue", _("Overdue"), _("answer date has passed"), "view=open&due=overdue", "danger"),
        ("due:today", _("Due today"), date_format(today, "D j M"), "view=open&due=today", "danger"),
        ("due:3", _("In 3 days"), _until(today, 3), "view=open&due=3", "warn"),
        ("due:7", _("In 7 days"), _until(today, 7), "view=open&due=7", ""),
        ("unverified", _("Unverified"), _("identity not confirmed"), "view=unverified", ""),
        (
            "attention",
            _("Needs attention"),
            _("something failed"),
            "view=open&status__exact=attention",
            "danger",
        ),
    ]
    for name, label, note, query, bad in rows:
        found = _figure(request, name)
        tone = "unknown" if found.n is None else bad if found.n else ""
        yield {"figure": found, "label": label, "note": note, "url": _cases(query), "tone": tone}


def _until(today: date, days: int) -> str:
    return _("by %(date)s") % {"date": date_format(today + timedelta(days=days), "D j M")}


def _attention(request: HttpRequest) -> Iterable[dict[str, Any]]:
    """Yield what is broken; a kind that counts 0 is left out, one that could not be counted is not."""
    letters = reverse("admin:correspondence_letter_changelist")
    systems = reverse("admin:platforms_system_changelist")
    holidays = f"{reverse('admin:dsar_holidaycalendar_changelist')}?view=ending"
    mail = reverse("admin:correspondence_message_changelist")
    boxes = reverse("admin:correspondence_mailbox_changelist")
    found_at = reverse("admin:platforms_finding_changelist")
    rows = [
        ("triage", "mail", _("Unclassified mail"), _oldest(request), mail),
        ("mailboxes", "unlink", _("Mailboxes that fail"), _("mail may be late"), boxes),
        ("trouble:step", "refresh", _("A step failed"), _("in these cases"), _cases("trouble=step")),
        ("trouble:run", "alert", _("A run failed"), _("in the background"), _cases("trouble=run")),
        ("trouble:extend", "clock", _("Longer time"), _("tell within 3 days"), _cases("trouble=extend")),
        ("trouble:missed", "alert", _("Not acknowledged in time"), _("receipt"), _cases("trouble=missed")),
        ("trouble:unconfirmed", "mail", _("Not confirmed"), _("receipt"), _cases("trouble=unconfirmed")),
        ("restrictions", "pause", _("Restrictions"), _("to be looked at again"), _cases("view=restrictions")),
        ("calendars", "keep", _("Holidays end soon"), _("run manage.py load_calendars"), holidays),
        ("letters", "mail", _("Letters not sent"), _("after several tries"), f"{letters}?view=failed"),
        ("to_approve", "hand", _("Letters for approval"), _("by you"), f"{letters}?view=approval"),
        ("to_post", "print", _("Letters to post"), _("final, not posted yet"), f"{letters}?view=post"),
        ("systems", "unlink", _("Systems that failed"), _("their last check"), f"{systems}?view=failing"),
        ("findings", "search", _("Findings at platforms"), _("to be mended"), f"{found_at}?view=open"),
        ("review", "eye", _("Packages to review"), _("before they go out"), _cases("status__exact=review")),
        *figures.attention_rows(),
        *retention_figures.attention_rows(),
    ]  # fmt: skip
    for name, sign, label, note, url in rows:
        found = _figure(request, name)
        if found:
            tone = "unknown" if found.n is None else "warn" if name in SOFT else "danger"
            yield {"figure": found, "icon": sign, "label": label, "note": note, "url": url, "tone": tone}


def _oldest(request: HttpRequest) -> str:
    """Return since when the oldest message waits; one statement, and none when nothing waits."""
    if not _figure(request, "triage").n:
        return ""
    at = Message.objects.triage().order_by("received_at").values_list("received_at", flat=True).first()
    return _("oldest of %(date)s") % {"date": date_format(timezone.localtime(at), "D j M")} if at else ""


def _approvals(user: User) -> list[dict[str, Any]]:
    """Return the plans that this person may decide, oldest first."""
    if not user.has_perm("dsar.approve_case"):
        return []
    waiting = (
        Plan.objects.filter(status=PlanStatus.PROPOSED, case__status=CaseStatus.APPROVAL)
        .exclude(approval__proposed_by=user)
        .select_related("case__subject", "approval__proposed_by")
        .defer("document", "summary")
        .order_by("approval__proposed_at")[:APPROVALS]
    )
    return [
        {
            "case": plan.case, "by": plan.approval.proposed_by, "at": plan.approval.proposed_at,
            "what": plan.case.get_right_display(), "url": reverse("admin:dsar_case_decide",
                args=[plan.case_id]),
        }
        for plan in waiting
    ]  # fmt: skip


def _waiting(request: HttpRequest) -> Iterable[dict[str, Any]]:
    """Yield who has to move next, with the number of open cases; the rows add up to all open cases."""
    signs = {
        "person": ("person", _("to prove who they are")),
        "system": ("platforms", _("to answer or to be done by hand")),
        "colleague": ("people", _("who took the case")),
        "nobody": ("hand", _("take one")),
        "me": ("star", _("my cases")),
        "portal": ("play", _("nothing to do")),
    }
    for who, label in lists.WAITING.items():
        sign, note = signs[who]
        found = _figure(request, f"waiting:{who}")
        yield {
            "figure": found, "icon": sign, "label": label, "note": note,
            "url": _cases(f"view=open&waiting={who}"),
        }  # fmt: skip


def _deadlines(today: date) -> list[dict[str, Any]]:
    rows = Case.objects.open().order_by("due_on", "number").select_related("subject", "assignee")[:DEADLINES]
    return [{"case": case, "due": words.due_of(case, today)} for case in rows]


@dataclass(frozen=True)
class Week:
    """How many cases came and how many were closed in the week from `monday`."""

    monday: date
    received: int
    closed: int


def weeks(today: date) -> list[Week]:
    """Return the last WEEKS weeks, this one included; two statements."""
    this = today - timedelta(days=today.weekday())
    mondays = [this - timedelta(weeks=n) for n in range(WEEKS - 1, -1, -1)]
    since = timezone.make_aware(datetime.combine(mondays[0], time.min))
    ended = Case.objects.filter(status=CaseStatus.CLOSED)
    received, closed = _by_week(Case.objects.all(), "received_at", since), _by_week(ended, "closed_at", since)
    return [Week(monday, received.get(monday, 0), closed.get(monday, 0)) for monday in mondays]


def _by_week(cases: QuerySet[Case], column: str, since: datetime) -> dict[date, int]:
    rows = cases.filter(**{f"{column}__gte": since}).order_by()
    counted = rows.annotate(week=TruncWeek(column)).values_list("week").annotate(n=Count("*"))
    return {timezone.localdate(week): n for week, n in counted}


def chart(rows: list[Week]) -> dict[str, Any]:
    """Return the drawing of the weeks: every figure an attribute, nothing styled."""
    top = _round_up(max((max(row.received, row.closed) for row in rows), default=0))
    slot = (WIDTH - LEFT) / max(len(rows), 1)
    bar = slot * 0.38
    drawn = [_bar(row, LEFT + slot * i, bar, top, i) for i, row in enumerate(rows)]
    grid = [{"v": v, "y": _y(v, top), "ty": _y(v, top) + 4} for v in dict.fromkeys((0, top // 2, top))]
    return {
        "w": WIDTH, "h": HEIGHT, "bw": f"{bar:.1f}", "ty": HEIGHT - 4, "bars": drawn, "grid": grid,
        "summary": _summary(sum(r.received for r in rows), sum(r.closed for r in rows)),
    }  # fmt: skip


def _round_up(value: int) -> int:
    """Return the next even figure for the top of the scale, at least 2."""
    step = 2
    while value > step * 4:
        step *= 2
    return max(2, -(-value // step) * step)


def _y(value: int, top: int) -> int:
    return round(BASE - (BASE - TOP) * value / top)


def _bar(row: Week, x: float, width: float, top: int, index: int) -> dict[str, Any]:
    received, closed = _y(row.received, top), _y(row.closed, top)
    return {
        "x": f"{x:.1f}", "x2": f"{x + width + 1:.1f}", "cx": f"{x + width:.1f}", "y1": received, "y2": closed,
        "h1": BASE - received, "h2": BASE - closed, "a": row.received, "b": row.closed,
        "label": date_format(row.monday, "j M"), "tick": index % 3 == 0,
    }  # fmt: skip


def _summary(received: int, closed: int) -> str:
    text = _("%(received)s received and %(closed)s closed in %(weeks)s weeks.")
    said = text % {"received": received, "closed": closed, "weeks": WEEKS}
    if received == closed:
        return said
    gap = abs(received - closed)
    more = ngettext("%(n)s more came than went.", "%(n)s more came than went.", gap)
    fewer = ngettext("%(n)s more went than came.", "%(n)s more went than came.", gap)
    return f"{said} {(more if received > closed else fewer) % {'n': gap}}"
