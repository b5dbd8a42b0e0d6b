"""What the registers of decisions, mandates, recipients and kept data share."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import ActsMixin, ReadOnlyAdmin
from correspondence.services.letters import LetterFault
from dsar.rules.transitions import NotAllowed
from dsar.services import uploads

Fact = tuple[Any, Any]


class RegisterAdmin(ActsMixin, ReadOnlyAdmin):
    """A register: rows are made by services, read here, and moved on by acts."""

    refusals = (NotAllowed, LetterFault)
    list_select_related: ClassVar[Any] = ("case",)
    page = "admin/dsar/governance/row.html"

    def facts(self, row: Any) -> list[Fact]:
        """Return (label, value) of a row for its page."""
        raise NotImplementedError

    def more(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Return what the page of this register shows besides."""
        return {}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show a row with its facts and what can be done."""
        row = self.get_object(request, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if row is None:
            raise Http404
        todo = [
            {
                "label": a.label,
                "url": self.act_url(row, a.key),
                "why_not": a.why_not(request, row),
                "icon": a.icon,
            }
            for a in self.acts
            if self.may(request, a.key)
        ]
        context = {
            **self.admin_site.each_context(request),
            "row": row, "case": getattr(row, "case", None), "title": str(row), "opts": self.opts,
            "facts": self.facts(row),
            "todo": todo, "list_title": self.list_title, **self.more(request, row),
        }  # fmt: skip
        return TemplateResponse(request, self.page, context)

    @admin.display(description=_l("Case"))
    def case_(self, row: Any) -> SafeString:
        """Return the reference and the right."""
        return format_html(
            '<span class="mono">{}</span> {}', row.case.reference, row.case.get_right_display()
        )


def when(moment: Any) -> str:
    """Return a moment for a page, or nothing."""
    return date_format(timezone.localtime(moment), "j M Y, H:i") if moment else ""


def on_day(day: Any) -> str:
    """Return a day for a page, or nothing."""
    return date_format(day, "j M Y") if day else ""


def give_file(request: HttpRequest, row: Any, _form: Any) -> HttpResponse:
    """Return the file of a row for saving; never shown in the browser. Raises NotAllowed without one."""
    if missing := has_file(request, row):
        raise NotAllowed(missing)
    name = row.proof_name.encode("ascii", "replace").decode().replace('"', "")
    return HttpResponse(
        b"".join(uploads.read_from(row)),
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def has_file(_request: HttpRequest, row: Any) -> str:
    """Return why there is nothing to download, or the empty string."""
    return "" if row.proof_file else _("There is no file.")


def to_case(row: Any) -> str:
    """Return the page of the case of a row."""
    return reverse("admin:dsar_case_change", args=[row.case_id])
