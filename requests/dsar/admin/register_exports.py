"""The exports of registers: who took what, as of when, with its hash; and the signature files."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import ReadOnlyAdmin
from dsar.models import RegisterExport
from dsar.services import registers
from dsar.services.registers import exporting


@admin.register(RegisterExport)
class RegisterExportAdmin(ReadOnlyAdmin):
    """Exports, newest first. The page of one is its signature file."""

    list_display = ("register_", "as_of_", "form_", "rows", "made_", "signature_")
    list_display_links = None
    list_select_related = ("made_by",)
    ordering = ("-made_at", "pk")
    list_title = _l("Exports of the registers")

    def get_urls(self) -> list[URLPattern]:
        """Add the signature file."""
        view = self.admin_site.admin_view(self.signature_view)
        name = "dsar_registerexport_signature"
        return [path("<path:object_id>/signature/", view, name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list."""
        return super().changelist_view(request, {"empty_icon": "download", **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Go to the list: an export has no page of its own."""
        return HttpResponseRedirect(reverse("admin:dsar_registerexport_changelist"))

    def signature_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send the signature file of an export."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        record = self.get_object(request, object_id)
        if not isinstance(record, RegisterExport):
            raise Http404
        answer = HttpResponse(exporting.signature_of(record).as_json(), content_type="application/json")
        name = f"register-{record.register}-{record.as_of:%Y-%m-%d}.{record.form}.signature.json"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    @admin.display(description=_l("Register"))
    def register_(self, record: RegisterExport) -> SafeString:
        """Return the register and the filters."""
        known = registers.BY_KEY.get(record.register)
        filters = ", ".join(f"{name}: {value}" for name, value in record.filters.items())
        return format_html(
            "<span>{}<small>{}</small></span>", known.title if known else record.register, filters
        )

    @admin.display(description=_l("As of"))
    def as_of_(self, record: RegisterExport) -> str:
        """Return the moment that it shows."""
        return f"{record.as_of:%Y-%m-%d %H:%M}"

    @admin.display(description=_l("Form"))
    def form_(self, record: RegisterExport) -> str:
        """Return the kind of file."""
        return record.form.upper()

    @admin.display(description=_l("Made"))
    def made_(self, record: RegisterExport) -> SafeString:
        """Return when and by whom."""
        return format_html(
            "<span>{}<small>{}</small></span>", f"{record.made_at:%Y-%m-%d %H:%M}", record.made_by or ""
        )

    @admin.display(description=_l("Signature"))
    def signature_(self, record: RegisterExport) -> SafeString:
        """Return the link to the signature file, and the hash."""
        url = reverse("admin:dsar_registerexport_signature", args=[record.pk])
        return format_html(
            '<span><a href="{}" download>{}</a><small class="mono">{}…</small></span>',
            url, _l("Signature file"), record.sha256[:16],
        )  # fmt: skip
