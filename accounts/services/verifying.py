"""Checking the whole audit trail: every digest, root, chain and signature, in one pass, with flat memory."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from django.db import connection

from accounts.models import AuditEvent, Seal
from accounts.rules import append_only, trail
from accounts.rules.trail import Region
from accounts.services import sealing
from config import crypto


@dataclass
class Fault:
    """The first thing that is wrong. `event` names the event; None when it is the seal itself."""

    code: str
    seal: int | None
    event: int | None
    sentence: str


@dataclass
class Report:
    """What verification found. `intact` is about what is sealed; what waits is counted beside it."""

    seals: int = 0
    events: int = 0
    waiting: int = 0
    waiting_since: datetime | None = None
    guarded: bool = True
    fault: Fault | None = None
    public_keys: dict[str, str] = field(default_factory=dict)

    @property
    def intact(self) -> bool:
        """Whether nothing sealed was changed, removed or put in, and the database still refuses to."""
        return self.fault is None and self.guarded

    def as_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        since = self.waiting_since.isoformat() if self.waiting_since else None
        return {"intact": self.intact, **asdict(self), "waiting_since": since}


Row = tuple[int, int, bytes]


class _Reader:
    """The events of neighbouring seals from one query, handed out seal by seal."""

    def __init__(self) -> None:
        self._rows: Iterator[Row] = iter(())
        self._held: Row | None = None

    def open(self, first: Region, last: Region, top: int) -> None:
        self._rows = sealing.read(Region(first.floor, top, first.start, last.stop))
        self._held = next(self._rows, None)

    def take(self, region: Region) -> trail.Tally:
        taken = trail.Tally()
        while self._held and (
            self._held[0] <= region.ceiling if region.by_id else self._held[1] < region.stop
        ):
            taken.add(self._held[2])
            self._held = next(self._rows, None)
        return taken


def _runs(seals: Iterator[Seal]) -> Iterator[list[Seal]]:
    """Group neighbouring seals that one query can read; a run has at most 100."""
    run: list[Seal] = []
    for seal in seals:
        if run and (len(run) == 100 or not _together(run[-1], seal)):
            yield run
            run = []
        run.append(seal)
    if run:
        yield run


def _together(one: Seal, two: Seal) -> bool:
    before, after = sealing.region_of(one), sealing.region_of(two)
    if before.by_id and after.by_id:
        return after.floor == before.ceiling
    return not before.by_id and not after.by_id and (after.floor, after.start) == (before.floor, before.stop)


def verify() -> Report:
    """Check every seal from the first, and stop at the first fault. Reads each event once."""
    report = Report(guarded=guarded())
    last: Seal | None = None
    tops: dict[int, int] = {}
    reader = _Reader()
    for run in _runs(Seal.objects.order_by("number").iterator(chunk_size=100)):
        regions = [sealing.region_of(seal) for seal in run]
        top = max(region.ceiling for region in regions)
        reader.open(regions[0], regions[-1], top)
        for seal, region in zip(run, regions, strict=True):
            report.fault = _seal_fault(seal, last, tops) or _event_fault(seal, reader.take(region), top)
            if report.fault:
                return report
            tops[region.floor] = max(region.ceiling, tops.get(region.floor, 0))
            report.seals, report.events, last = report.seals + 1, report.events + seal.events, seal
            report.public_keys.setdefault(seal.key_id, sealing.public_key(seal.key_id).hex())
    _count_waiting(report, last)
    return report


def _seal_fault(seal: Seal, last: Seal | None, tops: dict[int, int]) -> Fault | None:
    """Check number, place, chain and signature of one seal."""
    before = sealing.region_of(last) if last else None
    top = tops.get(before.floor, 0) if before else 0
    chained = trail.chain(sealing.header(seal))
    if seal.number != (last.number + 1 if last else 1):
        return _bad("seal_missing", seal, f"The seal before seal {seal.number} is missing.")
    if seal.previous != (last.chain if last else trail.NO_PREVIOUS) or seal.chain != chained.hex():
        return _bad("chain_broken", seal, f"Seal {seal.number} was changed: its chain does not fit.")
    if not sealing.region_of(seal).follows(before, top):
        return _bad("gap", seal, f"Seal {seal.number} does not begin where the seal before it ends.")
    try:
        crypto.signing_key(seal.key_id).public_key().verify(
            bytes.fromhex(seal.signature), trail.signed(chained)
        )
    except crypto.DecryptionFailed:
        return _bad(
            "key_missing",
            seal,
            f"Seal {seal.number} was signed with {seal.key_id}, which is not in KEY_RING.",
        )
    except (InvalidSignature, ValueError):
        return _bad("signature_invalid", seal, f"The signature of seal {seal.number} is not ours.")
    return None


def _bad(code: str, seal: Seal, sentence: str) -> Fault:
    return Fault(code, seal.number, None, sentence)


_HOW = {
    "changed": "Event {event}, under seal {seal}, was changed after it was sealed.",
    "missing": "An event before event {event}, under seal {seal}, was removed.",
    "alien": "Event {event} was put under seal {seal} after it was sealed.",
}


def _event_fault(seal: Seal, found: trail.Tally, top: int) -> Fault | None:
    """Check the events of one seal against its root."""
    if found.events == seal.events and found.root().hex() == seal.root:
        return None
    region = sealing.region_of(seal)
    return _first_difference(seal, region if region.by_id else region._replace(ceiling=top))


def _first_difference(seal: Seal, region: Region) -> Fault:
    """Read the events of a broken seal once more, and name the first that differs."""
    rows = list(sealing.read(region))
    position, how = trail.first_difference(bytes(seal.marks), [digest for _, _, digest in rows])
    if position >= len(rows):
        return Fault("missing", seal.number, None, f"The last event under seal {seal.number} was removed.")
    event = rows[position][0]
    return Fault(how, seal.number, event, _HOW[how].format(event=event, seal=seal.number))


def _count_waiting(report: Report, last: Seal | None) -> None:
    """Report what no checked seal covers: it waits for the sealer, or stands outside every region.

    All are counted before those that wait: events written meanwhile can only hide, never feign, a fault.
    """
    total, waits = AuditEvent.objects.count(), sealing.beyond(last)
    report.waiting = waits.count()
    report.waiting_since = waits.order_by("pk").values_list("at", flat=True).first()
    outside = total - report.events - report.waiting
    if outside > 0:
        report.fault = Fault(
            "outside",
            last.number if last else None,
            None,
            f"{outside} events stand outside every seal and would never be sealed. After a restore of the "
            "database run `manage.py seal_audit --after-restore`; otherwise somebody wrote them.",
        )


def guarded() -> bool:
    """Whether the triggers that refuse changes are in place and switched on."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " WHERE c.relname = ANY(%s) AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
                " AND t.tgname ~ '_(append_only|no_truncate)$'",
                [list(append_only.TABLES)],
            )
        else:
            cursor.execute(
                "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (%s, %s)",
                list(append_only.TABLES),
            )
        return int(cursor.fetchone()[0]) >= 2 * len(append_only.TABLES)
