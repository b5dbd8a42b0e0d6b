"""Systems for the processors that the portal can talk to: in use once their secret is there."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.services import audit
from accounts.services.audit import Actor
from platforms.enums import SystemRole
from platforms.models import Processor, System
from platforms.services import secrets
from platforms.services.systems import SystemRefused, create_system, set_secret, update_system


@dataclass(frozen=True)
class Way:
    """How the portal talks to a processor: connector, setting of the secret, settings that are options."""

    connector: str
    secret: str
    holds: str
    asks: dict[str, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    verbs: tuple[str, ...] = ()


# By the key of the registry file.
WAYS = {
    "stripe": Way(
        "stripe", "STRIPE_RESTRICTED_KEY",
        gettext_noop("Customers, payment methods, subscriptions and invoices."),
        options={"keep": "P7Y", "redaction": False}, verbs=("restrict", "lift"),
    ),
    "anthropic": Way(
        "anthropic", "ANTHROPIC_API_KEY",
        gettext_noop("Files that the product uploaded; prompts and answers for thirty days."),
        options={"filename_prefix": "user-{user_id}-"},
    ),
    "analytics": Way(
        "google_analytics", "GOOGLE_ANALYTICS_DELETION_KEY",
        gettext_noop("Events of the use of the service, by client and user id."),
        asks={"property": "GOOGLE_ANALYTICS_PROPERTY"}, options={"user_id": True},
    ),
    "email_provider": Way(
        "email_suppression", "EMAIL_PROVIDER_KEY",
        gettext_noop("Addresses, messages sent and what became of them; addresses that get no mail."),
        asks={"url": "EMAIL_PROVIDER_URL"}, verbs=("restrict", "lift", "suppress"),
    ),
}  # fmt: skip
MISSING = gettext_noop("Not connected: %(names)s is not set. Until then a person orders deletion there.")


@transaction.atomic
def install_processor_systems(*, actor: Actor, now: datetime) -> list[System]:
    """Make or update the system of every processor that the portal can talk to; safe to repeat.

    Without its secret the system is switched off and says which setting is missing. Once it was connected,
    people decide whether it is in use, and their settings stay.
    """
    running = Processor.objects.running().filter(registry__in=WAYS).order_by("key")
    start = System.objects.exclude(key__in=[_key(one) for one in running]).count()
    return [_install(one, start + n, actor, now) for n, one in enumerate(running)]


def _key(processor: Processor) -> str:
    """A key apart from those of the profile's systems: a processor may run several of ours."""
    return f"{processor.key}-api"


def _secret(way: Way) -> str:
    # A JSON key has commas of its own: the list is put together again.
    return ",".join(secrets.values(way.secret))


def _install(processor: Processor, position: int, actor: Actor, now: datetime) -> System:
    way = WAYS[processor.registry]
    asked = {name: (secrets.values(setting) or ("",))[0] for name, setting in way.asks.items()}
    missing = [way.asks[name] for name, value in asked.items() if not value]
    missing = [*([] if _secret(way) else [way.secret]), *missing]
    system = System.objects.filter(key=_key(processor)).first()
    if missing:
        return system if system and system.connector == way.connector else _off(
            system, processor, way, missing, position, actor, now
        )  # fmt: skip
    options = way.options | asked | ({"verbs": list(way.verbs)} if way.verbs else {})
    try:
        return _on(system, processor, way, options, position, actor, now)
    except SystemRefused as refused:
        return _off(system, processor, way, [], position, actor, now, str(refused))


def _facts(processor: Processor, way: Way) -> dict[str, Any]:
    return {"name": processor.name, "role": SystemRole.PROCESSOR, "purpose": way.holds}


def _off(
    system: System | None, processor: Processor, way: Way, missing: list[str], position: int,
    actor: Actor, now: datetime, fault: str = "",
) -> System:  # fmt: skip
    if system is None:
        system = create_system(
            key=_key(processor), connector="manual", position=position, actor=actor, now=now,
            **_facts(processor, way),
        )  # fmt: skip
        update_system(system=system, enabled=False, actor=actor, now=now)
    return _marked(system, processor, fault or MISSING % {"names": ", ".join(missing)}, actor, now)


def _on(
    system: System | None, processor: Processor, way: Way, options: dict[str, Any], position: int,
    actor: Actor, now: datetime,
) -> System:  # fmt: skip
    secret = _secret(way)
    if system is None:
        system = create_system(
            key=_key(processor), connector=way.connector, secret=secret, options=options, position=position,
            actor=actor, now=now, **_facts(processor, way),
        )  # fmt: skip
    elif system.connector != way.connector:
        system.secret = secret
        system.save(update_fields=["secret"])
        values = {"connector": way.connector, "options": options, "enabled": True}
        system = update_system(system=system, actor=actor, now=now, **values)
    elif system.secret != secret:
        set_secret(system=system, secret=secret, actor=actor, now=now)
    return _marked(system, processor, "", actor, now)


def _marked(system: System, processor: Processor, fault: str, actor: Actor, now: datetime) -> System:
    """Say whose system it is and why it is not connected, if it is not."""
    system = System.objects.get(pk=system.pk)
    values = {"processor": processor, "check_error": fault}
    changed = [name for name, value in values.items() if getattr(system, name) != value]
    if changed:
        system.processor, system.check_error = processor, fault
        system.checked_at = now if fault else None
        system.save(update_fields=["processor", "check_error", "checked_at"])
        audit.record(actor=actor, action="system.changed", obj=system, fields=changed)
    return system
