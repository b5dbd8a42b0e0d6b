"""One register as a table: cells with their tone, filters with their choices."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.translation import gettext as _

from dsar.services.registers import paging
from dsar.services.registers.base import FIRST_YEAR, AsOf, Chosen, Column, Kind, Register
from dsar.services.registers.showing import shown

BAD = {("on_time", False), ("late", True), ("valid", False)}
LONG = frozenset({"title", "basis", "method", "reason", "outcome", "right", "evidence"})
SILENT = frozenset({"extended", "late"})
"""Flags whose "no" says nothing on a page."""
YEARS_SHOWN = 6


def context(
    register: Register,
    moment: AsOf,
    chosen: Chosen,
    page: paging.Page | None,
    link: Callable[[Any], str],
) -> dict[str, Any]:
    """Return columns, rows and filters for the page."""
    columns = [one for one in register.columns if one.on_page]
    return {
        "columns": [{"label": one.label, "num": one.kind is Kind.NUMBER} for one in columns],
        "rows": [_row(columns, row, link(row)) for row in page.rows] if page else [],
        "filters": [
            {"name": f.name, "label": f.label, "choices": f.choices, "value": chosen.codes.get(f.name, "")}
            for f in register.filters
        ],
        "years": range(moment.on.year, max(FIRST_YEAR, moment.on.year - YEARS_SHOWN) - 1, -1),
        "year": chosen.year or "",
        "filtered": bool(chosen.as_json()),
        "hidden": [*chosen.as_json().items()],
    }


def _row(columns: list[Column], row: Any, url: str) -> dict[str, Any]:
    return {"url": url, "cells": [_cell(one, row) for one in columns]}


def _cell(column: Column, row: Any) -> dict[str, Any]:
    value = column.of(row)
    return {
        "label": column.label,
        "text": shown(column, row) if value is not False or column.key not in SILENT else "",
        "num": column.kind is Kind.NUMBER,
        "long": column.key in LONG,
        "tone": "danger" if (column.key, value) in BAD else "",
    }


def case_of(row: Any) -> Any:
    """Return the case that a row of another model is about, or None."""
    for holder in (row, getattr(row, "plan", None), getattr(row, "package", None)):
        found = getattr(holder, "case_id", None)
        if found:
            return found
    return None


def refuse(request: HttpRequest, why: str, back: str) -> HttpResponseRedirect:
    """Lead back to the register and say why there is no file."""
    messages.error(request, why or _("This file could not be made."))
    return HttpResponseRedirect(back)
