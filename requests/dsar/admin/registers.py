"""Registers in the staff desk: the overview, one register as a table, its exports, the quarterly report."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.services.audit import Actor
from accounts.services.stepup import step_up_required
from dsar.admin import register_table
from dsar.models import Case, Incident
from dsar.rules.transitions import NotAllowed
from dsar.services import registers
from dsar.services.registers import catalogue, exporting, paging, report
from dsar.services.registers.base import AsOf, Chosen, Register, now_or
from dsar.services.registers.showing import figure

CHUNK = 64 * 1024


def urls(site: AdminSite) -> list[URLPattern]:
    """Return the addresses of the registers."""

    def of(view: Any) -> Any:
        return site.admin_view(lambda request, **kwargs: view(request, site, **kwargs))

    return [
        path("registers/", of(overview), name="dsar_register_changelist"),
        path("registers/report/", of(report_page), name="dsar_report"),
        path("registers/report/pdf/", site.admin_view(step_up_required(report_pdf)), name="dsar_report_pdf"),
        path("registers/<slug:key>/", of(table), name="dsar_register"),
        path(
            "registers/<slug:key>/<slug:form>/",
            site.admin_view(step_up_required(export)),
            name="dsar_register_export",
        ),
    ]


def _user(request: HttpRequest, permission: str = "dsar.view_registers") -> User:
    assert isinstance(request.user, User)
    if not (request.user.has_perm("dsar.view_registers") and request.user.has_perm(permission)):
        raise PermissionDenied
    return request.user


def _register(request: HttpRequest, key: str) -> Register:
    user, found = _user(request), registers.BY_KEY.get(key)
    if found is None:
        raise Http404
    if not user.has_perm(found.permission):
        raise PermissionDenied
    return found


def _moment(request: HttpRequest) -> tuple[AsOf, str]:
    """Return the moment asked for and nothing, or now and why the one asked for is refused."""
    given = request.POST if request.method == "POST" else request.GET
    now = timezone.now()
    try:
        return now_or(given.get("as_of", ""), now=now), ""
    except NotAllowed as refused:
        return registers.as_of(None, now=now), str(refused)


def _chosen(register: Register, given: Any) -> Chosen:
    """Return the filters of an address; what is no year is none."""
    year = given.get("year", "")
    codes = {one.name: given[one.name] for one in register.filters if given.get(one.name)}
    return Chosen(int(year) if year.isdecimal() and len(year) == 4 else None, codes)


def overview(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Show every register with its rows as of a day."""
    user = _user(request)
    moment, refused = _moment(request)
    suffix = f"?as_of={moment.on.isoformat()}" if request.GET.get("as_of") and not refused else ""
    cards = [
        {"register": one, "n": figure(one.count(moment)),
         "url": reverse("admin:dsar_register", args=[one.key]) + suffix}
        for one in catalogue.visible(user.get_all_permissions())
    ]  # fmt: skip
    context = {
        **site.each_context(request),
        "title": _("Registers"), "cards": cards, "moment": moment, "refused": refused,
        "asked": request.GET.get("as_of", ""), "report_url": reverse("admin:dsar_report") + suffix,
        "exports_url": reverse("admin:dsar_registerexport_changelist")
        if user.has_perm("dsar.view_registerexport") else "",
    }  # fmt: skip
    return TemplateResponse(
        request, "admin/dsar/register/overview.html", context, status=422 if refused else 200
    )


def table(request: HttpRequest, site: AdminSite, key: str) -> HttpResponse:
    """Show one register as of a day, filtered, a page at a time."""
    register = _register(request, key)
    moment, refused = _moment(request)
    chosen = _chosen(register, request.GET)
    page, totals = None, []
    if not refused:
        try:
            page = paging.page(register, moment, chosen, request.GET.get("after", ""))
            totals = register.totals_of(moment, chosen)
        except NotAllowed as fault:
            refused = str(fault)
    context = {
        **site.each_context(request),
        **register_table.context(register, moment, chosen, page, _link(request)),
        "title": register.title, "register": register, "moment": moment, "refused": refused,
        "asked": request.GET.get("as_of", ""), "totals": [(one.label, figure(one.value)) for one in totals],
        "next_url": _next(request, page), "first_url": _first(request, page),
        "forms": _forms(request, register) if page else (),
    }  # fmt: skip
    return TemplateResponse(
        request, "admin/dsar/register/table.html", context, status=422 if refused else 200
    )


def _forms(request: HttpRequest, register: Register) -> Sequence[tuple[str, str]]:
    if not request.user.has_perm("dsar.export_registers"):
        return ()
    return [
        (form.upper(), reverse("admin:dsar_register_export", args=[register.key, form]))
        for form in exporting.forms_of(register)
    ]


def _next(request: HttpRequest, page: paging.Page | None) -> str:
    return _address(request, page.after) if page and page.after else ""


def _first(request: HttpRequest, page: paging.Page | None) -> str:
    return _address(request, "") if page and not page.first else ""


def _address(request: HttpRequest, after: str) -> str:
    """Return this address with another place, filters kept."""
    wanted = request.GET.copy()
    wanted.pop("after", None)
    if after:
        wanted["after"] = after
    return f"?{wanted.urlencode()}"


def _link(request: HttpRequest) -> Any:
    """Return a function that finds the page of a row's case or incident, if this user may see it."""
    cases, incidents = request.user.has_perm("dsar.view_case"), request.user.has_perm("dsar.view_incident")

    def link(row: Any) -> str:
        if isinstance(row, Incident):
            return reverse("admin:dsar_incident_change", args=[row.pk]) if incidents else ""
        case = row.pk if isinstance(row, Case) else register_table.case_of(row)
        return reverse("admin:dsar_case_change", args=[case]) if cases and case else ""

    return link


def export(request: HttpRequest, key: str, form: str) -> HttpResponseBase:
    """Send a register as a file. POST alone: the export is recorded and signed."""
    _user(request, "dsar.export_registers")
    return _export(request, key=key, form=form)


@require_POST
def _export(request: HttpRequest, *, key: str, form: str) -> HttpResponseBase:
    register, user = _register(request, key), _user(request)
    if form not in exporting.forms_of(register):
        raise Http404
    back = reverse("admin:dsar_register", args=[key])
    moment, refused = _moment(request)
    if refused:
        return redirect(f"{back}?{urlencode({'as_of': request.POST.get('as_of', '')})}")
    chosen = _chosen(register, request.POST)
    try:
        made = exporting.export(
            register=register, form=form, moment=moment, chosen=chosen, actor=Actor.of(user),
            now=timezone.now(),
        )  # fmt: skip
    except NotAllowed as fault:
        return register_table.refuse(request, str(fault), back)
    return download(made)


def download(made: exporting.Exported) -> StreamingHttpResponse:
    """Return a finished file as a download; its signature can be fetched with the list of exports."""
    answer = StreamingHttpResponse(
        iter(lambda: made.file.read(CHUNK), b""), content_type=exporting.TYPES[made.record.form]
    )
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    answer["Content-Length"] = str(made.record.size)
    answer["Cache-Control"] = "no-store"
    return answer


def report_page(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Show the report of the quarter of a day."""
    user = _user(request)
    moment, refused = _moment(request)
    now, before = report.figures(moment.on, now=timezone.now())
    context = {
        **site.each_context(request),
        "title": _("Quarterly report"), "quarter": now.quarter, "moment": moment, "now": now,
        "before": before,
        "refused": refused, "asked": request.GET.get("as_of", ""),
        "findings": report.findings(now, before), "lines": report.comparison(now, before),
        "charts": report.charts(now), "may_export": user.has_perm("dsar.export_registers"),
        "earlier": now.quarter.before.last.isoformat(), "later": _later(now.quarter, moment.on),
    }  # fmt: skip
    return TemplateResponse(
        request, "admin/dsar/register/report.html", context, status=422 if refused else 200
    )


def _later(quarter: report.Quarter, shown: date) -> str:
    """Return the last day of the next quarter that has begun, or nothing."""
    this = registers.as_of(None, now=timezone.now()).on
    if quarter.after.first > this:
        return this.isoformat() if shown < this else ""
    return min(quarter.after.last, this).isoformat()


def report_pdf(request: HttpRequest) -> HttpResponseBase:
    """Send the report as PDF. POST alone: the export is recorded and signed."""
    _user(request, "dsar.export_registers")
    return _report_pdf(request)


@require_POST
def _report_pdf(request: HttpRequest) -> HttpResponseBase:
    user, (moment, refused) = _user(request), _moment(request)
    if refused:
        return redirect(f"{reverse('admin:dsar_report')}?{urlencode({'as_of': request.POST['as_of']})}")
    return download(report.export(day=moment.on, actor=Actor.of(user), now=timezone.now()))
