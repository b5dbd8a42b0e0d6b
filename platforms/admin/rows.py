"""What the pages of findings, decisions and reviews share: facts of a row, and what can be done with it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.admin_base import ActsMixin, ReadOnlyAdmin
from platforms.services import naming

Fact = tuple[Any, Any]


class RowAdmin(ActsMixin, ReadOnlyAdmin):
    """Rows that services make: read here, and moved on by acts."""

    page = "admin/platforms/row.html"

    def facts(self, row: Any) -> list[Fact]:
        """Return (label, value) of a row for its page."""
        raise NotImplementedError

    def more(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Return what the page shows besides: `heading`, `lead`, `steps`, `state`, `way` (label, address)."""
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
                "label": act.label,
                "url": self.act_url(row, act.key),
                "icon": act.icon,
                "why_not": act.why_not(request, row),
            }
            for act in self.acts
            if self.may(request, act.key)
        ]
        context = {
            **self.admin_site.each_context(request),
            "row": row, "title": str(row), "opts": self.opts, "facts": self.facts(row), "todo": todo,
            "list_title": self.list_title, **self.more(request, row),
        }  # fmt: skip
        return TemplateResponse(request, self.page, context)


def when(moment: Any) -> str:
    """Return a moment for a page, or nothing."""
    return date_format(timezone.localtime(moment), "j M Y, H:i") if moment else ""


def on_day(day: Any) -> str:
    """Return a day for a page, or nothing."""
    return date_format(day, "j M Y") if day else ""


def platform_name(key: str) -> str:
    """Return the name of a platform or processor; its key where nobody named it."""
    return naming.registered(key)


def worded(words: Any, key: Any = "") -> SafeString:
    """Return words with their key below them in small type; the words alone where both are the same."""
    if not key or str(words) == str(key):
        return format_html("<span>{}</span>", words)
    return format_html('<span>{} <small class="mono">{}</small></span>', words, key)


def element_words(key: str) -> SafeString:
    """Return what a data element is, with its key; nothing for none."""
    return worded(naming.element_of(key), key) if key else SafeString("")
