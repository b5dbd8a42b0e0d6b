"""What a sweep removed stands in the journal once, and is removed again from a restored backup."""

import shutil
from types import SimpleNamespace

import pytest

from config import jobs
from platforms.connectors import TableRef
from retention.enums import JournalSource, StepAction, SweepOrigin, SweepState
from retention.models import JournalEntry, Sweep, SweepBatch
from retention.services import deciding, journal, journal_checking, replaying, restored, running, windows
from retention.services.journal import Removal
from retention.services.planning import plan_sweep
from tests.retention.conftest import NOW, Company

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def backup(company, tmp_path):
    path = tmp_path / "backup.sqlite3"
    shutil.copy(company.path, path)
    return Company(path)


@pytest.fixture
def swept(product, backup, officer, monkeypatch):
    """Everything that was due is removed, after the backup was taken."""
    monkeypatch.setitem(jobs._kinds, Sweep, lambda pk: None)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    sweep = plan_sweep(now=NOW, origin=SweepOrigin.STAFF, system=product)
    sweep.steps.filter(mode="persons").delete()
    plan = sweep.plan_sha256
    deciding.approve(sweep=sweep, plan_sha256=plan, note="As planned.", actor=officer, now=NOW)
    running.work(sweep_id=str(sweep.pk), now_fn=lambda: NOW)
    sweep.refresh_from_db()
    assert sweep.state == SweepState.DONE
    return sweep


def test_each_window_has_an_entry_that_points_at_its_keys(product, swept):
    done = SweepBatch.objects.done()
    assert done.exists()
    entries = JournalEntry.objects.of(product.pk)
    assert {one.batch_id for one in entries} == set(done.values_list("pk", flat=True))
    assert {one.keys for one in entries} == {None}
    assert journal_checking.verify(product).entries == done.count()


def test_a_restored_backup_loses_what_was_swept(product, swept, backup, company, tmp_path):
    way = restored.connector_to(product, backup.url, in_place=False)
    made = replaying.replay(system=product, connector=way, accept_older=True)
    assert made.clean, made.as_text()
    assert sum(made.deleted.values()) + sum(made.masked.values()) == swept.rows_done
    assert backup.all() == company.all()


def test_a_batch_whose_keys_were_changed_is_noticed(product, swept):
    one = SweepBatch.objects.done().first()
    SweepBatch.objects.filter(pk=one.pk).update(keys=b"x")
    with pytest.raises(journal_checking.Tampered, match=f"J-{one.entry.pk} "):
        journal_checking.verify(product)


def test_a_step_that_says_something_else_by_now_changes_no_entry(product, swept):
    one = JournalEntry.objects.filter(action=StepAction.DELETE).first()
    step = one.batch.step
    step.collection, step.due = "social_product.users", {**step.due, "table": ["users", None]}
    step.save(update_fields=["collection", "due"])
    assert journal_checking.verify(product).entries
    one.refresh_from_db()
    assert one.table != ["users", None]


def test_what_went_with_a_person_is_written_with_the_proof_of_the_person(product, swept):
    """The engine above says which rows went; the batch only names the person."""
    step = swept.steps.first()
    step.mode = "persons"
    step.save(update_fields=["mode"])
    one, number = step.batches.first(), JournalEntry.objects.count()
    keys = windows.keys_of(one)
    batch = SweepBatch.objects.create(
        step=step, number=99, kind=one.kind, keys=one.keys, rows=one.rows, root=one.root, intended_at=NOW
    )
    removal = Removal("social_product.users", TableRef("users"), ["id"], [(4,)], {"name": {"style": "null"}})
    windows.prove(batch, keys, NOW, recovered=False, removals=[removal])
    entry = JournalEntry.objects.get(source_kind=JournalSource.SWEEP, batch=None)
    assert (entry.source, entry.packed().values()) == (str(batch.pk), [4])
    assert JournalEntry.objects.count() == number + 1


@pytest.mark.parametrize(
    ("keys", "kind"),
    [([(1,), (2**40,)], "number"), ([(2**63,)], "digest"), ([("a@example.org",)], "digest"),
     ([(1, 2)], "digest"), ([(True,)], "digest")],
)  # fmt: skip
def test_only_numbers_and_uuids_stand_there_as_they_are(keys, kind):
    assert journal.kind_of(keys) == kind


def test_natural_keys_are_recognised_by_their_digests_alone(product, company, tmp_path):
    company.run("CREATE TABLE members (mail TEXT, team TEXT, note TEXT, PRIMARY KEY (mail, team))")
    company.run("INSERT INTO members VALUES ('a@example.org', 't', 'x'), ('b@example.org', 't', 'y')")
    gone = Removal("social_product.members", TableRef("members"), ["mail", "team"], [("a@example.org", "t")])
    journal.write(system=product, removals=[gone], source=JournalSource.CASE, source_id="1", now=NOW)
    entry = JournalEntry.objects.get()
    assert entry.kind == "digest"
    copy = tmp_path / "restored.sqlite3"
    shutil.copy(company.path, copy)
    way = restored.connector_to(product, f"sqlite:///{copy}", in_place=False)
    assert replaying.replay(system=product, connector=way, accept_older=True).clean
    assert Company(copy).one("SELECT count(*) FROM members") == 1
    assert Company(copy).one("SELECT mail FROM members") == "b@example.org"


def test_a_system_without_rows_cannot_be_replayed():
    with pytest.raises(restored.WrongSettings, match="not a database"):
        restored.connector_to(
            SimpleNamespace(connector="http", name="Shop", options={}), "sqlite:///x", in_place=False
        )
