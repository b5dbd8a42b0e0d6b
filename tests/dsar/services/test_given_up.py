"""A run or a letter whose worker dies each time: the case says so, and staff can go on."""

from datetime import timedelta

import pytest

from config import jobs
from config.jobs import JobStatus
from correspondence.services import letters as post
from dsar.enums import CaseStatus, Operation, Right
from dsar.models import Run, Step
from dsar.services import fulfilment, planning, steps
from tests.dsar.shop import Clock, approved, open_case, work
from tests.factories import NOW, CaseFactory, LetterFactory

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """What no handler of the worker catches: it stands for kill -9."""


def die(*_args, **_more):
    raise Killed


def work_and_die(run, settings):
    """Have one worker after the other take up a run and die of it, until nobody does any more."""
    now, deaths = NOW, 0
    while True:
        try:
            taken = fulfilment.run_case(run_id=run.pk, now_fn=lambda at=now: at)
        except Killed:
            deaths += 1
        else:
            assert not taken
            return deaths
        now += timedelta(seconds=settings.JOB_LEASE_SECONDS + 1)
        jobs.sweep(now=now)


@pytest.fixture
def deletion(shop, person, handler, dpo):
    case = open_case(person, Right.DELETION)
    approved(case, handler, dpo)
    return case


def test_the_step_that_kills_its_worker_needs_attention_and_is_told(deletion, monkeypatch, settings):
    monkeypatch.setattr(fulfilment.steps, "carry_out", die)
    run = Run.objects.get(case=deletion, kind="fulfil")
    assert work_and_die(run, settings) == settings.JOB_MAX_LOST
    run.refresh_from_db()
    deletion.refresh_from_db()
    step = Step.objects.get(case=deletion, operation=Operation.ERASE)
    assert (run.status, deletion.status) == (JobStatus.ATTENTION, CaseStatus.ATTENTION)
    assert (step.status, step.error_code) == (JobStatus.ATTENTION, "died")
    assert "ended 5 times" in deletion.attention
    line = deletion.events.filter(kind="attention").first()
    assert "ended 5 times" in line.note
    assert not line.plain


def test_the_step_can_be_tried_again_when_the_trouble_is_mended(
    deletion, handler, shop, monkeypatch, settings
):
    with monkeypatch.context() as patched:
        patched.setattr(fulfilment.steps, "carry_out", die)
        work_and_die(Run.objects.get(case=deletion, kind="fulfil"), settings)
    step = Step.objects.get(case=deletion, operation=Operation.ERASE)
    fulfilment.retry_step(step=step, actor=handler, now=NOW)
    work()
    deletion.refresh_from_db()
    assert deletion.status == CaseStatus.READY
    assert [w for (w,) in shop.rows("SELECT what FROM changes")].count("update customers 1") == 1


def test_a_plan_that_kills_its_worker_can_be_asked_for_again(shop, person, handler, monkeypatch, settings):
    case = open_case(person)
    run = planning.request_plan(case=case, actor=handler, now=NOW)
    with monkeypatch.context() as patched:
        patched.setattr(planning.sources, "document_for", die)
        work_and_die(run, settings)
    case.refresh_from_db()
    assert case.status == CaseStatus.ATTENTION
    planning.request_plan(case=case, actor=handler, now=NOW)
    work()
    case.refresh_from_db()
    assert case.status == CaseStatus.PLANNED


def test_deaths_at_different_steps_are_not_added_up(deletion, monkeypatch, settings):
    """Each step ends its first worker; the work still gets through."""
    settings.JOB_MAX_LOST = 2
    real, seen = steps.carry_out, set()

    def dies_once(step, document):
        if step.pk not in seen:
            seen.add(step.pk)
            raise Killed
        return real(step, document)

    monkeypatch.setattr(fulfilment.steps, "carry_out", dies_once)
    run, now = Run.objects.get(case=deletion, kind="fulfil"), NOW
    for _ in range(4):
        clock = Clock()
        clock.now = now
        try:
            fulfilment.run_case(run_id=run.pk, now_fn=clock)
        except Killed:
            now += timedelta(seconds=settings.JOB_LEASE_SECONDS + 60)
            jobs.sweep(now=now)
    deletion.refresh_from_db()
    assert len(seen) == 2
    assert deletion.status == CaseStatus.READY


def test_a_letter_that_kills_its_worker_is_told_to_its_case_and_can_be_sent_again(
    handler, monkeypatch, settings
):
    case = CaseFactory()
    letter, now = LetterFactory(case_id=case.pk), NOW
    with monkeypatch.context() as patched:
        patched.setattr(post, "get_connection", die)
        for _ in range(settings.JOB_MAX_LOST):
            with pytest.raises(Killed):
                post.send_letter(letter_id=letter.pk, now=now)
            now += timedelta(seconds=settings.JOB_LEASE_SECONDS + 1)
            jobs.sweep(now=now)
        assert not post.send_letter(letter_id=letter.pk, now=now)
    letter.refresh_from_db()
    case.refresh_from_db()
    assert letter.status == JobStatus.ATTENTION
    assert letter.title in case.attention
    assert post.resend(letter=letter, actor=handler, now=now)
    assert post.send_letter(letter_id=letter.pk, now=now)
