"""A job that takes its worker down each time: tried a few times, then given up and told; others go on."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps

from config import jobs
from config.jobs import Job, JobStatus
from tests.factories import LetterFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 12, 9, 30, tzinfo=UTC)


@pytest.fixture
def told(monkeypatch):
    """Collect what is published, and what is given up."""
    found = {"published": [], "given_up": []}
    model = type(LetterFactory.build())
    monkeypatch.setattr(jobs, "_kinds", {model: found["published"].append})
    monkeypatch.setattr(jobs, "_given_up", {model: lambda job, now: found["given_up"].append((job.pk, now))})
    return found


def killed(job, now, settings):
    """Claim a job and never come back; return the moment at which its lease has run out."""
    assert jobs.claim(type(job), job.pk, now=now)
    return now + timedelta(seconds=settings.JOB_LEASE_SECONDS + 1)


def test_a_job_is_given_up_after_so_many_dead_workers(told, settings):
    settings.JOB_MAX_LOST = 3
    job, now = LetterFactory(), NOW
    for _ in range(3):
        assert told["given_up"] == []
        now = killed(job, now, settings)
        jobs.sweep(now=now)
    job.refresh_from_db()
    assert job.status == JobStatus.ATTENTION
    assert told["given_up"] == [(job.pk, now)]
    assert "ended 3 times" in job.last_error
    assert "try again" in job.last_error
    assert (job.lease_until, job.lease_token) == (None, None)


def test_nobody_claims_it_before_the_sweep_has_given_it_up(told, settings):
    settings.JOB_MAX_LOST = 2
    job, now = LetterFactory(), NOW
    for _ in range(2):
        now = killed(job, now, settings)
    assert jobs.claim(type(job), job.pk, now=now) is None
    jobs.sweep(now=now)
    assert jobs.claim(type(job), job.pk, now=now) is None


def test_it_is_given_up_once(told, settings):
    settings.JOB_MAX_LOST = 1
    job = LetterFactory()
    now = killed(job, NOW, settings)
    jobs.sweep(now=now)
    jobs.sweep(now=now)
    assert len(told["given_up"]) == 1


def test_a_worker_that_lives_is_left_alone(told, settings):
    settings.JOB_MAX_LOST = 1
    job = LetterFactory()
    jobs.claim(type(job), job.pk, now=NOW)
    jobs.sweep(now=NOW + timedelta(seconds=settings.JOB_LEASE_SECONDS - 1))
    job.refresh_from_db()
    assert job.status == JobStatus.RUNNING


@pytest.mark.parametrize(
    "ending",
    [
        lambda job, token: jobs.fail(job, token, error="refused", now=NOW),
        lambda job, token: jobs.release(job, token),
        lambda job, token: jobs.renew(job, token, now=NOW, progressed=True),
    ],
    ids=["failed in words", "given back", "a part is done"],
)
def test_a_worker_that_got_anywhere_starts_the_count_again(told, settings, ending):
    settings.JOB_MAX_LOST = 3
    job = LetterFactory()
    now = killed(job, killed(job, NOW, settings), settings)
    token = jobs.claim(type(job), job.pk, now=now)
    job.refresh_from_db()
    assert job.lost == 2
    ending(job, token)
    job.refresh_from_db()
    assert job.lost == 0


def test_renewing_alone_does_not_start_the_count_again(told, settings):
    job = LetterFactory()
    now = killed(job, NOW, settings)
    jobs.renew(job, jobs.claim(type(job), job.pk, now=now), now=now)
    job.refresh_from_db()
    assert job.lost == 1


def test_bad_jobs_never_keep_the_others_waiting(told, settings):
    settings.JOB_MAX_LOST = 5
    bad = LetterFactory.create_batch(4)
    now = [killed(one, NOW, settings) for one in bad][-1]
    now = [killed(one, now, settings) for one in bad][-1]
    good = LetterFactory.create_batch(2)
    jobs.sweep(now=now, limit=2)
    assert set(told["published"]) == {one.pk for one in good}


def test_every_kind_of_job_is_registered_and_tells_somebody_when_it_is_given_up():
    kinds = [model for model in apps.get_models() if issubclass(model, Job)]
    assert len(kinds) >= 2
    for model in kinds:
        assert model in jobs._kinds, f"{model.__name__} is swept by nobody."
        assert model in jobs._given_up, f"Nobody hears when {model.__name__} is given up."
