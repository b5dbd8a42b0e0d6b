"""The job machine: one worker for one job, nothing lost, no failure without an end."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from config import jobs
from config.jobs import JobStatus
from tests.factories import LetterFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 12, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def job():
    return LetterFactory()


def claimed(job, now=NOW):
    token = jobs.claim(type(job), job.pk, now=now)
    job.refresh_from_db()
    return token


@pytest.fixture
def published(monkeypatch, job):
    sent: list[object] = []
    monkeypatch.setattr(jobs, "_kinds", {type(job): sent.append})
    return sent


def test_only_one_worker_gets_a_job(job):
    assert claimed(job)
    assert claimed(job) is None
    assert (job.status, job.attempts) == (JobStatus.RUNNING, 1)


def test_a_job_of_the_future_waits(job):
    job.next_attempt_at = LATER
    job.save()
    assert claimed(job) is None
    assert claimed(job, LATER)


@pytest.mark.parametrize(
    "status", [JobStatus.DONE, JobStatus.ATTENTION, JobStatus.CANCELLED, JobStatus.WAITING]
)
def test_what_is_over_or_waits_is_not_taken(job, status):
    type(job).objects.filter(pk=job.pk).update(status=status)
    assert claimed(job) is None


def test_a_dead_worker_loses_the_job_when_its_lease_runs_out(job, settings):
    first = claimed(job)
    second = claimed(job, NOW + timedelta(seconds=settings.JOB_LEASE_SECONDS + 1))
    assert second
    with pytest.raises(jobs.LeaseLost):
        jobs.finish(job, first, now=NOW)
    job.refresh_from_db()
    assert job.status == JobStatus.RUNNING
    jobs.finish(job, second, now=NOW)
    assert job.status == JobStatus.DONE


def test_a_renewed_lease_holds(job, settings):
    token = claimed(job)
    jobs.renew(job, token, now=NOW + timedelta(seconds=600))
    assert claimed(job, NOW + timedelta(seconds=settings.JOB_LEASE_SECONDS + 1)) is None


def test_a_failure_comes_again_later_and_at_the_end_asks_for_help(job):
    now, waits = NOW, []
    for _ in range(jobs.MAX_ATTEMPTS):
        token = claimed(job, now)
        assert token
        status = jobs.fail(job, token, error="refused", now=now)
        if status == JobStatus.READY:
            waits.append((job.next_attempt_at - now).total_seconds())
            now = job.next_attempt_at
    assert status == JobStatus.ATTENTION
    assert job.next_attempt_at is None
    assert job.last_error == "refused"
    for wait, base in zip(waits, jobs.BACKOFF_SECONDS, strict=True):
        assert base <= wait <= base * 1.2


def test_a_final_failure_asks_for_help_at_once(job):
    assert jobs.fail(job, claimed(job), error="no such table", now=NOW, final=True) == JobStatus.ATTENTION


def test_giving_back_is_no_attempt(job):
    for _ in range(jobs.MAX_ATTEMPTS + 2):
        token = claimed(job)
        assert token
        jobs.release(job, token)
    assert job.attempts == 0
    assert jobs.fail(job, claimed(job), error="first failure", now=NOW) == JobStatus.READY


def test_given_back_until_later(job):
    jobs.release(job, claimed(job), at=LATER)
    assert claimed(job) is None
    assert claimed(job, LATER)


def test_nobody_writes_with_a_foreign_token(job):
    claimed(job)
    for act in (
        lambda token: jobs.renew(job, token, now=NOW),
        lambda token: jobs.finish(job, token, now=NOW),
        lambda token: jobs.fail(job, token, error="x", now=NOW),
        lambda token: jobs.release(job, token),
    ):
        with pytest.raises(jobs.LeaseLost):
            act(uuid.uuid4())
    job.refresh_from_db()
    assert (job.status, job.attempts) == (JobStatus.RUNNING, 1)


def test_the_sweep_publishes_what_is_due_and_what_was_left_lying(job, published, settings):
    dead, future, done = (
        LetterFactory(),
        LetterFactory(next_attempt_at=LATER),
        LetterFactory(status=JobStatus.DONE),
    )
    claimed(dead, NOW - timedelta(seconds=settings.JOB_LEASE_SECONDS + 1))
    assert jobs.sweep(now=NOW) == 2
    assert set(published) == {job.pk, dead.pk}
    assert not {future.pk, done.pk} & set(published)


def test_the_sweep_takes_a_limited_number_at_once(published):
    LetterFactory.create_batch(5)
    assert jobs.sweep(now=NOW, limit=3) == 3


def test_a_hint_is_sent_after_the_commit_and_only_then(job, published, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        jobs.enqueue(job)
        assert published == []
    assert published == [job.pk]


def test_a_broker_that_is_away_costs_nothing_but_time(job, monkeypatch, django_capture_on_commit_callbacks):
    def away(pk):
        raise ConnectionError("broker is away")

    monkeypatch.setattr(jobs, "_kinds", {type(job): away})
    with django_capture_on_commit_callbacks(execute=True):
        jobs.enqueue(job)
    sent: list[object] = []
    monkeypatch.setattr(jobs, "_kinds", {type(job): sent.append})
    jobs.sweep(now=NOW)
    assert sent == [job.pk]


def test_an_error_is_cut_to_its_beginning(job):
    jobs.fail(job, claimed(job), error="x" * 5000, now=NOW)
    assert len(job.last_error) == 2000
