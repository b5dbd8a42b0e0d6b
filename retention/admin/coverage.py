"""The board of limits: categories by systems, which schedule covers what, and how old the oldest row was."""

from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.portal_ui import badge, told
from retention.admin import words
from retention.services import coverage, own
from retention.services.coverage import Board, Cell, Cover, Line

ORDER = ("gap", "blocked", "over", "fine")


def urls(site: AdminSite) -> list[URLPattern]:
    """Return the address of the board."""
    wrapped = site.admin_view(lambda request: view(request, site))
    return [path("retention/coverage/", wrapped, name="retention_coverage")]


def view(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Show the board. Nothing is counted in a system: the figures are those of the last sweep."""
    if not request.user.has_perm("retention.view_sweep"):
        raise PermissionDenied
    board = coverage.board(now=timezone.now())
    labels = {category.key: told(category.label) for category, _cells in board.rows}
    names = [told(system.name) for system in board.systems]
    context = {
        **site.each_context(request),
        "title": _("What is covered"), "board": board, "looked_at": words.when(board.looked_at),
        "matrix": [
            (one, [_cell(cell) | {"system": name} for cell, name in zip(cells, names, strict=True)])
            for one, cells in board.rows
        ],
        "tiles": _tiles(board), "groups": _groups(board, labels), "own": _own(),
    }  # fmt: skip
    return TemplateResponse(request, "admin/retention/coverage.html", context)


def _own() -> list[dict[str, Any]]:
    """Return the portal's own data with the oldest against its limit."""
    return [
        {"label": one.rule.label, "rows": one.rows, "limit": words.period_words(one.rule.period),
         "oldest": words.on_day(one.oldest_at.date() if one.oldest_at else None)}
        for one in own.standings(now=timezone.now())
    ]  # fmt: skip


def _cell(cell: Cell) -> dict[str, Any]:
    percent, n = cell.percent, len(cell.lines)
    if percent is None:
        return {"percent": None}
    used = max(
        (one.share for line in cell.lines for one in line.covers if one.share is not None), default=None
    )
    over = any(line.state == "over" for line in cell.lines)
    return {
        "percent": percent, "tone": "danger" if percent < 100 else "warn" if over else "ok",
        "used": None if used is None else round(used * 100),
        "what": ngettext("%(c)s of %(n)s collection", "%(c)s of %(n)s collections", n)
        % {"c": cell.covered, "n": n},
    }  # fmt: skip


def _tiles(board: Board) -> list[dict[str, Any]]:
    states = [line.state for line in board.lines]
    whole = board.total.percent
    return [
        {"n": f"{whole or 0} %", "label": _("Covered"), "note": _("of all collections"), "tone": ""},
        *(
            {
                "n": states.count(state),
                "label": label,
                "note": note,
                "tone": tone if states.count(state) else "",
            }
            for state, label, note, tone in (
                ("gap", _("Gaps"), _("no longest period"), "danger"),
                ("blocked", _("Cannot be carried out"), _("see their problem"), "danger"),
                ("over", _("Over the limit"), _("at the last sweep"), "warn"),
            )
        ),
    ]


def _groups(board: Board, labels: dict[str, str]) -> list[dict[str, Any]]:
    """Return the collections by system, what needs somebody first."""
    return [
        {
            "system": system,
            "rows": [
                _line(line, labels)
                for line in sorted(board.lines, key=lambda one: (ORDER.index(one.state), one.place.key))
                if line.place.system.pk == system.pk
            ],
        }
        for system in board.systems
    ]


def _line(line: Line, labels: dict[str, str]) -> dict[str, Any]:
    return {
        "line": line, "category": labels.get(line.category, line.category), "state": _state(line),
        "covers": [_cover(one) for one in line.covers],
    }  # fmt: skip


def _cover(one: Cover) -> dict[str, Any]:
    percent = None if one.share is None else round(one.share * 100)
    return {
        "cover": one, "label": told(one.schedule.label), "limit": words.period_words(one.schedule.max_period),
        "oldest": words.on_day(one.oldest_on), "percent": percent, "bar": min(percent or 0, 100),
        "tone": "danger" if (percent or 0) > 100 else "warn" if (percent or 0) >= 80 else "",
        "problems": list(dict.fromkeys(str(found.get_kind_display()) for found in one.problems)),
    }  # fmt: skip


def _state(line: Line) -> SafeString:
    looks = {
        "gap": (_("Gap"), "attention"),
        "blocked": (_("Cannot be carried out"), "failed"),
        "over": (_("Over the limit"), "expired"),
        "fine": (_("Covered"), "done"),
    }
    word, look = looks[line.state]
    return badge(word, "plain", look)
