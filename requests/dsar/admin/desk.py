"""The shell of the staff desk: navigation with live counts, the find box, the work queue as first page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Figure, figure_sources, figures_of
from accounts.models import DataSubject, Identity, Seal, User
from correspondence.admin import authorities
from correspondence.models import Letter
from dsar.admin import incident_queue, lists, queue, registers, simulator
from dsar.admin.governance import figures
from dsar.models import Case
from retention.admin import coverage, why
from retention.admin import figures as retention_figures

FOUND = 20


@dataclass(frozen=True)
class Area:
    """One line of the navigation: shown when its page exists and the user may see it."""

    key: str
    label: Any
    icon: str
    model: str = ""
    permission: str = ""
    figure: str = ""
    counts: Any = ""
    urgent: bool = False
    page: str = ""
    inside: str = ""


_QUEUE = Area("queue", _l("Work queue"), "queue", "", "", "attention", _l("need attention"), True)
_CASES = Area("cases", _l("Cases"), "cases", "dsar_case", "dsar.view_case", "open", _l("open"))
_TASKS = Area("tasks", _l("Tasks"), "hand", "dsar_manualtask", "dsar.view_manualtask", "tasks", _l("to do"))
_MAIL = Area(
    "mail", _l("Correspondence"), "mail", "correspondence_thread", "correspondence.view_thread", "triage",
    _l("messages not classified"), True, inside="/staff/correspondence/",
)  # fmt: skip

# Who looks after systems sees the mailboxes alone; everybody else finds them inside the correspondence.
_BOXES = Area(
    "boxes", _l("Mailboxes"), "mail", "correspondence_mailbox", "platforms.change_system", "mailboxes",
    _l("fail"), True,
)  # fmt: skip
_CLOCK = Area("clock", _l("Deadline simulator"), "clock", permission="dsar.view_case", page="clock")
_AUTHORITIES = Area(
    "authorities", _l("Authorities"), "flag", "correspondence_authority", "correspondence.view_letter"
)
_PEOPLE = Area("people", _l("People"), "people", "accounts_datasubject", "accounts.view_datasubject")
_SYSTEMS = Area(
    "systems", _l("Systems"), "inventory", "platforms_system", "platforms.view_system", "systems",
    _l("failed their check"), True,
)  # fmt: skip
_PLATFORMS = Area(
    "platforms", _l("Platforms"), "platforms", "platforms_registryentry", "platforms.view_registryentry"
)
_CONNECTIONS = Area(
    "connections", _l("Connections"), "link", "platforms_connection", "platforms.view_connection"
)
_PROCESSORS = Area("processors", _l("Processors"), "send", "platforms_processor", "platforms.view_processor")
_RECORD = Area(
    "record", _l("Record of processing"), "inventory", "retention_inventoryversion",
    "retention.view_inventoryversion",
)  # fmt: skip
_DECISIONS = Area(
    "decisions", _l("Decisions"), "hand", "dsar_decision", "dsar.view_decision", "rulings",
    _l("wait for you"), True,
)  # fmt: skip
_REPRESENTATIVES = Area(
    "representatives", _l("Representatives"), "people", "dsar_representative", "dsar.view_representative",
    "mandates", _l("to be checked"),
)  # fmt: skip
_RECIPIENTS = Area(
    "recipients", _l("Recipients"), "send", "dsar_recipientnotice", "dsar.view_recipientnotice", "notices",
    _l("not told"),
)  # fmt: skip
_CALLBACKS = Area(
    "callbacks", _l("Callbacks"), "download", "platforms_callbackreceipt", "platforms.view_callbackreceipt",
    "callbacks", _l("need attention"), True,
)  # fmt: skip
_KEPT = Area("kept", _l("Kept data"), "lock", "dsar_keptitem", "dsar.view_keptitem", "kept", _l("due"), True)
_ENDS = Area(
    "ends", _l("Disconnections"), "unlink", "platforms_disconnection", "platforms.view_disconnection",
    "ends_by_hand", _l("wait for a person"),
)  # fmt: skip
_INCIDENTS = Area(
    "incidents", _l("Incidents"), "alert", "dsar_incident", "dsar.view_incident", "incidents",
    _l("wait for their authority"), True,
)  # fmt: skip
_REGISTERS = Area("registers", _l("Registers"), "retention", "dsar_register", "dsar.view_registers")
_AUDIT = Area("audit", _l("Audit"), "audit", "accounts_auditevent", "accounts.view_auditevent")
_STAFF = Area("staff", _l("Staff"), "key", "accounts_user", "accounts.view_user")
_FINDINGS = Area(
    "findings", _l("Findings"), "search", "platforms_finding", "platforms.view_finding", "findings",
    _l("to be mended"), True,
)  # fmt: skip
_AGES = Area("ages", _l("Ages of data"), "clock", "platforms_storedage", "platforms.view_storedage")
_GATE = Area("gate", _l("Gate"), "lock", "platforms_gatedecision", "platforms.view_gatedecision")
_REVIEWS = Area("reviews", _l("Legal reviews"), "eye", "platforms_legalreview", "platforms.view_legalreview")
_BACKUPS = Area("backups", _l("Backup sets"), "clock", "retention_backupset", "retention.view_backupset")
_SWEEPS = Area(
    "sweeps", _l("Sweeps"), "retention", "retention_sweep", "retention.view_sweep", "sweeps",
    _l("wait for approval"), True,
)  # fmt: skip
_HOLDS = Area(
    "holds",
    _l("Data holds"),
    "lock",
    "retention_hold",
    "retention.view_hold",
    "holds_due",
    _l("to be reviewed"),
    True,
)
_COVERAGE = Area(
    "coverage", _l("Limits"), "promise", permission="retention.view_sweep", page="retention_coverage"
)
_WHY = Area("why", _l("Why still here?"), "search", permission="retention.view_sweep", page="retention_why")
AREAS: list[tuple[Any, list[Area]]] = [
    ("", [_QUEUE]),
    (_l("Requests"), [_CASES, _TASKS, _DECISIONS, _REPRESENTATIVES, _MAIL, _PEOPLE, _CLOCK]),
    (_l("Data"), [_SYSTEMS, _PROCESSORS, _BOXES, _RECIPIENTS, _KEPT]),
    (_l("Retention"), [_SWEEPS, _HOLDS, _COVERAGE, _WHY, _BACKUPS]),
    (
        _l("Platforms"),
        [_PLATFORMS, _CONNECTIONS, _ENDS, _CALLBACKS, _FINDINGS, _AGES, _GATE, _REVIEWS],
    ),
    (_l("Accountability"), [_INCIDENTS, _RECORD, _REGISTERS, _AUTHORITIES, _AUDIT, _STAFF]),
]


def _url(area: Area) -> str:
    try:
        if area.page:
            return reverse(f"admin:{area.page}")
        return reverse(f"admin:{area.model}_changelist" if area.model else "admin:index")
    except NoReverseMatch:
        return ""


def _entry(request: HttpRequest, area: Area) -> dict[str, Any] | None:
    assert isinstance(request.user, User)
    url = _url(area)
    if not url or (area.permission and not request.user.has_perm(area.permission)):
        return None
    here = request.path == url if area.key == "queue" else request.path.startswith(area.inside or url)
    return {"area": area, "url": url, "current": here, "figure": _count(request, area)}


def _count(request: HttpRequest, area: Area) -> Figure:
    try:
        return figures_of(request)[area.figure]
    except KeyError:
        return Figure(0)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the groups of the sidebar, without areas that do not exist or may not be seen."""
    groups = []
    for label, areas in AREAS:
        entries = [entry for area in areas if (entry := _entry(request, area))]
        if entries:
            groups.append({"label": label, "items": entries})
    return groups


def sealed_at() -> datetime | None:
    """Return when the audit trail was last sealed; one statement."""
    return Seal.objects.order_by("-number").values_list("sealed_at", flat=True).first()


def _role(user: User) -> str:
    return ", ".join(str(role.label) for role in user.roles) or _("Staff without a role")


def context(request: HttpRequest) -> dict[str, Any]:
    """Return what every staff page needs; counted and read only when the page is drawn."""
    user = request.user
    if not (isinstance(user, User) and user.is_staff):
        return {}
    return {
        "nav": SimpleLazyObject(lambda: navigation(request)),
        "sealed_at": SimpleLazyObject(sealed_at),
        "staff_role": SimpleLazyObject(lambda: _role(user)),
        "may_find": user.has_perm("dsar.view_case") or user.has_perm("accounts.find_person"),
    }


def urls(site: AdminSite) -> list[URLPattern]:
    """Return the addresses of the desk that belong to no model."""
    return [
        path("find/", site.admin_view(lambda request: find(request, site)), name="find"),
        path("clock/", site.admin_view(lambda request: simulator.view(request, site)), name="clock"),
        *authorities.urls(site),
        *registers.urls(site),
        *why.urls(site),
        *coverage.urls(site),
    ]


def index(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Show the work queue."""
    context_ = {**site.each_context(request), "title": site.index_title, **queue.context(request),
                **incident_queue.context(request)}  # fmt: skip
    return TemplateResponse(request, "admin/index.html", context_)


def find(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Find by complete reference (goes straight to the case) or complete e-mail address."""
    assert isinstance(request.user, User)
    text = request.GET.get("q", "").strip()[:254]
    case = _case(request.user, text)
    if case:
        return HttpResponseRedirect(reverse("admin:dsar_case_change", args=[case.pk]))
    found = _found(request.user, text) if "@" in text else {}
    context_ = {**site.each_context(request), "title": _("Find"), "query": text, **found}
    return TemplateResponse(request, "admin/find.html", context_)


def _case(user: User, text: str) -> Case | None:
    if not text or "@" in text:
        return None
    return Case.objects.visible_to(user).filter(reference=lists.tidy_reference(text)).first()


def _found(user: User, email: str) -> dict[str, Any]:
    """Return people, cases and letters of an e-mail address, each only when the user may see such things."""
    subjects = list(
        Identity.objects.matching(key="email", value=email).values_list("subject_id", flat=True)[:FOUND]
    )
    may = user.has_perm
    people = DataSubject.objects.filter(pk__in=subjects) if may("accounts.view_datasubject") else []
    cases = Case.objects.visible_to(user).filter(subject_id__in=subjects).order_by("-received_at")[:FOUND]
    letters = Letter.objects.filter(subject_person_id__in=subjects).order_by("-created_at")[:FOUND]
    return {
        "people": people,
        "cases": cases.select_related("subject"),
        "letters": letters if may("correspondence.view_letter") else [],
        "people_page": _url(Area("", "", "", "accounts_datasubject")),
    }


figure_sources.append(queue.shell_figures)
figure_sources.append(figures.shell_figures)
figure_sources.append(incident_queue.shell_figures)
figure_sources.append(retention_figures.shell_figures)
