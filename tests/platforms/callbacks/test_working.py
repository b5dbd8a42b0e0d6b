"""The work of an accepted callback: done once, tried again, or put before somebody."""

from datetime import timedelta

import pytest
from django.db import DatabaseError

from accounts.models import AuditEvent
from accounts.services.audit import Actor
from config import jobs
from config.jobs import JobStatus
from config.sentences import say, shown
from platforms import tasks
from platforms.enums import ReadingReason
from platforms.models import CallbackReceipt
from platforms.services import effects, working
from tests.factories import StaffFactory
from tests.platforms.callbacks import calls
from tests.platforms.callbacks.calls import MOMENT, call
from tests.platforms.callbacks.factories import CallbackReceiptFactory, receipt_of

pytestmark = pytest.mark.django_db
SAID = say("A case is open.")


@pytest.fixture
def done(monkeypatch):
    """Collect what effects are called with, in place of those that open cases."""
    found = []

    def effect(**given):
        found.append(given)
        return SAID

    registered = dict.fromkeys(("open_deletion_case", "mark_revoked_and_start_clock"), effect)
    monkeypatch.setattr(effects, "_effects", effects._effects | registered)
    return found


def work(receipt, at=MOMENT):
    finished = working.work(receipt_id=receipt.pk, now=at)
    receipt.refresh_from_db()
    return finished


def test_an_effect_is_called_with_what_the_platform_said(done):
    receipt = receipt_of(call("meta_data_deletion"))
    assert work(receipt)
    [given] = done
    assert (given["message"].user_id, given["receipt"], given["now"]) == ("7000001", receipt, MOMENT)
    assert (receipt.status, receipt.finished_at) == (JobStatus.DONE, MOMENT)
    assert [shown(said["m"], said) for said in receipt.effects] == ["A case is open."]
    event = AuditEvent.objects.get(action="callback.worked")
    assert event.details == {"endpoint": "meta_data_deletion", "effects": ["open_deletion_case"]}
    assert event.object_id == str(receipt.pk)


def test_it_is_called_once(done):
    receipt = receipt_of(call("meta_data_deletion"))
    assert [work(receipt), work(receipt)] == [True, False]
    assert len(done) == 1


@pytest.mark.parametrize("name", calls.EVERY)
def test_what_comes_in_at_a_door_can_be_worked_on(name, done, doors, client):
    assert call(name).sent(client).status_code < 300
    receipt = CallbackReceipt.objects.get()
    assert work(receipt), receipt.last_error
    assert receipt.effects


@pytest.mark.parametrize("verdict", ["rejected", "repeated", "unavailable"])
def test_only_what_was_accepted_is_worked_on(verdict, done):
    receipt = CallbackReceiptFactory(verdict=verdict, status="done")
    assert not work(receipt)
    assert done == []


def test_an_effect_that_fails_leaves_nothing_behind_and_is_tried_again(done, monkeypatch):
    def failing(**_given):
        CallbackReceiptFactory()
        raise DatabaseError("secret detail")

    receipt = receipt_of(call("meta_data_deletion"))
    monkeypatch.setitem(effects._effects, "open_deletion_case", failing)
    assert not work(receipt)
    assert CallbackReceipt.objects.count() == 1
    assert (receipt.status, receipt.effects) == (JobStatus.READY, [])
    assert receipt.last_error == "Storing it failed (DatabaseError)."
    assert receipt.next_attempt_at > MOMENT
    monkeypatch.setitem(effects._effects, "open_deletion_case", lambda **_given: SAID)
    assert work(receipt, MOMENT + timedelta(hours=1))


def test_an_effect_that_nobody_has_needs_somebody():
    receipt = receipt_of(call("meta_data_deletion"))
    kept = effects._effects.pop("open_deletion_case", None)
    try:
        assert not work(receipt)
    finally:
        effects._effects |= {"open_deletion_case": kept} if kept else {}
    assert (receipt.status, receipt.last_error) == (JobStatus.ATTENTION, "EffectMissing: open_deletion_case")


def test_a_body_that_means_nothing_needs_somebody(done):
    receipt = CallbackReceiptFactory()
    assert not work(receipt)
    assert receipt.status == JobStatus.ATTENTION
    assert done == []


def test_a_dead_worker_loses_nothing(done, settings):
    receipt = receipt_of(call("meta_data_deletion"))
    jobs.claim(CallbackReceipt, receipt.pk, now=MOMENT)
    assert not work(receipt)
    assert work(receipt, MOMENT + timedelta(seconds=settings.JOB_LEASE_SECONDS + 1))


def test_what_takes_every_worker_down_is_given_up_and_told(settings):
    settings.JOB_MAX_LOST = 1
    receipt = CallbackReceiptFactory()
    jobs.claim(CallbackReceipt, receipt.pk, now=MOMENT)
    jobs.sweep(now=MOMENT + timedelta(seconds=settings.JOB_LEASE_SECONDS + 1))
    receipt.refresh_from_db()
    assert receipt.status == JobStatus.ATTENTION
    assert AuditEvent.objects.get(action="callback.given_up").object_id == str(receipt.pk)


def test_the_task_works_by_the_clock_of_the_portal(done, doors):
    receipt = receipt_of(call("meta_deauthorize"))
    tasks.work_callback(str(receipt.pk))
    assert done[0]["now"] == MOMENT


def test_accepting_gives_one_hint_and_a_broker_that_is_away_does_not_matter(
    doors, client, monkeypatch, django_capture_on_commit_callbacks
):
    hints = []

    def away(pk):
        hints.append(pk)
        raise ConnectionError("no broker")

    monkeypatch.setitem(jobs._kinds, CallbackReceipt, away)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            assert call("x_webhooks").sent(client).status_code == 200
    assert hints == [CallbackReceipt.objects.accepted().get().pk]


# Staff


def test_staff_start_the_work_again(done):
    staff = Actor.of(StaffFactory())
    receipt = receipt_of(call("meta_data_deletion"), status="attention", attempts=6, last_error="x")
    working.work_again(receipt=receipt, actor=staff, now=MOMENT)
    receipt.refresh_from_db()
    assert (receipt.status, receipt.attempts, receipt.last_error) == (JobStatus.READY, 0, "")
    assert AuditEvent.objects.get(action="callback.again").actor == staff.user
    assert work(receipt)


@pytest.mark.parametrize("status", ["ready", "running", "done"])
def test_but_only_where_it_waits_for_them(status):
    with pytest.raises(working.WorkRefused):
        working.work_again(
            receipt=CallbackReceiptFactory(status=status), actor=Actor.of(StaffFactory()), now=MOMENT
        )
    assert not AuditEvent.objects.filter(action="callback.again").exists()


def test_who_reads_what_was_sent_gives_a_reason():
    sent, staff = call("stripe_webhooks"), Actor.of(StaffFactory())
    receipt = receipt_of(sent)
    body = working.read_body(receipt=receipt, reason=ReadingReason.ENQUIRY, actor=staff)
    assert body == sent.body
    event = AuditEvent.objects.get(action="callback.body_read")
    assert (event.actor, event.details, event.fields) == (staff.user, {"reason": "enquiry"}, ["body"])


def test_what_is_not_kept_cannot_be_read():
    with pytest.raises(working.WorkRefused):
        working.read_body(
            receipt=CallbackReceiptFactory(body=""),
            reason=ReadingReason.FAULT,
            actor=Actor.of(StaffFactory()),
        )


def test_what_was_sent_is_encrypted_at_rest():
    from django.db import connection

    receipt = receipt_of(call("stripe_webhooks"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM platforms_callbackreceipt")
        [stored] = cursor.fetchone()
    assert stored != receipt.body
    assert stored.startswith("test1.")
