"""The audit trail: append-only in the database, sealed without a lock, proved event by event."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import DatabaseError, connection, transaction

from accounts.models import AuditEvent, DataSubject, Seal
from accounts.rules import append_only, trail
from accounts.services import audit, sealing, verifying
from config import crypto

# PostgreSQL seals only what is committed; on SQLite the cheaper rollback after each test will do.
pytestmark = pytest.mark.django_db(transaction=connection.vendor == "postgresql")
NOW = datetime(2026, 10, 12, 9, 30, tzinfo=UTC)


def run(sql: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def tamper(sql: str, *values: object) -> None:
    """Do what only an administrator of the database can do: drop the triggers, write, and put them back."""
    for statement in append_only.remove_sql(connection.vendor):
        run(statement)
    run(sql, *values)
    for statement in append_only.install_sql(connection.vendor):
        run(statement)


def sealed(write, n: int = 5) -> list[AuditEvent]:
    events = [write(n=i) for i in range(n)]
    sealing.seal_all(now=NOW)
    return events


@pytest.mark.parametrize("table", append_only.TABLES)
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_or_delete(write, table, act):
    sealed(write)
    with pytest.raises(DatabaseError, match="append-only"):
        run(act.format(table))


def test_a_query_refuses_before_the_database_does(write):
    write()
    with pytest.raises(TypeError, match="never deleted"):
        AuditEvent.objects.all().delete()
    with pytest.raises(TypeError, match="never changed"):
        Seal.objects.update(number=1)


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused(officer):
    with pytest.raises(transaction.TransactionManagementError):
        audit.record(actor=audit.SYSTEM, action="case.opened", obj=officer)


def test_a_rolled_back_effect_leaves_no_event(officer):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.record(actor=audit.SYSTEM, action="case.opened", obj=officer)
        raise ZeroDivisionError
    assert not AuditEvent.objects.exists()


def test_everything_is_sealed_once_and_verifies(write):
    sealed(write, 130)
    [write(), write()]
    sealing.seal_all(now=NOW + timedelta(minutes=1))
    report = verifying.verify()
    assert report.intact
    assert (report.events, report.waiting) == (132, 0)
    assert sum(Seal.objects.values_list("events", flat=True)) == 132


def test_nothing_new_makes_no_seal(write):
    sealed(write)
    assert sealing.seal(now=NOW) is None


def test_what_is_not_sealed_yet_is_reported_and_is_no_fault(write):
    sealed(write)
    waiting = write()
    report = verifying.verify()
    assert report.intact
    assert report.waiting == 1
    assert report.waiting_since == waiting.at


def test_a_seal_takes_a_limited_number_of_events(write, monkeypatch):
    monkeypatch.setattr(sealing, "EVENTS_PER_SEAL", 10)
    sealed(write, 25)
    assert list(Seal.objects.order_by("number").values_list("events", flat=True)) == [10, 10, 5]
    assert verifying.verify().intact


def test_events_of_one_transaction_stay_under_one_seal(officer, monkeypatch):
    monkeypatch.setattr(sealing, "EVENTS_PER_SEAL", 3)
    with transaction.atomic():
        for n in range(8):
            audit.record(actor=audit.SYSTEM, action="many", obj=officer, details={"n": n})
    sealing.seal_all(now=NOW)
    report = verifying.verify()
    assert report.intact
    assert report.events == 8


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "case.closed"),
        ("details", '{"n":9}'),
        ("actor_kind", "system"),
        ("object_id", "7"),
        ("at", "2020-01-01"),
    ],
)
def test_a_changed_event_is_named(write, column, value):
    events = sealed(write, 100)
    cast = "::jsonb" if connection.vendor == "postgresql" and column == "details" else ""
    tamper(f"UPDATE accounts_auditevent SET {column} = %s{cast} WHERE id = %s", value, events[70].pk)
    fault = verifying.verify().fault
    assert fault
    assert (fault.code, fault.event, fault.seal) == ("changed", events[70].pk, 1)


def test_a_removed_event_is_named_by_the_one_after_it(write):
    events = sealed(write, 10)
    tamper("DELETE FROM accounts_auditevent WHERE id = %s", events[4].pk)
    fault = verifying.verify().fault
    assert fault
    assert (fault.code, fault.event) == ("missing", events[5].pk)


def test_the_last_event_of_a_seal_cannot_be_removed_unseen(write):
    events = sealed(write, 10)
    tamper("DELETE FROM accounts_auditevent WHERE id = %s", events[9].pk)
    fault = verifying.verify().fault
    assert fault
    assert fault.code == "missing"


def test_an_event_put_in_later_is_named(write):
    events = sealed(write, 10)
    spare, beyond = events[3].pk, events[9].pk + 10_000
    tamper("UPDATE accounts_auditevent SET id = %s WHERE id = %s", beyond, spare)
    sealing.seal_all(now=NOW)
    fault = verifying.verify().fault
    assert fault
    assert fault.code == "missing"
    tamper("UPDATE accounts_auditevent SET id = %s WHERE id = %s", spare, beyond)
    first = verifying.verify().fault
    assert first is None or first.seal != 1


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE accounts_seal SET root = chain WHERE number = 2", "chain_broken"),
        (
            "UPDATE accounts_seal SET signature = '00' || substr(signature, 3) WHERE number = 2",
            "signature_invalid",
        ),
        ("UPDATE accounts_seal SET previous = root WHERE number = 2", "chain_broken"),
        ("DELETE FROM accounts_seal WHERE number = 1", "seal_missing"),
    ],
)
def test_a_changed_or_removed_seal_is_named(write, sql, code):
    sealed(write)
    sealed(write)
    tamper(sql)
    fault = verifying.verify().fault
    assert fault
    assert (fault.code, fault.seal) == (code, 2)


def test_a_removed_last_seal_shows_as_events_that_wait(write):
    sealed(write)
    sealed(write)
    tamper("DELETE FROM accounts_seal WHERE number = 2")
    assert verifying.verify().waiting == 5


def test_a_dropped_trigger_is_reported(write):
    sealed(write)
    dropped = append_only.remove_sql(connection.vendor)[0]
    run(dropped)
    report = verifying.verify()
    for statement in append_only.remove_sql(connection.vendor)[1:] + append_only.install_sql(
        connection.vendor
    ):
        run(statement)
    assert not report.guarded
    assert not report.intact


def test_a_seal_of_an_unknown_key_is_said_to_be_unknown(write, settings):
    sealed(write)
    settings.KEY_RING = crypto.new_key("other")
    fault = verifying.verify().fault
    assert fault
    assert fault.code == "key_missing"


def test_rotating_keys_in_front_keeps_old_seals_valid(write, settings):
    sealed(write)
    settings.KEY_RING = f"{crypto.new_key('new1')},{settings.KEY_RING}"
    sealed(write)
    assert verifying.verify().intact


def test_erasing_a_person_does_not_break_the_chain(officer):
    subject = DataSubject.objects.create(name="Leonie Hartwig")
    with transaction.atomic():
        event = audit.record(
            actor=audit.Actor.of(officer),
            action="person.added",
            obj=subject,
            personal={"email": "leonie@example.org"},
        )
    sealing.seal_all(now=NOW)
    subject.delete()
    officer.delete()
    assert verifying.verify().intact
    assert "leonie" not in json.dumps(AuditEvent.objects.values("details", "commitments").get(pk=event.pk))


def test_one_event_is_proved_without_our_code(write):
    """Only hashlib, json and an Ed25519 verification: what docs/decisions/0003 tells an outsider to do."""
    from hashlib import sha256

    events = sealed(write, 300)
    proof = json.loads(json.dumps(sealing.inclusion(events[200])))

    def canonical(value):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    digest = sha256(b"portal-event-1\n" + canonical(list(proof["event"].values()))).hexdigest()
    assert proof["leaf"][proof["position"] % 64] == digest
    node = sha256(b"\x01" + bytes.fromhex("".join(proof["leaf"]))).digest()
    for step in proof["path"]:
        other = bytes.fromhex(step["hash"])
        node = sha256(b"\x02" + (other + node if step["side"] == "left" else node + other)).digest()
    assert node.hex() == proof["seal"]["root"]
    chained = sha256(b"portal-seal-1\n" + canonical(proof["seal"])).digest()
    assert chained.hex() == proof["chain"]
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(proof["public_key"]))
    key.verify(bytes.fromhex(proof["signature"]), b"portal-seal-signature-1\n" + chained)


def test_an_event_that_waits_has_no_proof_yet(write):
    assert sealing.inclusion(write()) is None


def test_reading_rows_hashes_the_same_as_reading_objects(officer):
    with transaction.atomic():
        event = audit.record(
            actor=audit.Actor.of(officer),
            action="odd.values",
            obj=officer,
            fields=["b", "a"],
            details={"z": 1.5, "a": [None, True, "“ä”\n\u202e😀"], "deep": {"y": {"x": 10**20}}},
            personal={"email": "x@example.org"},
        )
    event.refresh_from_db()
    sealing.seal_all(now=NOW)
    (_, _, by_row), *_ = sealing.read(sealing.region_of(Seal.objects.get()))
    assert by_row == trail.digest(sealing.as_hashed(event))


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_a_time_without_a_fraction_hashes_the_same(officer):
    event = AuditEvent.objects.create(at=NOW, actor_kind="system", action="x", object_type="", object_id="")
    event.refresh_from_db()
    sealing.seal_all(now=NOW)
    (_, _, by_row), *_ = sealing.read(sealing.region_of(Seal.objects.get()))
    assert by_row == trail.digest(sealing.as_hashed(event))
    assert sealing._instant(NOW) == "2026-10-12T09:30:00.000000Z"


def test_the_program_in_the_decision_holds_and_sees_one_changed_word(write, settings, tmp_path):
    decision = (settings.BASE_DIR / "docs/decisions/0003-audit-and-seals.md").read_text()
    program, proof = tmp_path / "check.py", tmp_path / "proof.json"
    program.write_text(re.search(r"```python\n(.*?)```", decision, re.S).group(1))
    events = sealed(write, 70)
    document = sealing.inclusion(events[66])

    def run_it() -> subprocess.CompletedProcess[str]:
        proof.write_text(json.dumps(document))
        return subprocess.run([sys.executable, program, proof], capture_output=True, text=True, check=False)

    assert run_it().stdout == "holds\n"
    document["event"]["action"] = "case.closed"
    assert "the event was changed" in run_it().stderr
