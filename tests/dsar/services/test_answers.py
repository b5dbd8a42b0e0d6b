"""Systems that answer later, and people who attest what they did by hand."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.enums import Role
from accounts.services.audit import Actor
from config.jobs import JobStatus
from dsar.enums import CaseStatus, Operation, Right
from dsar.models import ManualTask, Step
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, fulfilment, sources, uploads
from platforms.connectors import Deferred, Reply
from platforms.connectors.http import HttpSession
from tests.dsar.shop import Clock, approved, open_case, work
from tests.factories import NOW, StaffFactory, SystemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def deletion(shop, person, handler, dpo):
    case = open_case(person, Right.DELETION)
    approved(case, handler, dpo)
    return case


def step_of(case, operation, key="shop"):
    return Step.objects.select_related("case", "plan", "system").get(
        case=case, operation=operation, system__key=key
    )


@pytest.fixture
def media(shop):
    return SystemFactory(
        key="media",
        name="Media",
        connector="http",
        options={"url": "https://media.example"},
        secret="k" * 32,
        position=9,
    )


@pytest.fixture
def answers(monkeypatch):
    """What the HTTP system says, by verb; and what it was sent."""
    said, sent = {}, []

    def send(self, verb, order):
        sent.append((verb, order, self.connector.callback_url, self.connector.callback_token))
        return said.get(verb, Deferred("job-1", NOW + timedelta(hours=1)))

    monkeypatch.setattr(HttpSession, "_send", send)
    return said, sent


@pytest.fixture
def later(media, answers, person, handler, dpo):
    """A deletion that waits for the media system."""
    case = open_case(person, Right.DELETION)
    approved(case, handler, dpo)
    work()
    case.refresh_from_db()
    return case


def callback(case, operation, payload, token=None, now=NOW):
    step = step_of(case, operation, "media")
    fulfilment.receive_callback(
        step=step, token=token or sources.callback_token(step), payload=payload, now=now
    )


def test_a_system_that_answers_later_leaves_the_case_waiting(later, answers):
    step = step_of(later, Operation.ERASE, "media")
    assert (later.status, step.status, step.remote_reference) == (CaseStatus.WAITING, "waiting", "job-1")
    ((verb, order, url, token),) = answers[1]
    assert (verb, order.idempotency_key) == ("erase", str(step.pk))
    assert url.endswith(f"/callbacks/steps/{step.pk}/")
    assert hashlib.sha256(token.encode()).hexdigest() == step.callback_hash
    assert token not in str(Step.objects.filter(pk=step.pk).values())


def test_its_callback_lets_the_case_go_on_to_the_proof(later, answers):
    answers[0]["probe"] = Reply(remaining={"files": 0})
    callback(later, Operation.ERASE, {"counts": {"files": 7}})
    work()
    later.refresh_from_db()
    assert later.status == CaseStatus.READY
    assert step_of(later, Operation.ERASE, "media").rows_done == 7


@pytest.mark.parametrize("token", ["", "wrong", "x" * 64])
def test_a_wrong_token_is_refused(later, token):
    with pytest.raises(PermissionError):
        callback(later, Operation.ERASE, {"counts": {"files": 7}}, token=token or "-")
    assert step_of(later, Operation.ERASE, "media").status == JobStatus.WAITING


def test_a_callback_counts_once(later):
    callback(later, Operation.ERASE, {"counts": {"files": 7}})
    with pytest.raises(PermissionError):
        callback(later, Operation.ERASE, {"counts": {"files": 9}})
    assert step_of(later, Operation.ERASE, "media").rows_done == 7


@pytest.mark.parametrize("payload", [{"counts": []}, {"counts": {"files": -1}}, {"rows": 5}])
def test_a_payload_that_cannot_be_read_does_not_use_the_token_up(later, payload):
    with pytest.raises(ValueError, match="shape"):
        callback(later, Operation.ERASE, payload)
    callback(later, Operation.ERASE, {"counts": {"files": 7}})


def test_when_no_callback_comes_the_portal_asks_again_with_the_reference(later, answers):
    answers[0].update(erase=Reply(counts={"files": 2}), probe=Reply(remaining={"files": 0}))
    clock = Clock()
    clock.now += timedelta(minutes=30)
    work(clock)
    assert len(answers[1]) == 1
    clock.now += timedelta(hours=1)
    work(clock)
    later.refresh_from_db()
    assert later.status == CaseStatus.READY
    assert answers[1][1][1].reference == "job-1"


def test_what_a_system_still_holds_keeps_the_case_open(later, answers):
    answers[0]["probe"] = Reply(remaining={"files": 2})
    callback(later, Operation.ERASE, {"counts": {"files": 7}})
    work()
    later.refresh_from_db()
    assert later.status == CaseStatus.ATTENTION
    assert "2 rows are still there" in later.attention


def test_rows_of_a_system_that_answers_later_are_in_the_package(media, answers, person, handler, dpo):
    case = open_case(person)
    approved(case, handler, dpo)
    work()
    callback(case, Operation.COLLECT, {"rows": {"files": [{"name": "holiday.jpg", "size": 5}]}})
    work()
    case.refresh_from_db()
    assert case.status == CaseStatus.REVIEW
    assert case.packages.get().contents["media.files"] == 1


# Work by hand


@pytest.fixture
def by_hand(shop, person, handler, dpo):
    SystemFactory(key="folder", name="Folder", position=50, options={"instructions": "Look into the folder."})
    case = open_case(person)
    approved(case, handler, dpo)
    work()
    case.refresh_from_db()
    return ManualTask.objects.select_related("step__case", "step__system").get()


def attest(task, **more):
    given = {
        "text": "Searched the folder for the name.", "rows": 1, "nothing_found": False,
        "file": SimpleUploadedFile("found.txt", b"Dear Leonie"),
        "actor": Actor.of(StaffFactory(role=Role.SYSTEM_OWNER)), "now": NOW,
    }  # fmt: skip
    fulfilment.attest(task=task, **given | more)


def test_a_manual_task_says_what_to_do_and_the_case_waits(by_hand):
    assert by_hand.step.case.status == CaseStatus.WAITING
    assert "Look into the folder." in by_hand.instructions


def test_an_attested_task_goes_into_the_package_with_its_file(by_hand, settings):
    attest(by_hand)
    work()
    case = by_hand.step.case
    case.refresh_from_db()
    assert case.status == CaseStatus.REVIEW
    by_hand.refresh_from_db()
    assert b"".join(uploads.read(by_hand)) == b"Dear Leonie"
    assert by_hand.proof_sha256 == hashlib.sha256(b"Dear Leonie").hexdigest()
    stored = (settings.MEDIA_ROOT / by_hand.proof_file).read_bytes()
    assert b"Leonie" not in stored
    assert "found" not in by_hand.proof_file


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"text": "ok"}, "what you searched for"),
        ({"file": None}, "Attach the copy"),
        ({"rows": 0}, "nothing was found"),
        ({"rows": 2, "nothing_found": True}, "Either"),
        ({"text": "x" * 5000}, "longer than 4,000"),
        ({"file": SimpleUploadedFile("x.exe", b"MZ")}, "Files of this kind"),
        ({"file": SimpleUploadedFile("x.pdf", b"MZ not a pdf")}, "not a pdf file"),
        ({"file": SimpleUploadedFile("x.txt", b"")}, "empty"),
        ({"file": SimpleUploadedFile("x.txt", b"a" * (10 * 1024 * 1024 + 1))}, "larger than 10 MB"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_kept(by_hand, settings, more, sentence):
    with pytest.raises(NotAllowed, match=sentence):
        attest(by_hand, **more)
    by_hand.refresh_from_db()
    assert by_hand.done_at is None
    assert (
        not list((settings.MEDIA_ROOT / "proofs").glob("*"))
        if (settings.MEDIA_ROOT / "proofs").exists()
        else True
    )


def test_a_task_is_attested_once(by_hand):
    attest(by_hand, rows=0, nothing_found=True, file=None)
    with pytest.raises(NotAllowed, match="no longer open"):
        attest(by_hand)


def test_a_proof_by_hand_that_finds_something_keeps_the_case_open(shop, person, handler, dpo):
    SystemFactory(key="folder", name="Folder", position=50)
    case = open_case(person, Right.DELETION)
    approved(case, handler, dpo)
    work()
    attest(ManualTask.objects.get())
    work()
    attest(ManualTask.objects.get(done_at=None), rows=2, file=None)
    work()
    case.refresh_from_db()
    assert case.status == CaseStatus.ATTENTION
    assert "2 rows are still there" in case.attention


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.txt", "a\\b\\c.txt", "evil\u202etxt.txt", "x" * 300 + ".txt"]
)
def test_file_names_are_made_safe(name):
    safe = uploads.safe_name(name)
    assert "/" not in safe
    assert "\\" not in safe
    assert "\u202e" not in safe
    assert len(safe) <= 120
    assert safe.endswith(".txt")


def test_a_withdrawn_case_stops_its_run(shop, person, handler, dpo):
    case = open_case(person)
    approved(case, handler, dpo)
    cases.withdraw(case=case, actor=Actor.of(person), now=NOW)
    assert work() == 0
    case.refresh_from_db()
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, "withdrawn")


def test_a_deletion_that_has_begun_cannot_be_withdrawn(deletion, person):
    work()
    deletion.refresh_from_db()
    with pytest.raises(NotAllowed, match="cannot be brought back"):
        cases.withdraw(case=deletion, actor=Actor.of(person), now=NOW)
