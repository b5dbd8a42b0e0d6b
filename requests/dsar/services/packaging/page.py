"""The readable side of a package: index.html without script or network, README.txt, and about.json for
machines.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from dsar.services.packaging.contents import CategoryNote, CollectionNote, PackageIndex, words_of
from dsar.services.packaging.withholding import WITHHELD

FORMAT = "privacy-portal package 1"
# More columns than this do not fit a page: then each row is a list of names and values.
TABLE_COLUMNS = 8
RECORD_ROWS = 2


@dataclass(frozen=True, slots=True)
class Written:
    """One pair of files. `stem` is their name in the ZIP file without its ending."""

    collection: str
    rows: int
    names: Sequence[str]
    preview: Sequence[Sequence[str]]
    stem: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that was added as it is; `size` in bytes."""

    name: str
    system: str
    size: int


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that the documents are made of. `withheld`: collection → field → how many values."""

    index: PackageIndex
    parts: Sequence[Written]
    attached: Sequence[Attached]
    withheld: Mapping[str, Mapping[str, int]]


def documents(told: Told) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of the three documents."""
    with translation.override(told.index.language):
        page = _page(told)
        yield "index.html", render_to_string("package/index.html", page)
        yield "README.txt", render_to_string("package/readme.txt", page).replace("\n", "\r\n")
    yield "about.json", json.dumps(_about(told), ensure_ascii=False, indent=1) + "\n"


def _page(told: Told) -> dict[str, Any]:
    groups = [_group(category, told) for category in _categories(told)]
    return {
        "index": told.index,
        "groups": groups,
        "attached": [{"link": quote(one.name), **asdict(one)} for one in told.attached],
        "rows": sum(part.rows for part in told.parts),
        "collections": len({part.collection for part in told.parts}),
        "withheld": _withheld_total(told),
        "withheld_word": WITHHELD,
    }


def _withheld_total(told: Told) -> int:
    return sum(count for fields in told.withheld.values() for count in fields.values())


def _categories(told: Told) -> list[CategoryNote]:
    """Return the headings that have data, in the order of the index; what fits none comes last."""
    used = {told.index.note_for(part.collection).category for part in told.parts}
    known = [category for category in told.index.categories if category.key in used]
    others = used - {category.key for category in known}
    return [*known, CategoryNote("", _("Other data"))] if others else known


def _group(category: CategoryNote, told: Told) -> dict[str, Any]:
    known = {one.key for one in told.index.categories}
    members = []
    for number, part in enumerate(told.parts, 1):
        note = told.index.note_for(part.collection)
        if (note.category if note.category in known else "") == category.key:
            members.append(_member(part, note, number, told.withheld.get(part.collection, {})))
    return {"category": category, "members": members, "rows": sum(member["rows"] for member in members)}


def _member(part: Written, note: CollectionNote, number: int, withheld: Mapping[str, int]) -> dict[str, Any]:
    labels = [note.labels.get(name) or words_of(name) for name in part.names]
    as_records = len(part.names) > TABLE_COLUMNS or len(part.preview) <= RECORD_ROWS
    return {
        "anchor": f"part-{number}",
        "title": note.title or words_of(part.collection),
        "system": note.system,
        "rows": part.rows,
        "labels": labels,
        "table": [] if as_records else part.preview,
        "records": [_record(labels, row) for row in part.preview] if as_records else [],
        "more": max(part.rows - len(part.preview), 0),
        "csv": quote(f"{part.stem}.csv"),
        "json": quote(f"{part.stem}.json"),
        "withheld": [
            (note.labels.get(name) or words_of(name), count) for name, count in sorted(withheld.items())
        ],
    }


def _record(labels: Sequence[str], row: Sequence[str]) -> list[tuple[str, str]]:
    """Return the filled fields of a row: empty ones are in the files."""
    return [(label, value) for label, value in zip(labels, row, strict=True) if value != ""]


def _about(told: Told) -> dict[str, Any]:
    index = told.index
    return {
        "format": FORMAT,
        "reference": index.reference,
        "right": index.right,
        "regime": index.regime,
        "controller": asdict(index.company),
        "received_at": index.received_at.isoformat(),
        "made_at": index.made_at.isoformat(),
        "systems": [asdict(system) for system in index.systems],
        "collections": [_collection(part, told) for part in told.parts],
        "searched_without_result": _empty(told),
        "files": [asdict(one) for one in told.attached],
        "withheld": {"values": _withheld_total(told), "shown_as": WITHHELD, "why": _third_persons()},
        "not_included": [asdict(omission) for omission in index.not_included],
        "categories": [asdict(category) for category in index.categories],
        "transfers": list(index.transfers),
        "rights": list(index.rights),
        "data_protection_officer": index.dpo,
        "automated_decisions": index.automated,
        "period": index.period,
        "sold_or_shared": index.sold,
        "remedies": list(index.remedies),
        "encoding": "CSV: RFC 4180 in UTF-8 with BOM; JSON in UTF-8; times in ISO 8601; bytes in base64.",
    }


def _third_persons() -> str:
    return _("These values concern other people, whose rights must not be harmed (GDPR Art. 15(4)).")


def _collection(part: Written, told: Told) -> dict[str, Any]:
    note = told.index.note_for(part.collection)
    return {
        "key": part.collection,
        "title": note.title or words_of(part.collection),
        "system": note.system,
        "category": note.category,
        "rows": part.rows,
        "fields": list(part.names),
        "csv": f"{part.stem}.csv",
        "json": f"{part.stem}.json",
        "withheld": dict(told.withheld.get(part.collection, {})),
    }


def _empty(told: Told) -> list[str]:
    found = {part.collection for part in told.parts}
    return [note.key for note in told.index.collections if note.key not in found]
