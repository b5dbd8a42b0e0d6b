"""System checks of the platforms app: what must be true of the registry before anything is promised."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from config.profile import Profile, ProfileError, written_profile
from platforms.models import RegistryEntry, TermAcceptance
from platforms.registry import Entry, RegistryError, shipped_entries
from platforms.rules import terms
from platforms.rules.signatures import NAMES
from platforms.services import registry


def _entries() -> tuple[Entry, ...]:
    """Return the shipped entries; nothing where a file is faulty, which has an error of its own."""
    try:
        return tuple(shipped_entries().values())
    except RegistryError:
        return ()


def _profile() -> Profile | None:
    """Return the profile, or None where it is faulty, which has an error of its own (portal.E002)."""
    try:
        return written_profile()
    except ProfileError:
        return None


@register()
def registry_is_sound(**_: Any) -> list[CheckMessage]:
    """Every registry file must load; each fault is named with its line and remedy."""
    try:
        shipped_entries()
    except RegistryError as fault:
        return [Error(str(fault), hint="Mend the file named above.", id="platforms.E001")]
    return []


@register()
def periods_keep_the_limits(**_: Any) -> list[CheckMessage]:
    """No data element is kept for longer than its platform allows."""
    return [
        Error(
            f"{entry.key}: {element.key} is kept for {element.ship}, and the platform allows"
            f" {element.platform_max}.",
            hint="Shorten `ship` in its registry file.",
            id="platforms.E002",
        )
        for entry in _entries()
        for element in entry.data_elements
        if terms.ship_exceeds_limit(element)
    ]


@register()
def verifiers_are_known(**_: Any) -> list[CheckMessage]:
    """Every callback names a verifier that the portal has."""
    return [
        Error(
            f"{entry.key}: the callback {callback.key} names the verifier {callback.verify}.",
            hint=f"Known are: {', '.join(sorted(NAMES))}.",
            id="platforms.E003",
        )
        for entry in _entries()
        for callback in entry.callbacks
        if callback.verify not in NAMES
    ]


@register(Tags.security)
def secrets_are_set(**_: Any) -> list[CheckMessage]:
    """In production every platform and processor in use has its secrets; elsewhere it is a finding."""
    profile = _profile() if settings.PRODUCTION and _entries() else None
    if profile is None:
        return []
    return [
        Error(
            f"{key} is in use and {name} is not set.",
            hint=f"Set {name} or {name}_FILE, or switch the platform off in the profile.",
            id="platforms.E004",
        )
        for key, name in registry.missing_secrets(profile)
    ]


@register()
def platforms_have_files(**_: Any) -> list[CheckMessage]:
    """Every platform in use and every processor's `registry` of the profile has a registry file."""
    profile, entries = _profile(), _entries()
    if profile is None or not entries:
        return []
    known = {entry.key for entry in entries}
    return [
        Error(
            f"The profile names {key}, and platforms/registry/{key}.yaml is not there.",
            hint="Write the file, or take the platform or processor out of the profile.",
            id="platforms.E005",
        )
        for key in registry.keys_in_use(profile)
        if key not in known
    ]


def _has_tables(databases: Sequence[str] | None) -> bool:
    """Return whether a database was named for the checks and holds our tables already."""
    if "default" not in (databases or ()) or not _entries():
        return False
    return TermAcceptance._meta.db_table in connections["default"].introspection.table_names()


@register(Tags.database)
def registry_is_loaded(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """The database holds the present version of every file; only where a database is named."""
    if not _has_tables(databases):
        return []
    known = dict(RegistryEntry.objects.filter(replaced_at=None).values_list("key", "sha256"))
    return [
        Warning(
            f"{entry.key}: its present registry file is not loaded.",
            hint="Run manage.py sync_platforms.",
            id="platforms.W002",
        )
        for entry in _entries()
        if known.get(entry.key) != entry.sha256
    ]


@register(Tags.database)
def promises_keep_the_terms(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """A promise looser than a platform's term needs a recorded acceptance; only where a database is named.

    A warning: the stricter term binds all the same, and nothing can be accepted before the portal runs.
    """
    profile = _profile() if _has_tables(databases) else None
    if profile is None:
        return []
    return [
        Warning(
            f"{one.key}: we promise {one.promise} for {one.trigger}, and the term is {one.term}.",
            hint="Shorten the promise, or accept the difference on the page of the platform.",
            id="platforms.W001",
        )
        for one in registry.looser_promises(profile)
    ]
