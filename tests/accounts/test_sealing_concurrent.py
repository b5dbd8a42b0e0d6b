"""Sealing while eight writers write: no event is lost, none is sealed twice. PostgreSQL only."""

import threading
import time
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from accounts.models import AuditEvent, Seal
from accounts.rules import trail
from accounts.services import audit, sealing, verifying
from tests.factories import StaffFactory

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="transaction ids are PostgreSQL's"),
]
NOW = datetime(2026, 10, 12, 9, 30, tzinfo=UTC)
WRITERS, EACH = 8, 60


def write(n: int, officer) -> None:
    """Write in transactions of different length, every seventh rolled back."""
    for i in range(EACH):
        try:
            with transaction.atomic():
                audit.record(
                    actor=audit.Actor.of(officer), action="load", obj=officer, details={"w": n, "i": i}
                )
                if i % 5 == 0:
                    time.sleep(0.01)
                if i % 7 == 0:
                    raise RuntimeError
        except RuntimeError:
            pass
    connections.close_all()


def test_no_event_is_lost_under_eight_writers():
    officer = StaffFactory()
    threads = [threading.Thread(target=write, args=(n, officer)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        sealing.seal(now=NOW)
    for thread in threads:
        thread.join()
    sealing.seal_all(now=NOW)
    report = verifying.verify()
    kept = WRITERS * len([i for i in range(EACH) if i % 7])
    assert AuditEvent.objects.count() == kept
    assert report.fault is None
    assert (report.events, report.waiting) == (kept, 0)
    assert report.seals > 3


def test_an_open_transaction_holds_back_what_came_after_it(officer):
    """The case that sealing by `id > last` loses: begun first, committed last."""
    begun, go = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            audit.record(actor=audit.SYSTEM, action="slow", obj=officer)
            begun.set()
            go.wait(10)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    begun.wait(10)
    with transaction.atomic():
        audit.record(actor=audit.SYSTEM, action="quick", obj=officer)
    assert sealing.seal(now=NOW) is None
    assert verifying.verify().waiting == 1
    go.set()
    thread.join()
    sealing.seal_all(now=NOW)
    report = verifying.verify()
    assert (report.events, report.waiting, report.fault) == (2, 0, None)


def test_two_sealers_at_once_make_one_chain(write):
    for n in range(50):
        write(n=n)

    def run() -> None:
        for _ in range(20):
            sealing.seal(now=NOW)
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verifying.verify().fault is None
    assert sum(Seal.objects.values_list("events", flat=True)) == 50


def restart_transaction_ids(monkeypatch) -> None:
    """Let the portal see small transaction ids again, as after a restore into a fresh server."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE accounts_auditevent ALTER COLUMN xid SET DEFAULT"
            " (pg_current_xact_id()::text::bigint - 500)"
        )
    plain = sealing.watermark
    monkeypatch.setattr(sealing, "watermark", lambda: plain() - 500)


@pytest.fixture
def restored(monkeypatch):
    yield lambda: restart_transaction_ids(monkeypatch)
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE accounts_auditevent ALTER COLUMN xid"
            " SET DEFAULT (pg_current_xact_id()::text::bigint)"
        )


def test_a_restart_of_transaction_ids_is_noticed_and_mended(write, restored, capsys):
    for n in range(5):
        write(n=n)
    sealing.seal_all(now=NOW)
    write(action="left.open")
    restored()
    write(action="after.restore")
    with pytest.raises(sealing.TransactionIdsRestarted, match="--after-restore"):
        sealing.seal(now=NOW)
    with pytest.raises(CommandError, match="Stop the portal"):
        call_command("seal_audit")
    broken = verifying.verify()
    assert broken.fault
    assert broken.fault.code == "outside"
    call_command("seal_audit", "--after-restore")
    write(action="goes.on")
    sealing.seal_all(now=NOW)
    report = verifying.verify()
    assert (report.fault, report.events, report.waiting) == (None, 8, 0)
    assert Seal.objects.filter(stop=trail.LIMIT).count() == 2
    assert sealing.inclusion(AuditEvent.objects.get(action="left.open"))


def test_truncate_is_refused(write):
    write()
    with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_auditevent")


def test_sealing_while_verifying_is_no_fault(write, monkeypatch):
    for n in range(5):
        write(n=n)
    sealing.seal_all(now=NOW)
    write(action="later")
    plain = sealing.read

    def read(region):
        yield from plain(region)
        monkeypatch.undo()
        sealing.seal_all(now=NOW)

    monkeypatch.setattr(sealing, "read", read)
    report = verifying.verify()
    assert report.fault is None
    assert Seal.objects.count() == 2
