"""Sealing the audit trail, proving that one event is in it, and the proof's own document (decision 0003)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from accounts.models import AuditEvent, Seal
from accounts.rules import trail
from accounts.rules.trail import Region
from accounts.services import audit
from config import crypto

EVENTS_PER_SEAL = 8192
READ_AT_ONCE = 2000
_COLUMNS = (
    "id, at, xid, actor_kind, actor_id, action, object_type, object_id, request_id,"
    " fields, details, commitments"
)


class TransactionIdsRestarted(Exception):
    """The database gives out transaction ids that it gave out before: it was restored into another server."""

    def __init__(self, last: int, current: int) -> None:
        super().__init__(
            f"Transaction ids restarted: the last seal goes to {last}, the database is at {current}. "
            "This follows a restore into another PostgreSQL server. Stop the portal, run "
            "`manage.py seal_audit --after-restore` once, then `manage.py verify_audit`."
        )


def read(region: Region) -> Iterator[tuple[int, int, bytes]]:
    """Yield (event id, transaction id, digest) of each event of a region, in sealing order, flat memory."""
    where, values = "id > %s AND id <= %s", [region.floor, region.ceiling]
    order = "id"
    if not region.by_id:
        where, values, order = (
            f"{where} AND xid >= %s AND xid < %s",
            [*values, region.start, region.stop],
            "xid, id",
        )
    query = f"SELECT {_COLUMNS} FROM accounts_auditevent WHERE {where} ORDER BY {order}"  # noqa: S608  (constants)
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, values)
        while rows := cursor.fetchmany(READ_AT_ONCE):
            for row in rows:
                yield row[0], row[2], trail.digest_of_row(row, _instant(row[1]))


def _instant(at: datetime | str) -> str:
    """Return a stored time as it is hashed. SQLite stores text, without a fraction when it is zero."""
    if isinstance(at, str):
        return f"{at[:10]}T{at[11:19]}.{at[20:26]:0<6}Z"
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def region_of(seal: Seal) -> Region:
    """Return which events a seal is about."""
    return Region(seal.floor, seal.ceiling, seal.start, seal.stop)


def header(seal: Seal) -> dict[str, Any]:
    """Return what the chained hash of a seal is made of."""
    return {
        "number": seal.number,
        "sealed_at": _instant(seal.sealed_at),
        **region_of(seal)._asdict(),
        "events": seal.events,
        "root": seal.root,
        "marks_sha256": sha256(bytes(seal.marks)).hexdigest(),
        "previous": seal.previous,
        "key_id": seal.key_id,
    }


def public_key(key_id: str) -> bytes:
    """Return the 32-byte Ed25519 public key; raises crypto.DecryptionFailed when the ring has no such key."""
    return crypto.signing_key(key_id).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def watermark() -> int | None:
    """Return the transaction id below which nothing can be written any more; None on SQLite."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def next_region(last: Seal | None, mark: int | None) -> Region | None:
    """Return what can be sealed now after `last`, about EVENTS_PER_SEAL events; None when there is nothing.

    `mark` is the watermark. Raises TransactionIdsRestarted.
    """
    if last is None or last.stop == trail.LIMIT:
        floor, start = last.ceiling if last else 0, 0
    else:
        floor, start = last.floor, last.stop
    if (mark or 0) < start:
        raise TransactionIdsRestarted(start, mark or 0)
    return _up_to_event(floor) if mark is None else _up_to_transaction(floor, start, mark)


def _up_to_event(floor: int) -> Region | None:
    ids = AuditEvent.objects.filter(pk__gt=floor).order_by("pk").values_list("pk", flat=True)
    last = ids[EVENTS_PER_SEAL - 1 : EVENTS_PER_SEAL].first() or ids.last()
    return Region(floor, last, 0, trail.LIMIT) if last else None


def _up_to_transaction(floor: int, start: int, mark: int) -> Region | None:
    """Events of one transaction stay together, so a seal may hold more than EVENTS_PER_SEAL."""
    events = AuditEvent.objects.filter(pk__gt=floor, xid__gte=start, xid__lt=mark)
    xids = events.order_by("xid", "pk").values_list("xid", flat=True)
    first = xids.first()
    if first is None:
        return None
    beyond = xids[EVENTS_PER_SEAL : EVENTS_PER_SEAL + 1].first()
    stop = mark if beyond is None else max(beyond, first + 1)
    top = events.filter(xid__lt=stop).aggregate(top=Max("pk"))["top"]
    return Region(floor, top, start, stop)


def _make(region: Region, last: Seal | None, now: datetime) -> Seal:
    tally = trail.Tally()
    for _, _, digest in read(region):
        tally.add(digest)
    seal = Seal(
        number=last.number + 1 if last else 1,
        sealed_at=now,
        **region._asdict(),
        events=tally.events,
        root=tally.root().hex(),
        marks=bytes(tally.marks),
        previous=last.chain if last else trail.NO_PREVIOUS,
        key_id=crypto.oldest_key_id(),
    )
    chained = trail.chain(header(seal))
    seal.chain = chained.hex()
    seal.signature = crypto.signing_key(seal.key_id).sign(trail.signed(chained)).hex()
    return seal


def seal(*, now: datetime) -> Seal | None:
    """Seal what is certain to be complete; None when nothing waits or another sealer was first.

    PostgreSQL: events of transactions below pg_snapshot_xmin, so that none can appear later. SQLite: all
    committed events, because writers come one after another. No lock. Raises TransactionIdsRestarted.
    """
    mark = watermark()
    last = Seal.objects.latest_seal()
    region = next_region(last, mark)
    if region is None:
        return None
    made = _make(region, last, now)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        return None
    return made


def seal_all(*, now: datetime, most: int = 200) -> int:
    """Seal until nothing waits, in at most `most` seals; returns how many were made."""
    made = 0
    while made < most and seal(now=now):
        made += 1
    return made


@transaction.atomic
def seal_after_restore(*, now: datetime) -> list[Seal]:
    """Seal what a restart of transaction ids left open; returns the seals made.

    Two seals: what the old server had not sealed, then everything written since. Writers wait meanwhile;
    after it a new count of transaction ids may begin.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE accounts_auditevent IN SHARE MODE")
    last = Seal.objects.latest_seal()
    if last is None or last.stop == trail.LIMIT:
        return []
    top = Seal.objects.filter(floor=last.floor).aggregate(top=Max("ceiling"))["top"]
    rest = _make(Region(last.floor, top, last.stop, trail.LIMIT), last, now)
    rest.save(force_insert=True)
    newest = AuditEvent.objects.aggregate(newest=Max("pk"))["newest"] or top
    if newest <= top:
        return [rest]
    new = _make(Region(top, newest, 0, trail.LIMIT), rest, now)
    new.save(force_insert=True)
    return [rest, new]


def waiting() -> Any:
    """Return the events that no seal covers yet, as a query."""
    return beyond(Seal.objects.latest_seal())


def beyond(last: Seal | None) -> Any:
    """Return the events that the chain up to `last` does not cover, as a query."""
    if last is None:
        return AuditEvent.objects.all()
    if last.stop == trail.LIMIT:
        return AuditEvent.objects.filter(pk__gt=last.ceiling)
    return AuditEvent.objects.filter(pk__gt=last.floor, xid__gte=last.stop)


def seal_over(event: AuditEvent) -> Seal | None:
    """Return the seal that covers an event, or None while it waits."""
    inside = Seal.objects.filter(
        floor__lt=event.pk, ceiling__gte=event.pk, start__lte=event.xid, stop__gt=event.xid
    )
    return inside.order_by("number").first()


def inclusion(event: AuditEvent) -> dict[str, Any] | None:
    """Return the document that proves one event to be under a signed seal; None while it is not sealed.

    JSON values only: event as hashed, digests of its leaf, path to the root, seal, public key.
    """
    seal = seal_over(event)
    if seal is None:
        return None
    found = list(read(region_of(seal)))
    position = next((i for i, (pk, _, _) in enumerate(found) if pk == event.pk), None)
    if position is None:
        return None
    digests = [digest for _, _, digest in found]
    leaf = position // trail.LEAF_EVENTS
    inside = digests[leaf * trail.LEAF_EVENTS : (leaf + 1) * trail.LEAF_EVENTS]
    return {
        "event": as_hashed(event)._asdict(),
        "position": position,
        "leaf": [digest.hex() for digest in inside],
        "path": trail.path(trail.leaves(digests), leaf),
        "seal": header(seal),
        "chain": seal.chain,
        "signature": seal.signature,
        "public_key": public_key(seal.key_id).hex(),
    }


def as_hashed(event: AuditEvent) -> trail.Event:
    """Return an event as it is hashed."""
    return trail.Event(
        event.pk,
        _instant(event.at),
        event.xid,
        event.actor_kind,
        event.actor_id,
        event.action,
        event.object_type,
        event.object_id,
        event.request_id,
        event.fields,
        event.details,
        event.commitments,
    )


def covers(last: Seal | None, event: AuditEvent) -> bool:
    """Whether the chain that ends with `last` covers an event of the database."""
    if last is None:
        return False
    if last.stop == trail.LIMIT:
        return event.pk <= last.ceiling
    return event.pk <= last.floor or event.xid < last.stop


@transaction.atomic
def exported(*, actor: audit.Actor) -> None:
    """Record that the trail was exported."""
    audit.record(actor=actor, action="audit.exported", obj=None)


def export_lines() -> Iterator[str]:
    """Yield the trail as JSON lines: each seal, then its events as they are hashed; then what waits."""
    last = None
    for seal in Seal.objects.order_by("number").iterator(chunk_size=100):
        last = seal
        signed = {"seal": header(seal), "chain": seal.chain, "signature": seal.signature}
        yield json.dumps({**signed, "public_key": public_key(seal.key_id).hex()}) + "\n"
        events = AuditEvent.objects.filter(
            pk__gt=seal.floor, pk__lte=seal.ceiling, xid__gte=seal.start, xid__lt=seal.stop
        )
        order = ("pk",) if region_of(seal).by_id else ("xid", "pk")
        yield from _event_lines(events.order_by(*order))
    yield json.dumps({"waiting": True}) + "\n"
    yield from _event_lines(beyond(last).order_by("pk"))


def _event_lines(events: Any) -> Iterator[str]:
    for event in events.iterator(chunk_size=READ_AT_ONCE):
        yield trail.canonical(as_hashed(event)).decode() + "\n"
