"""Reports as files: CSV, XLSX, PDF, JSON and JSON-LD. Made whole, hashed and recorded before they leave."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import Actor
from config import pdf, spreadsheets
from config.canonical import canonical
from config.profile import active_profile
from retention.models import InventoryVersion
from retention.services import versions
from retention.services.exports import activities, linked, notices
from retention.services.exports.reports import Record, Report

FORMAT = "privacy-portal record 1"
PAPER = Path(settings.BASE_DIR) / "templates" / "inventory" / "record.typ"
REPORTS: dict[str, Callable[[Record], Report]] = {
    "controller": activities.controller,
    "processor": activities.processor,
    "collection": notices.collection,
    "notice": notices.sections,
    "fields": notices.fields,
}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "json": "application/json",
    "jsonld": "application/ld+json",
}
ROLES = ("controller", "processor")
"""Reports that the vocabulary has words for."""


@dataclass(frozen=True)
class File:
    """A finished file with its name and what it is."""

    name: str
    content_type: str
    data: bytes


def forms_of(key: str) -> list[str]:
    """Return the forms in which a report can be had; none for a report that does not exist."""
    if key not in REPORTS:
        return []
    return [form for form in TYPES if form != "jsonld" or key in ROLES]


def report(key: str, version: InventoryVersion, day: date) -> Report:
    """Return a report in the reader's language."""
    return REPORTS[key](Record(version, day))


@transaction.atomic
def export(*, key: str, form: str, day: date, actor: Actor, now: datetime) -> File:
    """Make a report as of a day, and record who took it. Raises NoInventory, and KeyError for no such form.

    Today's state is kept first: whatever leaves can be looked up later.
    """
    if form not in forms_of(key):
        raise KeyError(form)
    if day == versions.today(now):
        versions.take(now=now, actor=actor)
    version = versions.as_of(day, now=now)
    data = _FORMS[form](key, Record(version, day), now)
    details = {
        "report": key, "form": form, "as_of": day.isoformat(), "version": version.number,
        "sha256": sha256(data).hexdigest(),
    }  # fmt: skip
    audit.record(actor=actor, action="inventory.exported", obj=version, details=details)
    return File(f"record-{key}-{day.isoformat()}.{form}", TYPES[form], data)


def _csv(key: str, record: Record, now: datetime) -> bytes:
    del now
    made = REPORTS[key](record)
    return spreadsheets.table(made.head, made.rows)


def _xlsx(key: str, record: Record, now: datetime) -> bytes:
    made = REPORTS[key](record)
    told = [*made.facts, (_("As of"), record.day.isoformat()), (_("Version"), record.version.sha256)]
    sheets = [(made.title, made.head, made.rows), (_("About"), [made.title, made.about], told)]
    return spreadsheets.workbook(sheets, moment=now)


def _pdf(key: str, record: Record, now: datetime) -> bytes:
    made = REPORTS[key](record)
    data = {
        "language": (get_language() or "en")[:2],
        "title": made.title,
        "about": made.about,
        "company": record.document["controller"]["legal_name"],
        "as_of": _("As of %(day)s") % {"day": date_format(record.day, "j F Y")},
        "made": _("Made on %(day)s") % {"day": date_format(now, "j F Y, H:i")},
        "version": _("Version %(number)s of the inventory, SHA-256 %(sha)s")
        % {"number": record.version.number, "sha": record.version.sha256[:16]},
        "page": _("Page"),
        "empty": _("There is nothing to record here."),
        "facts": [list(fact) for fact in made.facts],
        "head": list(made.head),
        "rows": [list(row) for row in made.rows],
        "layout": made.layout,
        "widths": _widths(made),
    }
    return pdf.compiled(PAPER, data, moment=now)


def _widths(made: Report) -> list[float]:
    """Return how wide the columns are to each other: long texts get more, none gets all."""
    longest = [max(len(row[place]) for row in [made.head, *made.rows]) for place in range(len(made.head))]
    return [round(min(400, max(8, length)) ** 0.5, 1) for length in longest]


def _head(key: str, record: Record) -> dict[str, Any]:
    """Return what a file says about itself; no time of making: the same state gives the same bytes."""
    return {
        "format": FORMAT,
        "report": key,
        "as_of": record.day.isoformat(),
        "version": {"number": record.version.number, "sha256": record.version.sha256},
        "company": record.document["controller"]["legal_name"],
    }


def _json(key: str, record: Record, now: datetime) -> bytes:
    """Write the codes of the document for records, and for notices the words of the company's language."""
    del now
    with override(active_profile().languages.default):
        content: Any
        if key in ROLES:
            names = (
                "controller",
                "purposes",
                "categories",
                "schedules",
                "processors",
                "transfers",
                "systems",
            )
            content = {name: record.document[name] for name in names}
            content["activities"] = record.activities(key)
        elif key == "fields":
            content = {"elements": record.document["elements"]}
        else:
            made = REPORTS[key](record)
            content = {"columns": list(made.head), "rows": [list(row) for row in made.rows]}
    return canonical(_head(key, record) | {"content": content}) + b"\n"


def _jsonld(key: str, record: Record, now: datetime) -> bytes:
    del now
    with override(active_profile().languages.default):
        return canonical(linked.document(record, key)) + b"\n"


_FORMS: dict[str, Callable[[str, Record, datetime], bytes]] = {
    "csv": _csv, "xlsx": _xlsx, "pdf": _pdf, "json": _json, "jsonld": _jsonld,
}  # fmt: skip
