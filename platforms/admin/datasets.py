"""Datasets: what a file says about a system's collections and fields. Read-only; a new file is imported."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import ReadOnlyAdmin
from accounts.templatetags.portal_ui import badge
from platforms.datasets import CollectionSpec, DatasetError, FieldSpec
from platforms.models import Dataset
from platforms.services.datasets import specs_of

CUSTOMER = "customer"


def rows_of(collection: CollectionSpec) -> list[dict[str, Any]]:
    """Return the leaves of a collection: path, categories, identity, whether it is about somebody else."""
    return [_field(collection, field) for field in collection.walk() if not field.fields]


def _field(collection: CollectionSpec, field: FieldSpec) -> dict[str, Any]:
    subjects = field.subjects or collection.subjects
    return {
        "path": field.path,
        "categories": field.categories or collection.categories,
        "type": field.data_type or "",
        "identity": field.identity or "",
        "key": field.primary_key,
        "third": ", ".join(name for name in subjects if name != CUSTOMER),
        "links": [f"{link.target}.{link.path}" for link in field.references],
        "mask": field.override.strategy if field.override else "",
    }


@admin.register(Dataset)
class DatasetAdmin(ReadOnlyAdmin):
    """All datasets, by key."""

    list_title = _l("Datasets")
    list_display = ("key_", "system", "collections", "version", "warnings_", "imported_")
    list_display_links = ("key_",)
    list_select_related = ("system",)
    ordering = ("key",)
    tie_breaker = "key"

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the datasets without their text, which a list does not show."""
        rows = super().get_queryset(request)
        return (
            rows
            if request.resolver_match and "object_id" in request.resolver_match.kwargs
            else rows.defer("source")
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show collections and fields with their categories, and the file as it was imported."""
        dataset = self.get_object(request, object_id)
        if not self.has_view_permission(request, dataset):
            raise PermissionDenied
        if dataset is None:
            raise Http404
        try:
            specs, fault = specs_of(dataset), ""
        except DatasetError as problem:
            specs, fault = (), str(problem)
        context = {
            **self.admin_site.each_context(request),
            "dataset": dataset, "title": dataset.key, "opts": self.opts, "fault": fault,
            "collections": [(one, rows_of(one)) for spec in specs for one in spec.collections],
        }  # fmt: skip
        return TemplateResponse(request, "admin/platforms/dataset/page.html", context)

    @admin.display(description=_l("Dataset"))
    def key_(self, dataset: Dataset) -> SafeString:
        """Return the key."""
        return format_html('<span class="mono">{}</span>', dataset.key)

    @admin.display(description=_l("Warnings"))
    def warnings_(self, dataset: Dataset) -> SafeString | str:
        """Return how many warnings the import gave."""
        n = len(dataset.warnings)
        return badge(str(n), "", "held") if n else "0"

    @admin.display(description=_l("Imported"))
    def imported_(self, dataset: Dataset) -> str:
        """Return when it was imported."""
        return date_format(timezone.localtime(dataset.imported_at), "j M Y, H:i")
