"""Registers and reports as PDF: tagged, PDF/A-2a and PDF/UA-1. Data goes in as JSON, never as markup."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config import pdf
from config.profile import active_profile
from dsar.services.registers.base import AsOf, Chosen, Kind, Register, Total
from dsar.services.registers.showing import chosen_words, figure, shown

FOLDER = Path(__file__).parent / "typst"
WIDE = 9


def compiled(template: str, data: dict[str, Any], *, moment: datetime) -> bytes:
    """Return the PDF of a template with its data; the same data and moment give the same bytes."""
    return pdf.compiled(FOLDER / template, data, moment=moment)


def base(title: str, moment: AsOf, now: datetime) -> dict[str, Any]:
    """Return what every document says: company, title, the moment it shows, language."""
    identity = active_profile().identity
    return {
        "language": (get_language() or "en")[:2],
        "title": title,
        "company": identity.legal_name,
        "as_of": _("As of %(day)s") % {"day": date_format(moment.on, "j F Y")},
        "made": _("Made on %(day)s") % {"day": date_format(now, "j F Y, H:i")},
        "page": _("Page"),
    }


def register(
    one: Register,
    moment: AsOf,
    chosen: Chosen,
    *,
    rows: Sequence[Any],
    totals: Sequence[Total],
    now: datetime,
) -> bytes:
    """Return a register as PDF, landscape where it has many columns."""
    columns = [column for column in one.columns if column.in_pdf]
    data = base(str(one.title), moment, now) | {
        "about": str(one.about),
        "source": str(one.source),
        "filters": ", ".join(chosen_words(one, chosen)),
        "wide": len(columns) >= WIDE,
        "columns": [{"label": str(c.label), "number": c.kind is Kind.NUMBER} for c in columns],
        "rows": [[shown(column, row) for column in columns] for row in rows],
        "totals": [[str(t.label), figure(t.value)] for t in totals],
        "empty": str(one.empty),
    }
    return compiled("register.typ", data, moment=now)
