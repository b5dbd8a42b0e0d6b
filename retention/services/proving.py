"""When, by which schedule and in which run a record went: with a proof that a stand-alone script checks."""

from dataclasses import dataclass
from typing import Any

from accounts.models import AuditEvent
from accounts.services import sealing
from platforms.connectors.packing import KeyKind
from platforms.connectors.packing import one as one_key
from platforms.models import System
from retention.models import SweepBatch
from retention.rules import proofs
from retention.services import windows


@dataclass(frozen=True)
class Proof:
    """One removal of a record; `document`: what a stand-alone script checks, JSON values only.

    `sealed`: whether a signed seal covers it already; without one the document lacks its last part.
    """

    batch: SweepBatch
    document: dict[str, Any]
    sealed: bool


def prove(*, system: System, record: str, collection: str = "") -> list[Proof]:
    """Return every removal of a record of a system, the newest first; none when it was never removed.

    `record`: the primary key as text; parts of a composite key are separated by commas. `collection`:
    `dataset.collection`, to look there alone.
    """
    parts = tuple(record.split(","))
    number = _number(parts)
    batches = SweepBatch.objects.done().may_hold(system.pk, number).select_related("step__sweep")
    if collection:
        batches = batches.filter(collection=collection)
    found = (_proof(batch, system, parts) for batch in batches.order_by("-done_at").iterator())
    return [one for one in found if one is not None]


def _number(parts: tuple[str, ...]) -> int | None:
    try:
        return int(parts[0]) if len(parts) == 1 else None
    except ValueError:
        return None


def _proof(batch: SweepBatch, system: System, parts: tuple[str, ...]) -> Proof | None:
    keys = windows.keys_of(batch)
    try:
        key = one_key(KeyKind(batch.kind), parts, lambda k: windows.seal(system, batch.collection, k))
    except ValueError:
        return None
    place = keys.place(key)
    if place is None:
        return None
    event = event_of(batch)
    sealed = sealing.inclusion(event)
    document = {
        "format": "portal-removal-1",
        "record": ",".join(parts),
        "key": key.hex(),
        "removal": proofs.inclusion(keys, place),
        "root": batch.root,
        "event": sealed or {"event": sealing.as_hashed(event)._asdict()},
    }
    return Proof(batch, document, sealed is not None)


def check(batch: SweepBatch) -> bool:
    """Return whether the keys of a batch still lead to the root that its audit event holds."""
    root = proofs.root(windows.keys_of(batch))
    return bool(root == batch.root and root == event_of(batch).details.get("root"))


def event_of(batch: SweepBatch) -> AuditEvent:
    """Return the audit event that holds the root of a batch that is done."""
    return AuditEvent.objects.get(pk=batch.event or 0)
