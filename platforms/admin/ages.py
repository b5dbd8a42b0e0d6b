"""The board of ages in the staff desk: what part of its limit each data element has used."""

from itertools import groupby
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import ReadOnlyAdmin
from accounts.templatetags.portal_ui import badge
from config import clock
from platforms.admin.rows import when
from platforms.enums import AgeMeasure, FindingKind
from platforms.models import StoredAge
from platforms.rules.found import NEXT
from platforms.services import board
from platforms.services.board import Line

TONES = {"over": "danger", "near": "warn"}


@admin.register(StoredAge)
class StoredAgeAdmin(ReadOnlyAdmin):
    """The board, in place of a list."""

    list_title = _l("Ages of platform data")

    def get_urls(self) -> list[URLPattern]:
        """Add the board as a file."""
        view = self.admin_site.admin_view(self.csv_view)
        return [path("board.csv/", view, name="platforms_storedage_csv"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show every data element of every platform in use."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        lines = board.board(clock.now())
        described = [line for line in lines if line.state != "unmarked"]
        unmarked = [line for line in lines if line.state == "unmarked"]
        context = {
            **self.admin_site.each_context(request),
            "title": self.list_title, "opts": self.opts, "groups": _groups(described),
            "undescribed": _by_platform(unmarked), "counts": _counts(lines),
            "measured": when(min((line.measured_at for line in lines if line.measured_at), default=None)),
        }  # fmt: skip
        return TemplateResponse(request, "admin/platforms/storedage/board.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the board: a single figure has no page of its own."""
        return self.changelist_view(request)

    def csv_view(self, request: HttpRequest) -> HttpResponse:
        """Send the board as a file for a spreadsheet."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        text = board.as_csv(board.board(clock.now()))
        answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="platform-ages.csv"'
        answer["Cache-Control"] = "no-store"
        return answer


def _groups(lines: list[Line]) -> list[dict[str, Any]]:
    """Return the lines by platform, those with something over its limit first."""
    groups = [
        {"name": name, "rows": [_row(line) for line in found], "over": any(line.over for line in found)}
        for name, found in _by_platform(lines)
    ]
    return sorted(groups, key=lambda group: not group["over"])


def _by_platform(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    return [(name, list(found)) for name, found in groupby(lines, key=lambda line: line.name)]


def _counts(lines: list[Line]) -> list[dict[str, Any]]:
    """Return the tiles above the board."""
    tiles = (
        ("over", _("Over the limit"), _("must go now"), "danger"),
        ("near", _("Near the limit"), _("four fifths used"), "warn"),
        ("failed", _("Not measured"), _("the last time failed"), "warn"),
        ("unmarked", _("Not described"), _("no dataset says where"), ""),
    )
    return [
        {"n": n, "label": label, "note": note, "tone": tone if n else ""}
        for state, label, note, tone in tiles
        for n in [sum(line.state == state for line in lines)]
    ]


def _row(line: Line) -> dict[str, Any]:
    percent = None if line.share is None else round(line.share * 100)
    return {
        "line": line, "percent": percent, "bar": min(percent or 0, 100), "tone": TONES.get(line.state, ""),
        "oldest": when(line.oldest_at), "state": _state(line), "counted": AgeMeasure(line.measure).label,
        "todo": NEXT[_kind(line)] if line.state == "over" else (),
    }  # fmt: skip


def _kind(line: Line) -> str:
    if line.never:
        return FindingKind.NEVER_STORE
    return FindingKind.REVERIFY if line.measure == AgeMeasure.VERIFIED else FindingKind.OVER_AGE


def _state(line: Line) -> SafeString:
    looks = {
        "over": (_("%(n)s over") % {"n": f"{line.over:,}"}, "overdue"),
        "near": (_("Near the limit"), "expired"),
        "fine": (_("Within the limit"), "done"),
        "empty": (_("Nothing held"), "done"),
        "unlimited": (_("No limit"), "done"),
        "unmarked": (_("Not described"), "not checked"),
        "failed": (_("Not measured"), "expired"),
    }
    word, look = looks[line.state]
    return badge(word, "", look)
