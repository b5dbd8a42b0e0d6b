"""The shipped files as versions in the database, so that a date can be explained years later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.services import audit
from accounts.services.audit import Actor
from platforms.models import RegistryEntry
from platforms.registry import Entry, shipped_entries


@dataclass(frozen=True)
class Loaded:
    """What a sync did: keys that are new, whose file has changed, and whose file is gone."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def sync(*, actor: Actor, now: datetime) -> Loaded:
    """Store every file whose hash is not the current version of its entry; the old version stays, ended.

    Safe to repeat and to run twice at once: what another process stored meanwhile is left as it is. Raises
    RegistryError for a faulty file; then nothing is stored.
    """
    files = shipped_entries()
    known = {row.key: row for row in RegistryEntry.objects.filter(replaced_at=None).defer("source")}
    new = [key for key, entry in files.items() if key not in known or known[key].sha256 != entry.sha256]
    stored = [key for key in new if _store(files[key], actor, now)]
    gone = [key for key in sorted(known) if key not in files and _retire(key, actor, now)]
    return Loaded(
        added=tuple(key for key in stored if key not in known),
        changed=tuple(key for key in stored if key in known),
        gone=tuple(gone),
    )


def _store(entry: Entry, actor: Actor, now: datetime) -> bool:
    """Store one version with its audit event; returns False when another process was first."""
    try:
        with transaction.atomic():
            old = _end(entry.key, now, but=entry.sha256)
            made = RegistryEntry.objects.create(
                key=entry.key, kind=entry.kind, name=entry.name, sha256=entry.sha256, source=entry.source,
                loaded_at=now,
            )  # fmt: skip
            details: Mapping[str, str] = {"key": entry.key, "sha256": entry.sha256, "before": old}
            audit.record(actor=actor, action="registry.loaded", obj=made, details=details)
    except IntegrityError:
        return False
    return True


@transaction.atomic
def _retire(key: str, actor: Actor, now: datetime) -> bool:
    row = RegistryEntry.objects.select_for_update().filter(key=key, replaced_at=None).first()
    if row is None:
        return False
    _end(key, now)
    audit.record(actor=actor, action="registry.gone", obj=row, details={"key": key, "sha256": row.sha256})
    return True


def _end(key: str, now: datetime, but: str = "") -> str:
    """End the current version unless its hash is `but`; returns the hash that it had, or an empty text."""
    row = RegistryEntry.objects.select_for_update().filter(key=key, replaced_at=None).exclude(sha256=but)
    before = row.values_list("sha256", flat=True).first() or ""
    row.update(replaced_at=now)
    return before
