"""From the profile to the register. Safe to repeat; what people completed stays as they wrote it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.services import audit
from accounts.services.audit import Actor
from config.profile import Profile
from config.profile.partners import Processor as ProfileProcessor
from config.profile.partners import Transfer as ProfileTransfer
from platforms.models import Processor, System, Transfer
from platforms.services.processors.storing import write


@transaction.atomic
def sync(*, profile: Profile, actor: Actor, now: datetime) -> list[Processor]:
    """Make or update the processors and transfers of a profile; returns the processors in its order.

    A field that people changed keeps their value, a null of the profile says nothing, and what the profile
    no longer names stays: it was a recipient.
    """
    made = [_processor(profile, one, actor, now) for one in profile.processors]
    by_key = {one.key: one for one in made}
    for transfer in profile.transfers:
        _transfer(transfer, by_key, actor, now)
    _run_by(profile, by_key, actor)
    return made


def _processor(profile: Profile, one: ProfileProcessor, actor: Actor, now: datetime) -> Processor:
    gets = [category for category in profile.categories if category.key in one.gets]
    values = {
        "name": one.label, "legal_name": one.legal_name, "service": one.service, "does": one.does,
        "registry": one.registry, "country": one.country, "contract_url": one.terms,
        "contract_signed_on": _day(one.contract_signed_on), "categories": list(one.gets),
        "evidence_expires_on": _day(one.evidence_expires_on), "certificates": list(one.certificates),
        "purposes": _once(key for category in gets for key in category.purposes), "source": one.source,
    }  # fmt: skip
    made: Processor = _store(Processor, one.key, values, {}, actor, now)
    return made


def _transfer(one: ProfileTransfer, processors: dict[str, Processor], actor: Actor, now: datetime) -> None:
    values = {
        "areas": list(one.areas), "exporter": one.exporter, "importer": one.importer,
        "to_country": one.to_country, "mechanism": one.mechanism, "module": one.module,
        "assessed_on": _day(one.assessed_on), "source": one.source,
    }  # fmt: skip
    owner = {"processor": processors[one.processor] if one.processor else None}
    _store(Transfer, one.key, values, owner, actor, now)


def _store(
    model: Any, key: str, values: dict[str, Any], owner: dict[str, Any], actor: Actor, now: datetime
) -> Any:
    said = {name: value for name, value in values.items() if value is not None}
    word = model._meta.model_name
    found = model.objects.select_for_update(of=("self",)).filter(key=key).first()
    if found is None:
        made = model.objects.create(key=key, changed_at=now, **said, **owner)
        audit.record(actor=actor, action=f"{word}.added", obj=made, fields=said, details={"key": key})
        return made
    if not found.ended_on:
        left = {name: value for name, value in said.items() if name not in found.by_hand}
        write(found, left | owner, action=f"{word}.synced", actor=actor, now=now, by_hand=False)
    return found


def _run_by(profile: Profile, processors: dict[str, Processor], actor: Actor) -> None:
    """Say of each system who runs it."""
    for one in profile.systems:
        owner = processors[one.processor] if one.processor else None
        system = System.objects.filter(key=one.key).exclude(processor=owner).first() if owner else None
        if system:
            system.processor = owner
            system.save(update_fields=["processor"])
            audit.record(actor=actor, action="system.changed", obj=system, fields=["processor"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _once(keys: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(keys))
