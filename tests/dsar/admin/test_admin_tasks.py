"""Tasks by hand: their owners see them and attest them, without seeing cases."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.enums import Role
from dsar.models import ManualTask
from tests import desk
from tests import factories as make

LIST = "/staff/dsar/manualtask/"


@pytest.fixture
def owner(db):
    """Somebody who answers for a system."""
    return desk.staff("Tobias Lindqvist", Role.SYSTEM_OWNER)


@pytest.fixture
def task(handler, owner):
    """A task given to the owner."""
    desk.under_way(desk.case(2, status="waiting"), handler, owner)
    return ManualTask.objects.get()


def at(task):
    """Return the address of the form."""
    return f"{LIST}{task.pk}/attest/"


def test_an_owner_sees_own_tasks_and_no_names(task, owner):
    html = desk.signed_in(owner).get(LIST).content.decode()
    assert "Support mailbox" in html
    assert task.step.case.reference in html
    assert task.step.case.subject.name not in html


def test_an_owner_sees_no_tasks_of_others(task):
    other = desk.signed_in(desk.staff("Somebody Else", Role.SYSTEM_OWNER))
    assert "Support mailbox" not in other.get(LIST).content.decode()
    assert other.get(at(task)).status_code == 404


def test_an_owner_who_works_in_german_reads_the_instructions_in_german(task, owner):
    system = task.step.system
    system.options = {"instructions": "Look into it.", "other_languages": {"de": "Sehen Sie hinein."}}
    system.save()
    task.instructions = "Erase the person's data in the system. Look into it."
    task.save()
    assert "Look into it." in desk.signed_in(owner).get(at(task)).content.decode()
    owner.language = "de"
    owner.save()
    client = desk.signed_in(owner)
    for html in (client.get(at(task)).content.decode(), client.get(LIST).content.decode()):
        assert "Löschen Sie die Daten der Person im System. Sehen Sie hinein." in html


def test_what_was_done_is_attested_with_a_file(task, owner):
    client = desk.signed_in(owner)
    proof = SimpleUploadedFile("proof.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, content_type="image/png")
    data = {"text": "Looked into the mailbox and deleted the thread.", "rows": "9", "file": proof}
    assert client.post(at(task), data).status_code == 302
    task.refresh_from_db()
    assert task.done_by == owner
    assert task.rows == 9
    assert task.proof_sha256


def test_an_answer_that_contradicts_itself_is_refused_and_stays_typed(task, owner):
    data = {"text": "Looked everywhere.", "rows": "4", "nothing_found": "on"}
    answer = desk.signed_in(owner).post(at(task), data)
    assert answer.status_code == 422
    assert "Looked everywhere." in answer.content.decode()
    assert "the number must be 0" in answer.content.decode()


def test_a_done_task_offers_no_form(task, owner):
    ManualTask.objects.update(done_at=make.NOW, done_by=owner)
    html = desk.signed_in(owner).get(at(task)).content.decode()
    assert "This task is done." in html
    assert "btn-primary" not in html
