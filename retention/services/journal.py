"""The journal of erasures: what went where, by keys, written in the transaction that stores the erasure.

It says which rows to delete or mask again after a backup was restored (docs/decisions/0016). Each entry is
held by the audit event of its erasure: by the root over its keys and by a digest of everything it says.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import Any

from django.db import transaction

from accounts.models import AuditEvent
from accounts.services import audit
from accounts.services.audit import SYSTEM
from platforms.connectors import TableRef
from platforms.connectors.base import Key, chunks
from platforms.connectors.packing import LARGEST, KeyKind, pack
from platforms.connectors.purging import ERASED
from platforms.models import System
from retention.enums import JournalSource, StepAction
from retention.models import JournalEntry, SweepBatch, SweepStep
from retention.rules import proofs
from retention.services import keys as sealed

ACTIONS = ("retention.removed", "erasure.journaled")
"""The audit events that hold entries."""
TAG = b"portal-journal-entry-1\n"
KEYS_AN_ENTRY = 100_000


@dataclass(frozen=True, slots=True)
class Removal:
    """Rows of one collection that were deleted (`columns` None) or masked: real column → how.

    How: {"style": …} as `remasking` reads it, without personal values. `key`: columns of the primary key.
    """

    collection: str
    table: TableRef
    key: Sequence[str]
    keys: Sequence[Key]
    columns: Mapping[str, Mapping[str, Any]] | None = None


def write(
    *, system: System, removals: Sequence[Removal], source: JournalSource, source_id: str, now: datetime
) -> list[JournalEntry]:
    """Append what was erased in a system to the journal; once for each source, however often it is told.

    Called in the transaction that stores the erasure, by what stands above this app.
    """
    if JournalEntry.objects.filter(source_kind=source, source=source_id).exists():
        return []
    entries = of_removals(system, removals, source, source_id, now)
    if not entries:
        return []
    said = [{"collection": one.collection, "action": one.action, "rows": one.rows, "root": one.root}
            for one in entries]  # fmt: skip
    details = {
        "system": system.key, "source": str(source), "id": source_id, "removed": said,
        "journal": [digest(one) for one in entries],
    }  # fmt: skip
    with transaction.atomic():
        event = audit.record(actor=SYSTEM, action="erasure.journaled", obj=system, details=details)
        return append(entries, event)


def append(entries: Sequence[JournalEntry], event: AuditEvent) -> list[JournalEntry]:
    """Store entries under the audit event that holds their digests."""
    for one in entries:
        one.event = event.pk
    return JournalEntry.objects.bulk_create(entries)


def of_removals(
    system: System, removals: Sequence[Removal], source: JournalSource, source_id: str, now: datetime
) -> list[JournalEntry]:
    """Return entries, not stored yet, for rows whose keys are known."""
    parts = [(one, part) for one in removals for part in chunks(one.keys, KEYS_AN_ENTRY)]
    made = []
    for number, (one, part) in enumerate(parts):
        packed = pack(kind_of(part), part, partial(sealed.seal, system, one.collection))
        made.append(
            JournalEntry(
                system=system, collection=one.collection, table=[one.table.name, one.table.schema],
                key=list(one.key), action=StepAction.DELETE if one.columns is None else StepAction.MASK,
                columns=None if one.columns is None else {k: dict(v) for k, v in one.columns.items()},
                kind=packed.kind, keys=packed.small(), rows=len(packed), root=proofs.root(packed),
                source_kind=source, source=source_id, number=number, erased_at=now,
            )
        )  # fmt: skip
    return made


def written(removals: Sequence[Removal]) -> str:
    """Return removals as a text that `read` reads; empty for none."""
    said = [
        [one.collection, one.table.name, one.table.schema, list(one.key), [list(key) for key in one.keys],
         one.columns]
        for one in removals
    ]  # fmt: skip
    return json.dumps(said, default=str) if said else ""


def read(text: str) -> list[Removal]:
    """Return the removals that `written` wrote. Keys that are no numbers come back as texts."""
    return [
        Removal(collection, TableRef(name, schema), key, [tuple(one) for one in keys], columns)
        for collection, name, schema, key, keys, columns in (json.loads(text) if text else ())
    ]


def of_batch(step: SweepStep, batch: SweepBatch, now: datetime) -> JournalEntry:
    """Return the entry, not stored yet, of a window of a sweep. The batch it points at has the keys."""
    changes = step.due["changes"]
    columns = None if changes is None else {name: constant(value) for name, value in changes.items()}
    return JournalEntry(
        system=step.system, collection=step.collection, table=step.due["table"], key=step.due["key"],
        action=step.action, columns=columns, kind=batch.kind, batch=batch, rows=batch.rows, root=batch.root,
        source_kind=JournalSource.SWEEP, source=str(batch.pk), number=0, erased_at=now,
    )  # fmt: skip


def constant(value: Any) -> dict[str, Any]:
    """Return how a column is said to hold one value, nothing, or the word with the row's key behind it."""
    if value == ERASED:
        return {"style": "erased"}
    return {"style": "null"} if value is None else {"style": "constant", "value": value}


def kind_of(keys: Sequence[Key]) -> KeyKind:
    """Return how keys are written: numbers and UUIDs as they are, everything else as a keyed digest."""
    if all(len(one) == 1 and type(one[0]) is int and -LARGEST <= one[0] < LARGEST for one in keys):
        return KeyKind.NUMBER
    if all(len(one) == 1 and isinstance(one[0], uuid.UUID) for one in keys):
        return KeyKind.UUID
    return KeyKind.DIGEST


def digest(entry: JournalEntry) -> str:
    """Return the SHA-256 of the tag and all that an entry says, as the audit event holds it, in hex."""
    said = {
        "system": entry.system.key, "collection": entry.collection, "table": entry.table, "key": entry.key,
        "action": str(entry.action), "columns": entry.columns, "kind": str(entry.kind), "rows": entry.rows,
        "root": entry.root, "source_kind": str(entry.source_kind), "source": entry.source,
        "number": entry.number, "erased_at": entry.erased_at.astimezone(UTC).isoformat(),
    }  # fmt: skip
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(TAG + text.encode()).hexdigest()
