"""The page of the data-flow picture, and its files."""

from functools import partial
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from platforms.rules import flows as rules
from platforms.services import flows

KINDS = {"svg": "image/svg+xml", "pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}
PAGES = {"system": "platforms_system", "processor": "platforms_processor"}


def urls(site: AdminSite) -> list[URLPattern]:
    """Return the addresses of the picture."""
    return [
        path("flows/", site.admin_view(partial(page, site)), name="platforms_flows"),
        path("flows/<slug:form>/", site.admin_view(export), name="platforms_flows_file"),
    ]


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm("platforms.view_processor"):
        raise PermissionDenied


def _links(request: HttpRequest) -> dict[str, Any]:
    """Return where the pages of nodes begin, for the kinds that this user may open."""
    return {
        kind: reverse(f"admin:{name}_changelist")
        for kind, name in PAGES.items()
        if request.user.has_perm(f"platforms.view_{kind}")
    }


def page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Show the picture, wide and stacked, with its table."""
    _check(request)
    made = flows.graph()
    context = {
        **site.each_context(request),
        "title": _("Where personal data go"), "graph": made, "summary": flows.summary(made),
        "pictures": [("wide", rules.wide(made, flows.heads())), ("stacked", rules.stacked(made))],
        "links": _links(request), "forms": list(KINDS),
    }  # fmt: skip
    return TemplateResponse(request, "admin/platforms/flows.html", context)


def export(request: HttpRequest, form: str) -> HttpResponse:
    """Give the picture as SVG or PDF, or its table as CSV, as a file."""
    _check(request)
    if form not in KINDS:
        raise Http404
    now = timezone.now()
    made: Any = {"svg": flows.svg, "pdf": lambda: flows.paper(now=now), "csv": flows.flows_csv}[form]()
    name = f"data-flows-{timezone.localdate().isoformat()}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(made, content_type=KINDS[form], headers=headers)
