"""The inventory of today: profile, register of processors, systems and datasets in one document."""

from collections.abc import Iterable
from typing import Any

from config.profile import Profile, written_profile
from config.profile.partners import Processor as ProfileProcessor
from platforms.models import Processor, System, Transfer
from platforms.querysets import ProcessorQuerySet
from retention.rules.inventory import elements_of
from retention.services.places import places_of, systems

FORMAT = "privacy-portal inventory 1"


def assemble() -> dict[str, Any]:
    """Return the inventory as JSON values: the same state gives the same document.

    Texts are those of the profile as it is written; whoever shows them says them in the reader's language.
    """
    profile = written_profile()
    own = systems()
    return {
        "format": FORMAT,
        "profile": {"key": profile.key, "sha256": profile.version},
        "datasets": [_dataset(one) for system in own for one in system.datasets.all()],
        "controller": _controller(profile),
        "purposes": [one.model_dump(mode="json") for one in profile.purposes],
        "categories": [_category(profile, one) for one in profile.categories],
        "schedules": [_schedule(one) for one in profile.schedules],
        "processors": _processors(profile),
        "transfers": _transfers(profile),
        "sale": {"sells": profile.sale.sells, "shares": profile.sale.shares},
        "consents": [{"key": one.key, "label": one.label} for one in profile.consent_purposes],
        "rights": sorted({str(right) for one in profile.rights.offered for right in one.rights}),
        "automated_decisions": profile.automated_decisions or "",
        "activities": [_activity(profile, one) for one in profile.activities],
        "systems": [_system(one) for one in own],
        "elements": [element for system in own for element in _elements(profile, system)],
    }


def _elements(profile: Profile, system: System) -> Iterable[dict[str, Any]]:
    for place in places_of(system):
        yield from elements_of(profile, system.key, place.dataset, place.collection)


def _dataset(one: Any) -> dict[str, Any]:
    return {"key": one.key, "system": one.system.key, "version": one.version, "sha256": one.sha256}


def _system(one: System) -> dict[str, Any]:
    return {
        "key": one.key, "name": one.name, "holds": one.purpose, "role": one.role, "connector": one.connector,
        "processor": one.processor.key if one.processor else "",
    }  # fmt: skip


def _controller(profile: Profile) -> dict[str, Any]:
    """Return who answers for the data (GDPR Art. 30(1)(a))."""
    who = profile.identity
    officer = who.dpo
    stand_ins = {area: getattr(who.representatives, area) for area in ("eu", "uk")}
    return {
        "legal_name": who.legal_name,
        "trade_name": who.trade_name,
        "address": who.footer,
        "country": who.seat.country,
        "website": who.website or f"https://{who.website_domain}",
        "contact": profile.mailbox(profile.letters.reply_mailbox).address,
        "officer": officer and {
            "name": officer.name or "", "address": profile.mailbox(officer.mailbox).address,
        },
        "representatives": {
            area: {"name": one.name, "email": one.email} if one else None for area, one in stand_ins.items()
        },
    }  # fmt: skip


def _category(profile: Profile, one: Any) -> dict[str, Any]:
    return {
        "key": one.key, "label": one.label, "why": one.why, "kept": one.kept, "sources": list(one.sources),
        "purposes": list(one.purposes), "bases": list(one.lawful_bases), "ccpa": list(one.ccpa_categories),
        "third_persons": one.third_persons, "recipients": profile.recipients(one),
    }  # fmt: skip


def _schedule(one: Any) -> dict[str, Any]:
    return {
        "key": one.key, "label": one.label, "trigger": str(one.trigger), "action": one.action,
        "min_period": one.min_period, "max_period": one.max_period, "reason": one.reason,
        "statutes": [f"{law.country}: {law.text}" for law in one.statutes], "source": one.source or "",
    }  # fmt: skip


def _activity(profile: Profile, one: Any) -> dict[str, Any]:
    return {**one.model_dump(mode="json"), "recipients": profile.recipients_of(one)}


def _processors(profile: Profile) -> list[dict[str, Any]]:
    """Return the processors of the register; those of the profile while it is empty."""
    rows: ProcessorQuerySet = Processor.objects.running()
    known = [_processor(one) for one in rows.order_by("key")]
    return known or [_written(one) for one in profile.processors]


def _processor(one: Processor) -> dict[str, Any]:
    return {
        "key": one.key, "label": one.name, "legal_name": one.legal_name, "country": one.country,
        "does": one.does, "gets": list(one.categories),
        "contract_signed_on": one.contract_signed_on.isoformat() if one.contract_signed_on else "",
    }  # fmt: skip


def _written(one: ProfileProcessor) -> dict[str, Any]:
    return {
        "key": one.key, "label": one.label, "legal_name": one.legal_name or "", "country": one.country,
        "does": one.does, "gets": list(one.gets), "contract_signed_on": one.contract_signed_on or "",
    }  # fmt: skip


def _transfers(profile: Profile) -> list[dict[str, Any]]:
    """Return the transfers of the register; those of the profile while it is empty."""
    rows = Transfer.objects.running().select_related("processor").order_by("key")
    known: list[Any] = list(rows) or list(profile.transfers)
    return [_transfer(one) for one in known]


def _transfer(one: Any) -> dict[str, Any]:
    processor = getattr(one.processor, "key", one.processor)
    return {
        "key": one.key, "areas": list(one.areas), "exporter": one.exporter or "", "importer": one.importer,
        "to_country": one.to_country, "mechanism": one.mechanism or "", "module": one.module or "",
        "processor": processor or "",
        "assessed_on": str(one.assessed_on or ""),
    }  # fmt: skip
