"""A worker that dies or is overtaken at the worst moment: everything about one piece of work, or nothing."""

from datetime import timedelta

import pytest

from accounts.models import AuditEvent
from config import jobs
from config.jobs import JobStatus
from dsar.enums import CaseStatus, Operation, PackageStatus, Right
from dsar.models import CaseEvent, Package, Run, Step
from dsar.services import delivery, fulfilment, planning, steps
from tests.dsar.shop import Clock, approved, open_case, work
from tests.factories import NOW

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """What a kill looks like from inside: nothing after it runs."""


def killing(monkeypatch, module, name, *, before=False):
    """Have the worker die around a call, once."""
    real, left = getattr(module, name), [1]

    def dying(*args, **more):
        if before and left[0]:
            left[0] = 0
            raise Killed
        found = real(*args, **more)
        if left[0]:
            left[0] = 0
            raise Killed
        return found

    monkeypatch.setattr(module, name, dying)


def die_and_go_on(clock):
    """One worker dies; when its lease has run out, others finish."""
    with pytest.raises(Killed):
        work(clock)
    clock.now += timedelta(hours=1)
    work(clock)


def events(case, action):
    return AuditEvent.objects.filter(object_id=str(case.pk), action=action).count()


def test_a_worker_that_dies_with_the_plan_stored_leaves_plan_and_end_or_neither(
    shop, person, handler, monkeypatch
):
    case, clock = open_case(person), Clock()
    planning.request_plan(case=case, actor=handler, now=NOW)
    killing(monkeypatch, fulfilment.jobs, "finish")
    die_and_go_on(clock)
    case.refresh_from_db()
    assert (case.status, case.plans.count(), events(case, "plan.made")) == (CaseStatus.PLANNED, 1, 1)
    assert Run.objects.get().status == JobStatus.DONE


@pytest.mark.parametrize(
    ("module", "name", "before"),
    [(steps, "done", False), (fulfilment, "tell_done", True), (fulfilment, "tell_done", False)],
)
def test_a_worker_that_dies_between_result_and_record_loses_no_record(
    shop, person, handler, dpo, monkeypatch, module, name, before
):
    case, clock = open_case(person, Right.DELETION), Clock()
    approved(case, handler, dpo)
    killing(monkeypatch, module, name, before=before)
    die_and_go_on(clock)
    case.refresh_from_db()
    assert case.status == CaseStatus.READY
    assert events(case, "step.done") == Step.objects.filter(case=case, status=JobStatus.DONE).count() == 2
    assert CaseEvent.objects.filter(case=case, kind="step_erase").count() == 1
    assert len(shop.rows("SELECT what FROM changes")) == 3


def test_a_worker_that_dies_with_the_package_written_leaves_one_package(
    shop, person, handler, dpo, monkeypatch
):
    case, clock = open_case(person), Clock()
    approved(case, handler, dpo)
    killing(monkeypatch, fulfilment.jobs, "finish")
    die_and_go_on(clock)
    case.refresh_from_db()
    assert (case.status, events(case, "package.made"), events(case, "run.done")) == (CaseStatus.REVIEW, 1, 1)
    assert Package.objects.get().status == PackageStatus.REVIEW


def test_a_worker_that_was_overtaken_while_the_source_answered_records_nothing(
    shop, person, handler, dpo, monkeypatch
):
    case, clock = open_case(person, Right.DELETION), Clock()
    approved(case, handler, dpo)
    real, run = steps.carry_out, Run.objects.get(kind="fulfil")

    def slow(step, document):
        store = real(step, document)
        monkeypatch.setattr(steps, "carry_out", real)
        clock.now += timedelta(hours=1)
        assert fulfilment.run_case(run_id=run.pk, now_fn=clock)
        return store

    monkeypatch.setattr(steps, "carry_out", slow)
    assert not fulfilment.run_case(run_id=run.pk, now_fn=clock)
    case.refresh_from_db()
    assert case.status == CaseStatus.READY
    assert events(case, "step.done") == 2
    erase = Step.objects.get(case=case, operation=Operation.ERASE)
    assert (erase.status, erase.result["status"], erase.attempts) == (JobStatus.DONE, "already_done", 2)


def test_a_worker_that_was_overtaken_while_it_wrote_the_package_does_not_replace_it(
    shop, person, handler, dpo, monkeypatch
):
    case, clock = open_case(person), Clock()
    approved(case, handler, dpo)
    run, real = Run.objects.get(kind="fulfil"), delivery.packaging.index_of

    def slow(**more):
        monkeypatch.setattr(delivery.packaging, "index_of", real)
        clock.now += timedelta(hours=1)
        assert fulfilment.run_case(run_id=run.pk, now_fn=clock)
        return real(**more)

    monkeypatch.setattr(delivery.packaging, "index_of", slow)
    assert not fulfilment.run_case(run_id=run.pk, now_fn=clock)
    package = Package.objects.get()
    made = AuditEvent.objects.get(action="package.made")
    assert (package.status, package.sha256) == (PackageStatus.REVIEW, made.details["sha256"])
    assert b"".join(delivery.packaging.read_package(package=package)).startswith(b"PK")


def test_the_lease_is_the_only_thing_that_keeps_two_workers_apart(shop, person, handler):
    case = open_case(person)
    run = planning.request_plan(case=case, actor=handler, now=NOW)
    assert jobs.claim(Run, run.pk, now=NOW)
    assert jobs.claim(Run, run.pk, now=NOW) is None
    assert jobs.claim(Run, run.pk, now=NOW + timedelta(hours=1))
