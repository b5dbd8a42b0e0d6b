"""The record of processing: Art. 30(1) for the controller, Art. 30(2) for work on behalf of others."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.enums import Role
from platforms.enums import Mechanism
from retention.rules import classes, words
from retention.services.exports.reports import Record, Report

Activity = Mapping[str, Any]


def controller(record: Record) -> Report:
    """Return the record of Art. 30(1), with basis, systems, schedules and owner besides."""
    rows = [_controlled(record, one) for one in record.activities("controller")]
    return Report(
        key="controller",
        about=_("Record of the controller (GDPR and UK GDPR Art. 30(1))."),
        facts=facts(record),
        head=[
            _("Activity"), _("What is done"), _("Purposes"), _("Lawful basis"), _("Supported by"),
            _("People"), _("Data"), _("Special categories"), _("Recipients"), _("Processors"),
            _("Transfers to third countries"), _("Erased after"), _("Security"), _("Marks"), _("Systems"),
            _("Owner"), _("Review"), _("Source"),
        ],
        rows=rows,
        layout="blocks",
    )  # fmt: skip


def _controlled(record: Record, one: Activity) -> list[str]:
    return [
        record.say(one["label"]), record.say(one["does"]),
        "; ".join(record.labels("purposes", one["purposes"])),
        basis(one), "; ".join(support(record, one)), people(one),
        "; ".join(record.labels("categories", one["categories"])), special(record, one),
        "; ".join(map(record.say, one["recipients"])), processors(record, one),
        "; ".join(transfers(record, one)), "; ".join(periods(record, one)), measures(one),
        "; ".join(marks(one)), systems(record, one), owner(one), review(one), one["source"] or "",
    ]  # fmt: skip


def processor(record: Record) -> Report:
    """Return the record of Art. 30(2): what is done for whom."""
    rows = [
        [
            record.say(one["on_behalf_of"]), record.say(one["label"]), record.say(one["does"]), people(one),
            "; ".join(record.labels("categories", one["categories"])), processors(record, one),
            "; ".join(transfers(record, one)), measures(one), "; ".join(marks(one)), owner(one),
        ]
        for one in record.activities("processor")
    ]  # fmt: skip
    return Report(
        key="processor",
        about=_("Record of the processor (GDPR and UK GDPR Art. 30(2))."),
        facts=facts(record),
        head=[
            _("On behalf of"), _("Activity"), _("What is done"), _("People"), _("Data"), _("Sub-processors"),
            _("Transfers to third countries"), _("Security"), _("Marks"), _("Owner"),
        ],
        rows=rows,
        layout="blocks",
    )  # fmt: skip


def facts(record: Record) -> list[tuple[str, str]]:
    """Return who answers for the data (Art. 30(1)(a), 30(2)(a))."""
    who = record.document["controller"]
    officer, stand_ins = who["officer"], who["representatives"]
    said = ", ".join(filter(None, [officer["name"], officer["address"]])) if officer else ""
    return [
        (_("Company"), who["legal_name"]),
        (_("Address"), who["address"]),
        (_("Contact"), who["contact"]),
        (_("Data protection officer"), said or _("none named")),
        (_("Representative in the EU"), _representative(stand_ins["eu"])),
        (_("Representative in the UK"), _representative(stand_ins["uk"])),
    ]


def _representative(one: Mapping[str, str] | None) -> str:
    return f"{one['name']}, {one['email']}" if one else _("none named")


def basis(one: Activity) -> str:
    """Return the lawful basis in words."""
    return words.of(words.BASES, one["basis"]["kind"]) if one["basis"] else _("That of the controller")


def support(record: Record, one: Activity) -> list[str]:
    """Return what supports the basis: contract, laws, weighed interest or consent."""
    given = one["basis"]
    if not given:
        return []
    said = [record.say(given["contract"] or "")]
    said += [f"{law['area']}: {law['text']}" for law in given["laws"]]
    if given["interest"]:
        said.append(record.say(given["interest"]["says"]))
        said.append(given["interest"]["assessment"] or _("no balancing test recorded"))
    if given["consent"]:
        said.append(record.say(record.one("consents", given["consent"])["label"]))
    return [text for text in said if text]


def people(one: Activity) -> str:
    """Return whose data they are."""
    return "; ".join(words.of(words.SUBJECTS, key) for key in one["subjects"])


def special(record: Record, one: Activity) -> str:
    """Return the special categories of data, with their ground."""
    named = [words.of(classes.SPECIAL_NAMES, key) for key in one["special_categories"]]
    ground = record.say(one["special_ground"] or "")
    return "; ".join([*named, ground] if ground else named) or _("none")


def processors(record: Record, one: Activity) -> str:
    """Return the processors by legal name and country."""
    named = []
    for key in one["processors"]:
        who = record.one("processors", key)
        name = who.get("legal_name") or record.say(who["label"])
        named.append(f"{name} ({who['country']})" if who.get("country") else name)
    return "; ".join(named)


def transfers(record: Record, one: Activity) -> list[str]:
    """Return the way out of each area, with its safeguards (Art. 30(1)(e))."""
    listed = [record.one("transfers", key) for key in one["transfers"]]
    return [transfer(each) for each in listed if "areas" in each]


def transfer(one: Mapping[str, Any]) -> str:
    """Return one transfer in words."""
    known = one["mechanism"] in Mechanism.values
    way = str(Mechanism(one["mechanism"]).label) if known else one["mechanism"] or _("no mechanism")
    module = f" ({one['module']})" if one["module"] else ""
    return f"{', '.join(one['areas'])} → {one['to_country']}: {way}{module}, {one['importer']}"


def periods(record: Record, one: Activity) -> list[str]:
    """Return how long the data are kept (Art. 30(1)(f))."""
    return [record.say(record.one("schedules", key).get("reason", key)) for key in one["schedules"]]


def measures(one: Activity) -> str:
    """Return the security measures (Art. 30(1)(g))."""
    return "; ".join(words.of(words.MEASURES, key) for key in one["measures"])


def marks(one: Activity) -> list[str]:
    """Return what needs more care than usual."""
    return [
        *([str(words.THIRD_PERSONS)] if one["third_persons"] else []),
        *([str(words.CHILDREN)] if one["children"] else []),
        *([words.of(words.AI_USES, one["ai_use"])] if one["ai_use"] != "none" else []),
    ]


def systems_of(record: Record, one: Activity) -> Sequence[str]:
    """Return the keys of the systems that hold data of an activity."""
    found = (each["system"] for each in record.document["elements"] if one["key"] in each["activities"])
    return list(dict.fromkeys(found))


def systems(record: Record, one: Activity) -> str:
    """Return the systems that hold data of an activity, by name."""
    return "; ".join(
        record.say(record.one("systems", key).get("name", key)) for key in systems_of(record, one)
    )


def owner(one: Activity) -> str:
    """Return the role that answers for an activity."""
    role = one["owner_role"]
    return str(Role(role).label) if role in Role.values else role


def review(one: Activity) -> str:
    """Return when an activity was reviewed and when it is due again."""
    if not one["reviewed_on"]:
        return _("never recorded")
    last = date.fromisoformat(one["reviewed_on"])
    due = last + timedelta(days=one["review_every_days"])
    return _("%(last)s, next %(due)s") % {"last": _day(last), "due": _day(due)}


def _day(day: date) -> str:
    return date_format(day, "j M Y")
