"""Is the journal of erasures whole, and as it was written? And from when on does it know?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min

from accounts.models import AuditEvent, Seal
from accounts.services import sealing, verifying
from platforms.models import System
from retention.models import JournalEntry
from retention.rules import proofs
from retention.services import journal

MIGRATION = "0003_backups"


class Tampered(Exception):
    """The journal, or the audit trail that holds it, is not as it was written. The message names what."""


@dataclass(frozen=True)
class Checked:
    """How many entries were found to be as written, and how many of them no seal covers yet."""

    entries: int
    unsealed: int


@dataclass(frozen=True)
class _Event:
    """What an audit event says about entries."""

    digests: frozenset[str]
    root: str | None
    sealed: bool


def verify(system: System) -> Checked:
    """Check the seals of the audit trail and every entry of a system against its event. Raises Tampered.

    An entry that was changed, put in or taken out is named.
    """
    report = verifying.verify()
    if not report.intact:
        why = (
            report.fault.sentence if report.fault else "The triggers that guard the audit trail are missing."
        )
        raise Tampered(f"The audit trail does not hold: {why}")
    events = dict(_events(system))
    seen: dict[int, set[str]] = {}
    unsealed = total = 0
    for entry in JournalEntry.objects.of(system.pk).iterator(chunk_size=500):
        event = events.get(entry.event)
        digest = journal.digest(entry)
        if event is None or digest not in event.digests or not _keys_fit(entry, event):
            raise Tampered(f"Entry {entry} was changed after it was written, or is none of ours.")
        seen.setdefault(entry.event, set()).add(digest)
        total, unsealed = total + 1, unsealed + (not event.sealed)
    for number, event in events.items():
        if event.digests - seen.get(number, set()):
            raise Tampered(f"An entry of the journal that event {number} holds was removed.")
    return Checked(total, unsealed)


def _events(system: System) -> Iterator[tuple[int, _Event]]:
    last = Seal.objects.latest_seal()
    found = AuditEvent.objects.filter(action__in=journal.ACTIONS, details__system=system.key)
    for event in found.order_by("pk").iterator(chunk_size=500):
        said: dict[str, Any] = event.details
        digests = frozenset(said.get("journal", ()))
        yield event.pk, _Event(digests, said.get("root"), sealing.covers(last, event))


def _keys_fit(entry: JournalEntry, event: _Event) -> bool:
    """Whether the keys still lead to the root that the event holds."""
    try:
        keys = entry.packed()
    except ValueError:
        return False
    same = len(keys) == entry.rows and bool(len(keys)) and proofs.root(keys) == entry.root
    return same and (entry.batch is None or event.root == entry.root)


def began(system: System) -> datetime:
    """Return from when on the journal knows every erasure that the portal made in a system.

    That is since the portal keeps a journal, or since it knows the system where that came later.
    """
    kept = MigrationRecorder(connection).migration_qs.filter(app="retention", name=MIGRATION)
    applied = kept.values_list("applied", flat=True).first()
    start = max(applied, system.created_at) if applied else system.created_at
    first = JournalEntry.objects.of(system.pk).aggregate(first=Min("erased_at"))["first"]
    return min(start, first) if first else start
