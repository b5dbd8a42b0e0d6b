"""Platforms and processors at the desk: what is known, until when data go, what the company decided."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import ActsMixin, ReadOnlyAdmin
from config.profile import written_profile
from platforms import registry
from platforms.admin.registry import forms, overview, sections, words
from platforms.admin.registry.acts import ACTS
from platforms.enums import Confidence
from platforms.models import RegistryEntry, RegistryOverride, TermAcceptance, TermReview
from platforms.services import naming
from platforms.services.registry import RegistryRefused, reading_of


@admin.register(RegistryEntry)
class RegistryEntryAdmin(ActsMixin, ReadOnlyAdmin):
    """All platforms and processors; the page of each; the table of deadlines."""

    list_title = _l("Platforms and processors")
    acts = ACTS
    refusals = (RegistryRefused,)

    def get_urls(self) -> list[URLPattern]:
        """Add the table of all deadlines before the stock catch-all."""
        view = self.admin_site.admin_view(self.deadlines_view)
        return [path("deadlines/", view, name="platforms_deadlines"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show every current entry with its deadlines, last review and open findings."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        lines = overview.lines()
        context = self._context(request, _("Platforms and processors")) | {
            "groups": [
                (_("Platforms"), [one for one in lines if one.entry.kind == "social_platform"]),
                (_("Processors"), [one for one in lines if one.entry.kind != "social_platform"]),
            ],
            "legend": _legend(),
        }
        return TemplateResponse(request, "admin/platforms/registryentry/list.html", context)

    def deadlines_view(self, request: HttpRequest) -> HttpResponse:
        """Show the effective deadline of every platform and trigger."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = self._context(request, _("Deadlines of platform data")) | overview.board()
        return TemplateResponse(
            request, "admin/platforms/registryentry/deadlines.html", context | {"legend": _legend()}
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one entry as it binds; of an old version its text."""
        row = self.get_object(request, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if row is None:
            raise Http404
        context = self._context(request, row.name) | {"row": row, "versions": _versions(row)}
        if row.replaced_at or row.key not in registry.shipped_entries():
            return TemplateResponse(request, "admin/platforms/registryentry/version.html", context)
        context |= self._page(request, row)
        return TemplateResponse(request, "admin/platforms/registryentry/page.html", context)

    def _context(self, request: HttpRequest, title: Any) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "title": title, "opts": self.opts}

    def _page(self, request: HttpRequest, row: RegistryEntry) -> dict[str, Any]:
        entry, profile = registry.current(row.key), written_profile()
        keys = [act.key for act in self.acts if self.may(request, act.key)]
        return {
            "entry": entry,
            "limits": sections.limits(entry, profile),
            "sections": list(sections.of(entry, profile)),
            "reading": reading_of(profile, entry),
            "findings": overview.open_findings(row.key),
            "reviews": TermReview.objects.filter(key=row.key).select_related("made_by")[:20],
            "overrides": [_decided(one) for one in _overrides(row)],
            "accepted": [
                (naming.trigger_of(one.trigger), one)
                for one in TermAcceptance.objects.filter(key=row.key).select_related("made_by")
            ],
            "urls": {key: self.act_url(row, key) for key in keys},
            "legend": _legend(),
        }


def _versions(row: RegistryEntry) -> Any:
    return RegistryEntry.objects.filter(key=row.key).defer("source")


def _overrides(row: RegistryEntry) -> Any:
    return (
        RegistryOverride.objects.filter(key=row.key)
        .select_related("made_by", "ended_by")
        .order_by("-made_at")
    )


def _decided(one: RegistryOverride) -> dict[str, Any]:
    return {
        "row": one,
        "what": forms.path_in_words(one.path),
        "before": forms.value_in_words(one.shipped or None),
        "after": forms.value_in_words(one.value),
    }


def _legend() -> list[tuple[Any, Any]]:
    return [(words.known(one), one.label) for one in Confidence]
