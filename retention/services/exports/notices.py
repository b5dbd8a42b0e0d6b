"""What people are told: the CCPA notice at collection, the sections of a privacy notice; and the fields."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from retention.rules import classes, words
from retention.services.exports import activities
from retention.services.exports.reports import Record, Report


def collection(record: Record) -> Report:
    """Return the table of the notice at collection.

    Source: 11 CCR 7012(e): categories, purposes, whether sold or shared, how long kept.
    """
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for one in record.document["categories"]:
        for label in one["ccpa"]:
            groups.setdefault(label, []).append(one)
    rows = [_collected(record, record.say(label), found) for label, found in groups.items()]
    if sensitive := _sensitive(record):
        rows.append(_collected(record, _("Sensitive personal information"), sensitive))
    return Report(
        key="collection",
        about=_("For people in California (Cal. Civ. Code 1798.100(a); 11 CCR 7012)."),
        facts=[(_("Company"), record.document["controller"]["legal_name"]),
               (_("Contact"), record.document["controller"]["contact"])],
        head=[_("Category"), _("What it is"), _("Collected from"), _("Used for"), _("Sold"), _("Shared"),
              _("Disclosed to"), _("Kept")],
        rows=rows,
        layout="table",
    )  # fmt: skip


def _sensitive(record: Record) -> list[Mapping[str, Any]]:
    keys = {one["category"] for one in record.document["elements"] if one["sensitive"]}
    return [one for one in record.document["categories"] if one["key"] in keys]


def _collected(record: Record, label: str, found: Sequence[Mapping[str, Any]]) -> list[str]:
    sale = record.document["sale"]
    purposes = _once(key for one in found for key in one["purposes"])
    return [
        label,
        "; ".join(record.say(one["label"]) for one in found),
        "; ".join(map(record.say, _once(text for one in found for text in one["sources"]))),
        "; ".join(record.labels("purposes", purposes)),
        _("Yes") if sale["sells"] else _("No"),
        _("Yes") if sale["shares"] else _("No"),
        "; ".join(map(record.say, _once(name for one in found for name in one["recipients"]))),
        " ".join(f"{record.say(one['label'])}: {record.say(one['kept'])}" for one in found),
    ]


def _once(found: Any) -> list[str]:
    return list(dict.fromkeys(found))


def sections(record: Record) -> Report:
    """Return the sections of a privacy notice, made of the record (GDPR Art. 13 and 14)."""
    return Report(
        key="notice",
        about=_("Made of the record, so that the notice and the record say the same (GDPR Art. 13, 14)."),
        facts=[],
        head=[_("Section"), _("About"), _("Text")],
        rows=[
            *_who(record), *_what(record), *_why(record), *_recipients(record), *_transfers(record),
            *_decisions(record),
        ],
        layout="sections",
    )  # fmt: skip


def _who(record: Record) -> Iterator[list[str]]:
    for label, value in activities.facts(record):
        yield [_("Who we are"), label, value]


def _what(record: Record) -> Iterator[list[str]]:
    for one in record.document["categories"]:
        sources = ", ".join(map(record.say, one["sources"]))
        parts = [record.say(one["why"]), _("From: %(who)s.") % {"who": sources}, record.say(one["kept"])]
        yield [_("What we hold, and how long"), record.say(one["label"]), " ".join(parts)]


def _why(record: Record) -> Iterator[list[str]]:
    for one in record.activities("controller"):
        basis = activities.basis(one)
        marks = activities.marks(one)
        parts = [record.say(one["does"]), f"{basis}: {'; '.join(_told_support(record, one))}.", *marks]
        yield [_("What we do with it, and on which basis"), record.say(one["label"]), " ".join(parts)]


def _told_support(record: Record, one: Mapping[str, Any]) -> list[str]:
    """Return what supports a basis without what only the record needs."""
    if one["basis"]["interest"]:
        return [record.say(one["basis"]["interest"]["says"]).rstrip(".")]
    return activities.support(record, one)


def _recipients(record: Record) -> Iterator[list[str]]:
    for one in record.document["processors"]:
        name = one["legal_name"] or record.say(one["label"])
        yield [_("Who gets data"), f"{name} ({one['country']})", record.say(one["does"])]
    others = _once(name for one in record.document["activities"] for name in one["recipients"])
    if others:
        yield [_("Who gets data"), _("Others"), "; ".join(map(record.say, others))]


def _transfers(record: Record) -> Iterator[list[str]]:
    for one in record.document["transfers"]:
        yield [_("Where data go"), ", ".join(one["areas"]), activities.transfer(one)]


def _decisions(record: Record) -> Iterator[list[str]]:
    if text := record.document["automated_decisions"]:
        yield [_("Decisions by machines"), "", record.say(text)]


def fields(record: Record) -> Report:
    """Return every field of every system with what it is."""
    return Report(
        key="fields",
        about=_("What each field is, under which schedule, for which activities."),
        facts=[],
        head=[
            _("System"), _("Collection"), _("Field"), _("Type"), _("Data category"), _("Category"), _("CCPA"),
            _("Sensitive"), _("Special categories"), _("People"), _("Third persons"), _("Source"),
            _("Schedule"), _("Activities"),
        ],
        rows=[_field(record, one) for one in record.document["elements"]],
        layout="table",
    )  # fmt: skip


def _field(record: Record, one: Mapping[str, Any]) -> list[str]:
    labels = {each["key"]: each["label"] for each in record.document["activities"]}
    return [
        one["system"], one["collection"], one["field"], one["type"], "; ".join(one["data_categories"]),
        record.say(record.one("categories", one["category"])["label"]),
        "; ".join(words.of(classes.CCPA_NAMES, letter) for letter in one["ccpa"]),
        _yes(one["sensitive"]),
        "; ".join(words.of(classes.SPECIAL_NAMES, kind) for kind in one["special"]),
        "; ".join(one["subjects"]), _yes(one["third_persons"]), words.of(words.SOURCES, one["source"]),
        record.say(record.one("schedules", one["schedule"])["label"]),
        "; ".join(record.say(labels.get(key, key)) for key in one["activities"]),
    ]  # fmt: skip


def _yes(value: bool) -> str:
    return _("Yes") if value else _("No")
