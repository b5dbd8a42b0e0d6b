"""The audit trail: what an event costs beside a plain insert, whether any is lost, what verification costs.

Floor of the insert: the same row by the ORM into a table with a primary key and nothing else, one
transaction each, by as many processes. Floor of verification: reading every row and hashing it once.
"""

import multiprocessing
import time
from collections.abc import Callable
from hashlib import sha256
from statistics import median

from bench import databases, portal
from bench.figure import Figure

NAMES = ("audit_insert_ratio", "audit_lost", "audit_verify_ratio")
WRITERS = 8
ROUNDS = 5


def run(smoke: bool) -> list[Figure]:
    """Return the three figures; `smoke` writes 25 events a writer and round instead of 400."""
    with databases.postgresql() as url:
        portal.start(url)
        return _measure(25 if smoke else 400, rounds=2 if smoke else ROUNDS)


def _measure(each: int, rounds: int) -> list[Figure]:
    from django.utils import timezone

    from accounts.models import AuditEvent, Seal
    from accounts.services import sealing, verifying

    _make_floor_table()
    ratios = [_round(each) for _ in range(rounds)]
    sealing.seal_all(now=timezone.now())
    written = rounds * WRITERS * each
    sealed = sum(Seal.objects.values_list("events", flat=True))
    floor, took = _best(_scan), _best(verifying.verify)
    sizes = {"events": written, "writers": WRITERS, "rounds": rounds, "seals": Seal.objects.count()}
    spread = {"ratios": [round(r, 3) for r in ratios]}
    return [
        Figure("audit_insert_ratio", median(ratios), "of plain inserts a second", ">= 0.75", sizes | spread),
        Figure("audit_lost", written - min(sealed, AuditEvent.objects.count()), "events", "== 0", sizes),
        Figure(
            "audit_verify_ratio",
            took / floor,
            "x the scan",
            "<= 3",
            sizes | {"verify_s": took, "scan_s": floor},
        ),
    ]


def _make_floor_table() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_plain (LIKE accounts_auditevent INCLUDING DEFAULTS)")
        cursor.execute("CREATE SEQUENCE bench_plain_id")
        cursor.execute("ALTER TABLE bench_plain ALTER id SET DEFAULT nextval('bench_plain_id')")
        cursor.execute("ALTER TABLE bench_plain ADD PRIMARY KEY (id)")


def _round(each: int) -> float:
    """Return throughput of audited inserts, with the sealer at work, over that of plain ones."""
    plain = _timed(_write_plain, each)
    stop = multiprocessing.Event()
    sealer = multiprocessing.Process(target=_keep_sealing, args=(stop,))
    _close()
    sealer.start()
    audited = _timed(_write_audited, each)
    stop.set()
    sealer.join()
    if sealer.exitcode:
        raise RuntimeError("The sealer failed while events were written.")
    return plain / audited


def _close() -> None:
    from django.db import connections

    connections.close_all()


def _timed(work: Callable[[int], None], each: int) -> float:
    _close()
    writers = [multiprocessing.Process(target=work, args=(each,)) for _ in range(WRITERS)]
    started = time.perf_counter()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    if any(writer.exitcode for writer in writers):
        raise RuntimeError("A writer failed.")
    return time.perf_counter() - started


def _write_audited(each: int) -> None:
    from django.db import transaction

    from accounts.models import User
    from accounts.services import audit

    for number in range(each):
        with transaction.atomic():
            audit.record(actor=audit.SYSTEM, action="bench.write", obj=User(pk=number), details={"n": number})


def _write_plain(each: int) -> None:
    from django.db import transaction

    from accounts.models import AuditEvent

    AuditEvent._meta.db_table = "bench_plain"
    for number in range(each):
        with transaction.atomic():
            AuditEvent.objects.create(
                actor_kind="system", action="bench.write", object_type="accounts.user", object_id=str(number),
                details={"n": number},
            )  # fmt: skip


def _keep_sealing(stop: "multiprocessing.synchronize.Event") -> None:
    from django.utils import timezone

    from accounts.services import sealing

    while not stop.is_set():
        sealing.seal(now=timezone.now())
        stop.wait(0.2)


def _scan() -> None:
    from django.db import connection

    with connection.chunked_cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_auditevent ORDER BY id")
        while rows := cursor.fetchmany(2000):
            for row in rows:
                sha256(repr(row).encode()).digest()


def _best(work: Callable[[], object]) -> float:
    """Return the least CPU seconds of three runs."""
    taken = []
    for _ in range(3):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return min(taken)
