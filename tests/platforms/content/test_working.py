"""The work on copies of deleted content: each way it can end, tried again, and nothing done twice."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEvent
from accounts.services.audit import Actor
from config import jobs
from config.jobs import JobStatus
from platforms import tasks
from platforms.models import CallbackReceipt, ContentDeletion
from platforms.services import content, working
from platforms.services.content import deleting
from tests import factories as make
from tests.dsar.engine.databases import fresh
from tests.platforms.callbacks.calls import MOMENT, SECRETS, call
from tests.platforms.callbacks.factories import CallbackReceiptFactory, receipt_of
from tests.platforms.content.conftest import Shop, named, worked

pytestmark = pytest.mark.django_db
EVERY = {1, 2, 3, 4, 5, 6}


def events(job):
    found = AuditEvent.objects.filter(object_id=str(job.pk)).order_by("id")
    return [(one.action, one.details["outcome"], one.details["rows"]) for one in found]


def delete_of(*posts, uuid="u9"):
    """Return the receipt of a callback of X that names deleted posts."""
    if len(posts) == 1:
        document = {"data": {"event_type": "post.delete", "event_uuid": uuid,
                             "payload": {"post_id": posts[0], "user_id": "x-1"}}}  # fmt: skip
    else:
        statuses = [{"status": {"id": post, "user_id": "x-1"}, "timestamp_ms": "1"} for post in posts]
        document = {"tweet_delete_events": statuses}
    return receipt_of(call("x_webhooks", document), platform="x")


# How it ends


def test_copies_are_deleted_proved_and_recorded(shop):
    [job] = named("100")
    worked(job)
    assert (job.status, job.outcome, job.rows, job.proved_at) == (JobStatus.DONE, "deleted", 1, MOMENT)
    assert shop.left == EVERY - {1}
    assert events(job) == [("content.worked", "deleted", 1)]
    details = AuditEvent.objects.get(action="content.worked").details
    assert details == {"platform": "x", "system": "shop", "status": "done", "outcome": "deleted", "items": 1,
                       "rows": 1, "kept": 0}  # fmt: skip


def test_the_ids_are_forgotten_when_the_copies_are_gone(shop):
    [job] = named("100")
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM platforms_contentdeletion")
        assert "100" not in cursor.fetchone()[0]
    assert worked(job).content == ""


def test_content_that_nobody_here_has_is_not_found(shop):
    [job] = named("12345")
    worked(job)
    assert (job.status, job.outcome, job.rows, job.proved_at) == (JobStatus.DONE, "nothing", 0, MOMENT)
    assert shop.left == EVERY


def test_another_platforms_item_with_the_same_id_stays(shop):
    [job] = named("100", platform="linkedin")
    assert worked(job).outcome == "deleted"
    assert shop.left == EVERY - {3}


def test_what_a_foreign_key_keeps_waits_for_somebody_and_is_never_called_gone(shop):
    shop.note(1)
    [job] = named("100", "200")
    worked(job)
    assert (job.status, job.outcome, job.rows, job.kept_rows) == (JobStatus.ATTENTION, "kept", 1, 1)
    assert job.last_error.startswith("Rows that were not deleted: 1. Rows of notes still point at them.")
    assert (job.proved_at, json.loads(job.content)) == (None, ["100", "200"])
    assert shop.left == EVERY - {2}


def test_a_system_that_refuses_has_failed_with_why_and_is_tried_again(shop):
    shop.database.run("ALTER TABLE items RENAME COLUMN kind TO sort")
    [job] = named("100")
    worked(job)
    assert (job.status, job.outcome, job.rows) == (JobStatus.READY, "failed", 0)
    assert job.last_error == "There is no column kind in items."
    assert shop.left == EVERY
    shop.database.run("ALTER TABLE items RENAME COLUMN sort TO kind")
    assert worked(job, job.next_attempt_at).outcome == "deleted"
    assert events(job) == [("content.worked", "failed", 0), ("content.worked", "deleted", 1)]


def test_a_dead_source_is_tried_again_until_it_lives(shop):
    [job] = named("100")
    shop.go("sqlite:////nowhere/at/all.db")
    worked(job)
    assert (job.status, job.outcome) == (JobStatus.READY, "unreachable")
    assert job.next_attempt_at > MOMENT
    assert not content.work(deletion_id=job.pk, now=MOMENT)
    shop.go(shop.database.url)
    worked(job, job.next_attempt_at)
    assert (job.status, job.outcome, job.last_error) == (JobStatus.DONE, "deleted", "")


def test_a_source_that_stays_dead_waits_for_somebody(shop):
    [job] = named("100")
    shop.go("sqlite:////nowhere/at/all.db")
    now = MOMENT
    for _ in range(jobs.MAX_ATTEMPTS):
        now = worked(job, now).next_attempt_at or now
    assert (job.status, job.outcome) == (JobStatus.ATTENTION, "unreachable")
    assert "no SQLite file" in job.last_error


def test_a_system_that_takes_no_single_items_waits_for_somebody(db):
    make.SystemFactory(connector="manual", options={"platforms": ["x"]}, purpose="An archive")
    [job] = named("100")
    worked(job)
    assert (job.status, job.outcome) == (JobStatus.ATTENTION, "failed")
    assert job.last_error == deleting.BY_HAND


def test_a_dataset_without_the_column_leaves_nobody_in_the_belief_that_it_is_done(db, tmp_path):
    for database in fresh("sqlite", tmp_path):
        Shop(database, by="")
        [job] = named("100")
        assert (worked(job).status, job.last_error) == (JobStatus.ATTENTION, deleting.NO_COLUMN)


def test_a_system_out_of_use_is_said_to_be(shop):
    [job] = named("100")
    shop.system.enabled = False
    shop.system.save()
    assert (worked(job).status, job.last_error) == (JobStatus.ATTENTION, deleting.OUT_OF_USE)
    assert named("100") == []


# Each system by itself


def test_a_dead_system_does_not_keep_the_copies_of_another(shop, tmp_path):
    for database in fresh("sqlite", tmp_path):
        other = Shop(database, "archive")
        other.go("sqlite:////nowhere/at/all.db")
        outcomes = {job.system.key: worked(job).outcome for job in named("100")}
        assert outcomes == {"shop": "deleted", "archive": "unreachable"}


# Nothing twice, nothing lost


def test_a_receipt_leads_to_the_work_and_says_so(shop):
    receipt = delete_of("100")
    assert working.work(receipt_id=receipt.pk, now=MOMENT)
    job = ContentDeletion.objects.get()
    assert (job.receipt, job.platform, json.loads(job.content)) == (receipt, "x", ["100"])
    assert worked(job).outcome == "deleted"


def test_the_posts_of_one_callback_are_one_job(shop):
    receipt = delete_of("100", "200")
    assert working.work(receipt_id=receipt.pk, now=MOMENT)
    assert worked(ContentDeletion.objects.get()).rows == 2


def test_a_receipt_that_is_played_again_does_nothing_twice(shop):
    receipt = delete_of("100")
    working.work(receipt_id=receipt.pk, now=MOMENT)
    job = worked(ContentDeletion.objects.get())
    CallbackReceipt.objects.update(status="ready")
    assert working.work(receipt_id=receipt.pk, now=MOMENT)
    again = ContentDeletion.objects.get()
    assert (again.status, again.rows, again.finished_at) == (JobStatus.DONE, 1, job.finished_at)
    assert not content.work(deletion_id=job.pk, now=MOMENT)
    assert events(job) == [("content.worked", "deleted", 1)]


def test_the_same_message_at_the_door_begins_nothing(shop, settings, client):
    sent = call("x_webhooks", {"data": {"event_type": "post.delete", "event_uuid": "u1",
                                        "payload": {"post_id": "100", "app_id": "app1"}}})  # fmt: skip
    settings.PLATFORM_SECRETS, settings.PORTAL_NOW = dict(SECRETS), MOMENT.isoformat()
    for _ in range(2):
        assert sent.sent(client).status_code == 200
    for receipt in CallbackReceipt.objects.all():
        working.work(receipt_id=receipt.pk, now=MOMENT)
    assert ContentDeletion.objects.count() == 1


def test_a_worker_that_died_after_the_deletion_does_not_lose_the_figure(shop, monkeypatch, settings):
    [job] = named("100")
    real = deleting.delete

    def dying(*given):
        real(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(deleting, "delete", dying)
    with pytest.raises(KeyboardInterrupt):
        content.work(deletion_id=job.pk, now=MOMENT)
    monkeypatch.setattr(deleting, "delete", real)
    worked(job, MOMENT + timedelta(seconds=settings.JOB_LEASE_SECONDS + 1))
    assert (job.status, job.outcome, job.rows) == (JobStatus.DONE, "deleted", 1)


def test_a_worker_that_lost_its_lease_deletes_nothing(shop, monkeypatch):
    [job] = named("100")
    find = deleting._Desk.find

    def slow(self, ids):
        ContentDeletion.objects.update(lease_token=None)
        return find(self, ids)

    monkeypatch.setattr(deleting._Desk, "find", slow)
    assert not content.work(deletion_id=job.pk, now=MOMENT)
    assert shop.left == EVERY


def test_what_takes_every_worker_down_is_given_up_and_told(shop, settings):
    settings.JOB_MAX_LOST = 1
    [job] = named("100")
    jobs.claim(ContentDeletion, job.pk, now=MOMENT)
    jobs.sweep(now=MOMENT + timedelta(seconds=settings.JOB_LEASE_SECONDS + 1))
    job.refresh_from_db()
    assert (job.status, job.outcome) == (JobStatus.ATTENTION, "failed")
    assert events(job) == [("content.given_up", "failed", 0)]


def test_the_task_works_by_the_clock_of_the_portal(shop, settings):
    settings.PORTAL_NOW = MOMENT.isoformat()
    [job] = named("100")
    tasks.delete_content(str(job.pk))
    job.refresh_from_db()
    assert job.finished_at == MOMENT


# Until when: registry, deletion.content_deleted_on_platform


@pytest.mark.parametrize(("platform", "hours"), [("x", 24), ("reddit", 48), ("linkedin", 24)])
def test_the_clock_starts_with_the_receipt_and_runs_in_hours(platform, hours, db):
    make.SystemFactory(connector="manual", options={"platforms": [platform]})
    [job] = named("100", platform=platform, received_at=MOMENT)
    assert (job.clock_from, job.due_at) == (MOMENT, MOMENT + timedelta(hours=hours))
    assert job.due_why


# What the database refuses


@pytest.mark.parametrize(
    "values",
    [{"status": "done"}, {"status": "done", "outcome": "kept"}, {"outcome": "deleted"}, {"content": ""},
     {"status": "done", "outcome": "deleted", "kept_rows": 1, "proved_at": MOMENT},
     {"status": "done", "outcome": "by_hand"}],
)  # fmt: skip
def test_a_lie_about_what_is_gone_cannot_be_stored(values, shop):
    [job] = named("100")
    with pytest.raises(IntegrityError), transaction.atomic():
        ContentDeletion.objects.filter(pk=job.pk).update(**values)


# Staff


@pytest.fixture
def officer(db):
    return Actor.of(make.StaffFactory(name="Katrin Vogelsang"))


def test_staff_cut_the_link_and_try_again(shop, officer):
    shop.note(1)
    job = worked(named("100")[0])
    shop.database.run("DELETE FROM notes")
    assert content.try_again(receipt=job.receipt, actor=officer, now=MOMENT) == 1
    worked(job)
    assert (job.status, job.outcome, job.rows, job.kept_rows) == (JobStatus.DONE, "deleted", 1, 0)
    assert AuditEvent.objects.get(action="content.again").actor == officer.user


def test_staff_say_that_they_deleted_it_by_hand(officer):
    make.SystemFactory(connector="manual", options={"platforms": ["x"]})
    job = worked(named("100")[0])
    assert content.attest(receipt=job.receipt, how="In the archive.", actor=officer, now=MOMENT) == 1
    job.refresh_from_db()
    assert (job.status, job.outcome, job.by_hand_by, job.by_hand_how) == (
        JobStatus.DONE, "by_hand", officer.user, "In the archive.",
    )  # fmt: skip
    assert (job.content, AuditEvent.objects.get(action="content.by_hand").actor) == ("", officer.user)


@pytest.mark.parametrize("do", [content.try_again, lambda **given: content.attest(how="So.", **given)])
def test_but_only_where_copies_wait(do, officer, shop):
    job = worked(named("100")[0])
    for receipt in (job.receipt, CallbackReceiptFactory()):
        with pytest.raises(content.NotWaiting):
            do(receipt=receipt, actor=officer, now=MOMENT)
    assert not AuditEvent.objects.filter(action__in=["content.again", "content.by_hand"]).exists()
