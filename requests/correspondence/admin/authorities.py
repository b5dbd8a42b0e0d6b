"""The register of supervisory authorities in the staff desk: read, searched, never changed here."""

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from correspondence.services import authorities


def urls(site: AdminSite) -> list[URLPattern]:
    """Return the address of the register."""

    def view(request: HttpRequest) -> HttpResponse:
        return listing(request, site)

    return [path("authorities/", site.admin_view(view), name="correspondence_authority_changelist")]


def listing(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Show the authorities that fit a search: name, country, region or website."""
    if not request.user.has_perm("correspondence.view_letter"):
        raise PermissionDenied
    text = request.GET.get("q", "").strip()[:100]
    found = authorities.search(text)
    context = {
        **site.each_context(request), "title": _("Supervisory authorities"), "query": text, "found": found,
        "total": len(authorities.register()),
    }  # fmt: skip
    return TemplateResponse(request, "admin/correspondence/authorities.html", context)
