"""What a deletion did stands in the journal, and is done again in a restored copy."""

import shutil
import sqlite3
from datetime import timedelta

import pytest
from django.urls import reverse

from config.jobs import JobStatus
from dsar.admin import backup_words
from dsar.engine.documents import Edit, Wanted, masked
from dsar.enums import Operation, Right
from dsar.models import Run, Step
from dsar.services import backup_days, journaling
from platforms.connectors.schema import Column
from retention.models import JournalEntry
from retention.services import backups, journal_checking, replaying, restored
from tests.dsar.shop import approved, open_case, work
from tests.factories import NOW
from tests.people import BACKEND

pytestmark = pytest.mark.django_db
TEXT = Column("c", "text", "text")


@pytest.fixture
def deletion(shop, person, handler, dpo):
    case = open_case(person, Right.DELETION)
    approved(case, handler, dpo)
    return case


def rows(path, query):
    with sqlite3.connect(path) as db:
        return db.execute(query).fetchall()


def test_a_deletion_writes_what_it_deleted_and_masked_with_its_step(deletion, shop):
    work()
    step = Step.objects.get(case=deletion, operation=Operation.ERASE)
    found = {(one.collection, one.action): one for one in JournalEntry.objects.all()}
    assert {one.source for one in found.values()} == {str(step.pk)}
    assert found["shop.posts", "delete"].packed().values() == [1, 2]
    customers = found["shop.customers", "mask"]
    assert customers.packed().values() == [1]
    assert {"email", "name", "phone"} <= set(customers.columns)
    assert "leonie" not in repr([one.columns for one in found.values()]).lower()
    assert journal_checking.verify(shop.system).entries == len(found)


def test_work_that_is_done_twice_is_written_once(deletion, shop):
    work()
    number = JournalEntry.objects.count()
    Run.objects.filter(kind="fulfil").update(status=JobStatus.READY)
    Step.objects.filter(case=deletion).update(status=JobStatus.READY)
    work()
    assert JournalEntry.objects.count() == number


def test_a_worker_that_dies_while_it_stores_leaves_neither_result_nor_journal(deletion, shop, monkeypatch):
    real = journaling.journal.write

    def dying(**given):
        real(**given)
        raise KeyboardInterrupt

    monkeypatch.setattr(journaling.journal, "write", dying)
    with pytest.raises(KeyboardInterrupt):
        work()
    assert not JournalEntry.objects.exists()
    assert Step.objects.get(case=deletion, operation=Operation.ERASE).status == JobStatus.RUNNING
    monkeypatch.setattr(journaling.journal, "write", real)
    Run.objects.filter(kind="fulfil").update(status=JobStatus.READY, lease_until=None)
    work()
    assert JournalEntry.objects.exists()


def test_a_restored_shop_loses_it_again_and_keeps_the_rest(deletion, shop, tmp_path):
    copy = tmp_path / "restored.sqlite3"
    shutil.copy(shop.path, copy)
    work()
    way = restored.connector_to(shop.system, f"sqlite:///{copy}", in_place=False)
    made = replaying.replay(system=shop.system, connector=way, accept_older=True)
    assert made.clean
    assert rows(copy, "SELECT id, text FROM posts") == [(3, "Bob was here")]
    assert rows(copy, "SELECT name FROM customers WHERE id = 2") == [("Bob",)]
    assert "leonie" not in repr(rows(copy, "SELECT * FROM customers WHERE id = 1")).lower()
    bobs = "SELECT * FROM invoices WHERE id = 2"
    assert rows(copy, bobs) == shop.rows(bobs)


def test_the_page_of_the_case_says_until_when_it_is_in_backups(deletion, shop, handler):
    assert backup_words.of_steps(Step.objects.filter(case=deletion)) == ""
    work()
    said = backup_words.of_steps(Step.objects.filter(case=deletion))
    assert said.startswith("Nobody knows until when this is in backups")
    backups.record_set(
        system=shop.system,
        label="nightly",
        taken_at=NOW,
        keep_days=3000,
        where="Cellar",
        actor=handler,
        now=NOW,
    )
    said = backup_words.of_steps(Step.objects.filter(case=deletion))
    assert said.startswith("Pending in backups until")
    assert said.endswith("in 1 backup set.")


def test_the_person_is_told_the_day_only_where_it_is_known(deletion, shop, handler, person, client):
    work()
    today = NOW.date()
    assert backup_days.last_day(deletion, today) is None
    made = backups.record_set(
        system=shop.system,
        label="nightly",
        taken_at=NOW,
        keep_days=3000,
        where="Cellar",
        actor=handler,
        now=NOW,
    )
    assert backup_days.last_day(deletion, today) == made.gone_on
    assert backup_days.last_day(deletion, made.gone_on + timedelta(days=1)) is None
    client.force_login(person, backend=BACKEND)
    page = client.get(reverse("request_status", args=[deletion.pk])).content.decode()
    assert "Copies of what we deleted are still in our backups." in page


@pytest.mark.parametrize("style", ["token", "email", "number", "day", "uuid"])
def test_a_generated_mask_is_the_same_at_every_replay_and_says_nothing_about_the_value(style):
    how = {"style": style, "length": 8, "prefix": "", "suffix": ""}
    masks = journaling.JournalMasks()
    one = masks.value(how, "salt", "a.b.c", (1,), "Leonie", TEXT)
    assert one == masks.value(how, "salt", "a.b.c", (1,), "Bob", TEXT)
    assert one != masks.value(how, "salt", "a.b.c", (2,), "Leonie", TEXT)
    assert masks.holds(how, "salt", "a.b.c", (1,), one, TEXT)
    assert not masks.holds(how, "salt", "a.b.c", (1,), "Leonie", TEXT)


def test_a_hash_keeps_values_together_and_stays_as_it_is():
    how, masks = {"style": "hash", "length": 16}, journaling.JournalMasks()
    one = masks.value(how, "salt", "a", (1,), "Leonie", TEXT)
    assert one == masks.value(how, "salt", "b", (2,), "Leonie", TEXT)
    assert one == masks.value(how, "salt", "a", (1,), one, TEXT)
    assert masks.holds(how, "salt", "a", (1,), one, TEXT)


def test_elements_of_lists_are_found_by_digests_of_the_values_they_were_found_by(shop):
    plan = {"path": "people.name", "value": None, "guard": "people.email"}

    class Part:
        locators, folded = {"people.email": ["Leonie@Example.org"]}, ["people.email"]

    how = {"style": "edits", "edits": [journaling._edit(Part, plan, shop.system)]}
    assert "leonie" not in repr(how).lower()
    before = [{"email": "leonie@example.org", "name": "L"}, {"email": "bob@example.org", "name": "B"}]
    edit = Edit(("name",), None, ("email",), Wanted(["leonie@example.org"], fold=True))
    masks = journaling.JournalMasks()
    json_column = Column("c", "array", "array")
    after = masks.value(how, "salt", "p", (1,), before, json_column)
    assert after == masked(before, [edit]) == [{"email": "leonie@example.org", "name": None}, before[1]]
    assert masks.holds(how, "salt", "p", (1,), after, json_column)
    assert not masks.holds(how, "salt", "p", (1,), before, json_column)
