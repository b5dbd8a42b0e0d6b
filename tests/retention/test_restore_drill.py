"""A backup is restored after people were erased: the journal erases them again, and nothing else changes."""

import os
import shutil
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import AuditEvent, Seal
from accounts.services.audit import SYSTEM
from dsar.services import drilling
from platforms.connectors.sql import SqlConnector
from platforms.demo import create_company
from platforms.models import System
from platforms.services import set_secret
from retention.models import JournalEntry
from retention.rules import journal_stays
from retention.services import drilling as drills
from retention.services import journal_checking, replaying, restored
from tests.retention.conftest import NOW, TODAY, Company

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def known_since(monkeypatch):
    """The portal has known the system, and kept its journal, since a day before."""
    monkeypatch.setattr(journal_checking, "MIGRATION", "none")
    real = System.save

    def save(self, *args, **more):
        real(self, *args, **more)
        System.objects.filter(pk=self.pk).update(created_at=NOW - timedelta(days=1))

    monkeypatch.setattr(System, "save", save)


@pytest.fixture
def backup(company, tmp_path):
    """The company as it was before anybody was erased."""
    path = tmp_path / "backup.sqlite3"
    shutil.copy(company.path, path)
    return Company(path)


@pytest.fixture
def erased(product, company, backup):
    """Four people, erased after the backup was taken: the plans."""
    return erase(product, company, 4)


@pytest.fixture
def unguarded():
    """Somebody who owns the database drops the triggers and changes the journal."""

    @contextmanager
    def dropped():
        vendor = connection.vendor
        with connection.cursor() as cursor:
            for statement in journal_stays.remove_sql(vendor):
                cursor.execute(statement)
            yield
            for statement in journal_stays.install_sql(vendor):
                cursor.execute(statement)

    return dropped


def erase(system, company, number):
    plans = [
        drilling.erase_person(
            system=system, identities={"email": [email], "user_id": [str(pk)]}, name=f"p{pk}", now=NOW
        )
        for pk, email in drilling.people_at(company.url, number)
    ]
    assert all(plans)
    return plans


def restore(backup, tmp_path, name="restored"):
    path = tmp_path / f"{name}.sqlite3"
    shutil.copy(backup.path, path)
    return Company(path)


def replay(system, url, **more):
    connector = restored.connector_to(system, url, in_place=False)
    return replaying.replay(system=system, connector=connector, **more)


def command(system, url, *more):
    call_command("replay_erasures", "--system", system.key, "--url", url, *more)


def differing(before, after, plans):
    return drilling.differences(
        drilling.rows_at(before.url), drilling.rows_at(after.url), drilling.aimed_at(plans)
    )


@pytest.mark.slow
def test_a_hundred_people_erased_after_the_backup_are_gone_again_and_every_other_row_is_as_it_was(tmp_path):
    path = tmp_path / "company.sqlite3"
    create_company(f"sqlite:///{path}", people=130, seed=5, today=TODAY)
    before = drilling.rows_at(f"sqlite:///{path}")
    drill = drills.run(path, tmp_path, 100, NOW)
    assert drill.passed, drill.as_text()
    assert (drill.erased, drill.changed) == (100, [])
    assert drill.replay.deleted
    assert drill.replay.masked
    assert drilling.rows_at(f"sqlite:///{path}") == before
    assert not System.objects.filter(key=drilling.KEY).exists()
    assert not JournalEntry.objects.exists()


def test_the_drill_of_the_command_line_writes_a_report_and_leaves_the_company_alone(
    company, settings, tmp_path, capsys
):
    settings.DEMO_COMPANY_URL, report = company.url, tmp_path / "report.txt"
    before, events = company.all(), AuditEvent.objects.count()
    call_command("replay_erasures", "--drill", "--people", "2", "--report", str(report))
    assert "Restore drill: passed" in report.read_text()
    assert "2 of 2 people were erased" in capsys.readouterr().out
    assert company.all() == before
    assert (AuditEvent.objects.count(), JournalEntry.objects.count()) == (events, 0)


def test_there_is_no_drill_where_there_is_no_demo_company(settings):
    settings.DEMO_COMPANY_URL = ""
    with pytest.raises(CommandError, match="for the demonstration") as refused:
        call_command("replay_erasures", "--drill")
    assert refused.value.returncode == 2


def test_a_restored_copy_loses_what_the_live_one_lost(product, company, backup, erased, tmp_path):
    copy = restore(backup, tmp_path)
    made = replay(product, copy.url, since=NOW)
    assert made.clean
    assert differing(backup, copy, erased) == []
    live, again = drilling.rows_at(company.url), drilling.rows_at(copy.url)
    assert {name: set(rows) for name, rows in again.items()} == {n: set(rows) for n, rows in live.items()}


def test_doing_it_again_changes_nothing(product, backup, erased, tmp_path):
    copy = restore(backup, tmp_path)
    replay(product, copy.url, since=NOW)
    once = copy.all()
    second = replay(product, copy.url, since=NOW)
    assert (second.clean, second.deleted, second.masked) == (True, {}, {})
    assert copy.all() == once


def test_a_dry_run_says_what_would_go_and_changes_nothing(product, backup, erased, tmp_path):
    copy = restore(backup, tmp_path)
    seen = replay(product, copy.url, since=NOW, dry_run=True)
    assert copy.all() == backup.all()
    done = replay(product, copy.url, since=NOW)
    assert seen.deleted == done.deleted
    assert set(seen.masked) == set(done.masked)


def test_the_journal_names_nobody(product, company, backup, erased):
    names = [value for plan in erased for values in plan.identities.values() for value in values]
    said = repr([(one.columns, bytes(one.keys), one.collection) for one in JournalEntry.objects.all()])
    assert not [one for one in names if "@" in one and one in said]
    assert not [e for e in AuditEvent.objects.all() if any("@" in n and n in str(e.details) for n in names)]


def test_whoever_is_killed_half_way_runs_it_again(product, backup, erased, tmp_path, monkeypatch):
    from platforms.connectors.sql.session import SqlSession

    copy, real, left = restore(backup, tmp_path), SqlSession.erase, [3]

    def dying(self, *args, **more):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return real(self, *args, **more)

    monkeypatch.setattr(SqlSession, "erase", dying)
    with pytest.raises(KeyboardInterrupt):
        replay(product, copy.url, since=NOW)
    monkeypatch.setattr(SqlSession, "erase", real)
    assert copy.all() != backup.all()
    assert replay(product, copy.url, since=NOW).clean
    assert differing(backup, copy, erased) == []


def test_an_entry_that_was_changed_stops_it_before_anything_is_touched(
    product, backup, erased, tmp_path, unguarded
):
    copy, entry = restore(backup, tmp_path), JournalEntry.objects.filter(action="delete").first()
    with unguarded():
        JournalEntry.objects.filter(pk=entry.pk).update(collection="social_product.teams")
    entry.refresh_from_db()
    with pytest.raises(CommandError, match=f"Entry J-{entry.pk} .* was changed") as stopped:
        command(product, copy.url)
    assert stopped.value.returncode == 3
    assert copy.all() == backup.all()


def test_keys_that_were_changed_are_noticed(product, backup, erased, tmp_path, unguarded):
    first, second = JournalEntry.objects.filter(kind="number", rows__gt=1)[:2]
    with unguarded():
        JournalEntry.objects.filter(pk=first.pk).update(keys=bytes(second.keys) if first.rows != second.rows
                                                        else b"x")  # fmt: skip
    with pytest.raises(journal_checking.Tampered, match=f"J-{first.pk} "):
        journal_checking.verify(product)


def test_an_entry_that_was_removed_is_missed(product, erased, unguarded):
    entry = JournalEntry.objects.first()
    with unguarded():
        JournalEntry.objects.filter(pk=entry.pk).delete()
    with pytest.raises(journal_checking.Tampered, match=f"event {entry.event} holds was removed"):
        journal_checking.verify(product)


@pytest.mark.django_db(transaction=True)
def test_a_trail_whose_seal_does_not_hold_stops_it(product, backup, erased, tmp_path, monkeypatch):
    from accounts.services import sealing, verifying

    sealing.seal_all(now=NOW)
    assert Seal.objects.exists()
    assert journal_checking.verify(product).unsealed == 0
    monkeypatch.setattr(verifying.trail, "signed", lambda chained: b"other" + chained)
    with pytest.raises(CommandError, match="The signature of seal 1 is not ours") as stopped:
        command(product, restore(backup, tmp_path).url)
    assert stopped.value.returncode == 3


def test_the_journal_is_append_only(product, erased):
    from django.db import DatabaseError, transaction

    for change in (lambda rows: rows.update(rows=1), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change(JournalEntry.objects.all())


def test_a_backup_older_than_the_journal_is_refused_and_says_from_when_on_it_knows(
    product, backup, erased, tmp_path
):
    copy, taken = restore(backup, tmp_path), (NOW - timedelta(days=40)).isoformat()
    with pytest.raises(CommandError, match="knows the erasures in Product database since 2026-11-23") as no:
        command(product, copy.url, "--since", taken)
    assert no.value.returncode == 2
    assert copy.all() == backup.all()
    command(product, copy.url, "--since", taken, "--accept-older")
    assert differing(backup, copy, erased) == []


def test_a_backup_from_after_the_erasures_has_nothing_to_lose(product, company, erased, tmp_path):
    copy = restore(company, tmp_path)
    made = replay(product, copy.url, since=NOW + timedelta(days=1))
    assert (made.entries, made.clean) == (0, True)
    assert copy.all() == company.all()


def test_a_restored_database_that_is_read_only_is_refused(product, backup, erased, tmp_path):
    copy = restore(backup, tmp_path)
    with pytest.raises(CommandError, match="Nothing can be written") as refused:
        command(product, f"sqlite:///file:{copy.path}?mode=ro&uri=true")
    assert refused.value.returncode == 2
    assert copy.all() == backup.all()


def test_the_live_database_is_refused_however_its_address_is_written(product, company, erased, tmp_path):
    link = tmp_path / "link.sqlite3"
    link.symlink_to(company.path)
    for url in (company.url, f"sqlite:///{link}", f"sqlite:///{company.path.parent}/./company.sqlite3"):
        with pytest.raises(CommandError, match="the live database of Product database") as refused:
            command(product, url)
        assert refused.value.returncode == 2


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("postgres://a:b@localhost/x", "postgresql://c@127.0.0.1:5432/x", True),
        ("postgres://a@localhost/x", "postgres://a@localhost/y", False),
        ("postgres://a@localhost/x", "postgres://a@localhost:5433/x", False),
        ("postgres://a@/x?host=/run/postgresql", "postgres://a@localhost/x", True),
        ("mysql://a@192.0.2.1/x", "mysql://a@192.0.2.2/x", False),
        ("mysql://a@192.0.2.1/x", "postgres://a@192.0.2.1/x", False),
    ],
)
def test_two_addresses_of_one_database_are_known(one, other, same):
    assert restored.same_database(one, other) is same


def test_in_place_needs_the_key_of_the_system_typed(product, company, backup, erased, monkeypatch):
    shutil.copy(backup.path, company.path)
    monkeypatch.setattr("builtins.input", lambda prompt: "yes")
    with pytest.raises(CommandError, match="Not confirmed") as refused:
        command(product, company.url, "--in-place")
    assert refused.value.returncode == 2
    assert company.all() == backup.all()
    monkeypatch.setattr("builtins.input", lambda prompt: product.key)
    command(product, company.url, "--in-place")
    assert differing(backup, company, erased) == []


def test_another_database_and_no_database_are_refused(product, erased, tmp_path):
    other = tmp_path / "other.sqlite3"
    Company(other).run("CREATE TABLE apples (id INTEGER PRIMARY KEY)")
    for url, why in (
        (f"sqlite:///{other}", "another database"),
        (f"sqlite:///{tmp_path}/no", "no SQLite file"),
    ):
        with pytest.raises(CommandError, match=why) as refused:
            command(product, url)
        assert refused.value.returncode == 2


def test_rows_that_something_outside_the_journal_points_at_are_named(product, backup, erased, tmp_path):
    copy = restore(backup, tmp_path)
    entry = next(e for e in JournalEntry.objects.filter(action="delete", kind="number"))
    table, key = entry.table[0], entry.packed().values()[0]
    copy.run(f'CREATE TABLE stays (id INTEGER PRIMARY KEY, to_id INTEGER REFERENCES "{table}"(id))')
    copy.run("INSERT INTO stays VALUES (1, :key)", key=key)
    with pytest.raises(CommandError, match="Not everything") as stopped:
        command(product, copy.url)
    assert stopped.value.returncode == 1
    made = replay(product, copy.url)
    assert made.left == {entry.collection: 1}
    assert "FOREIGN KEY" in made.why[entry.collection]
    copy.run("DELETE FROM stays")
    assert replay(product, copy.url).clean


@pytest.mark.services
@pytest.mark.skipif("postgres" not in os.environ.get("DATABASE_URL", ""), reason="needs PostgreSQL")
def test_on_postgresql_a_restored_copy_loses_what_the_live_one_lost(product):
    server = sa.engine.make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+psycopg")
    names = ["replay_live", "replay_restored"]
    admin = sa.create_engine(server.set(database="postgres"), isolation_level="AUTOCOMMIT")
    urls = [server.set(drivername="postgresql", database=name).render_as_string(False) for name in names]
    try:
        with admin.connect() as connection:
            for name in names:
                connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
            connection.exec_driver_sql(f"CREATE DATABASE {names[0]}")
        create_company(urls[0], people=130, seed=5, today=TODAY)
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {names[1]} TEMPLATE {names[0]}")
        _on_postgresql(product, *urls)
    finally:
        with admin.connect() as connection:
            for name in names:
                connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
        admin.dispose()


def _on_postgresql(product, live, copy):
    set_secret(system=product, secret=live, actor=SYSTEM, now=NOW)
    before = drilling.rows_at(copy)
    people = drilling.people_at(live, 100)
    plans = [
        drilling.erase_person(
            system=product, identities={"email": [email], "user_id": [str(pk)]}, name=f"p{pk}", now=NOW
        )
        for pk, email in people
    ]
    assert all(plans)
    made = replay(product, copy, since=NOW)
    assert made.clean, made.as_text()
    after = drilling.rows_at(copy)
    assert drilling.differences(before, after, drilling.aimed_at(plans)) == []
    assert {n: set(rows) for n, rows in after.items()} == {
        n: set(r) for n, r in drilling.rows_at(live).items()
    }
    second = replay(product, copy, since=NOW)
    assert (second.clean, second.deleted, second.masked) == (True, {}, {})
    assert isinstance(restored.connector_to(product, copy, in_place=False), SqlConnector)
