"""Carrying out: nothing twice, nothing lost, nothing claimed that is not so."""

from datetime import timedelta

import pytest

from accounts.services.audit import Actor
from config import jobs
from config.jobs import JobStatus
from dsar import engine
from dsar.enums import CaseStatus, Operation, Right
from dsar.models import ManualTask, Run, Step
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, fulfilment, planning, sources, steps
from platforms.connectors import SourceFailed, SourceUnreachable
from tests.dsar.shop import Clock, approved, open_case, work
from tests.factories import NOW, StaffFactory, SystemFactory
from tests.notices import tell_everybody

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


def test_a_second_worker_on_the_same_case_does_nothing(deletion, shop):
    run = Run.objects.get(kind="fulfil")
    assert jobs.claim(Run, run.pk, now=NOW)
    assert not fulfilment.run_case(run_id=run.pk, now_fn=lambda: NOW)
    assert shop.rows("SELECT * FROM changes") == []


def test_a_case_costs_one_message(deletion, published):
    assert [name for name, _ in published].count("Run") == 0  # told after the commit only
    assert Run.objects.filter(kind="fulfil").count() == 1


def test_carrying_out_twice_changes_each_row_once(deletion, shop):
    work()
    changes = shop.rows("SELECT what FROM changes ORDER BY what")
    Run.objects.filter(kind="fulfil").update(status=JobStatus.READY)
    work()
    assert shop.rows("SELECT what FROM changes ORDER BY what") == changes
    assert [c for (c,) in changes] == ["delete posts 1", "delete posts 2", "update customers 1"]


def test_a_worker_that_died_after_the_commit_of_the_source_is_followed_by_one_that_sees_it(deletion, shop):
    step = step_of(deletion, Operation.ERASE)
    document = sources.document_of(step.plan)
    steps.begin(step, now=NOW)
    engine.erase(plan=document, source=sources.source_for(step))
    changes = shop.rows("SELECT what FROM changes")
    run = Run.objects.get(kind="fulfil")
    Run.objects.filter(pk=run.pk).update(status=JobStatus.RUNNING, lease_until=NOW - timedelta(seconds=1))
    work()
    assert shop.rows("SELECT what FROM changes") == changes
    step.refresh_from_db()
    assert (step.status, step.result["status"]) == (JobStatus.DONE, "already_done")
    deletion.refresh_from_db()
    assert deletion.status == CaseStatus.READY


def test_a_worker_that_lost_its_lease_writes_nothing_more(deletion, shop, monkeypatch):
    run = Run.objects.get(kind="fulfil")
    real = steps.carry_out

    def slow(step, document):
        Run.objects.filter(pk=run.pk).update(lease_token=None, status=JobStatus.CANCELLED)
        return real(step, document)

    monkeypatch.setattr(fulfilment.steps, "carry_out", slow)
    assert not fulfilment.run_case(run_id=run.pk, now_fn=Clock())
    run.refresh_from_db()
    assert run.status == JobStatus.CANCELLED
    assert step_of(deletion, Operation.PROBE).status == JobStatus.READY


def test_data_that_changed_since_the_approval_stop_the_run_before_anything_is_written(deletion, shop):
    shop.run("INSERT INTO posts VALUES (9, 1, 'new')")
    work()
    deletion.refresh_from_db()
    assert deletion.status == CaseStatus.ATTENTION
    assert "changed since the plan was approved" in deletion.attention
    assert "new plan" in deletion.attention
    assert shop.rows("SELECT * FROM changes") == []
    step = step_of(deletion, Operation.ERASE)
    for service in (fulfilment.retry_step, fulfilment.skip_step):
        more = {"reason": "x"} if service is fulfilment.skip_step else {}
        with pytest.raises(NotAllowed, match="Make a new plan"):
            service(step=step, actor=Actor.of(StaffFactory()), now=NOW, **more)


def test_after_drift_a_new_plan_leads_to_the_end(deletion, shop, handler, dpo):
    shop.run("INSERT INTO posts VALUES (9, 1, 'new')")
    work()
    deletion.refresh_from_db()
    approved(deletion, handler, dpo)
    work()
    deletion.refresh_from_db()
    assert deletion.status == CaseStatus.READY
    assert shop.rows("SELECT id FROM posts") == [(3,)]


def failing(monkeypatch, fault, times=99):
    real, left = steps._erase, [times]

    def erase(step, document, source):
        if left[0]:
            left[0] -= 1
            raise fault
        return real(step, document, source)

    monkeypatch.setitem(steps._BY_ROWS, Operation.ERASE, erase)


def test_a_system_that_is_away_is_tried_again_and_nothing_is_claimed(deletion, shop, monkeypatch):
    failing(monkeypatch, SourceUnreachable("No connection to db.example."), times=1)
    clock = Clock()
    work(clock)
    deletion.refresh_from_db()
    step = step_of(deletion, Operation.ERASE)
    assert (deletion.status, step.status, step.error_code) == (CaseStatus.RUNNING, "ready", "unreachable")
    assert step.next_attempt_at > clock.now
    run = Run.objects.get(kind="fulfil")
    assert run.next_attempt_at == step.next_attempt_at
    clock.now += timedelta(minutes=1)
    work(clock)
    deletion.refresh_from_db()
    assert deletion.status == CaseStatus.READY


def test_after_the_last_try_the_step_needs_attention_with_system_sentence_and_remedy(
    deletion, shop, monkeypatch, handler
):
    failing(monkeypatch, SourceFailed("The server went away."), times=jobs.MAX_ATTEMPTS)
    clock = Clock()
    for _ in range(jobs.MAX_ATTEMPTS):
        work(clock)
        clock.now += timedelta(days=1)
    deletion.refresh_from_db()
    assert deletion.status == CaseStatus.ATTENTION
    assert deletion.attention == "Shop: The server went away. Look into the system, then try again."
    with pytest.raises(NotAllowed, match="left to do"):
        cases.close(case=deletion, outcome="fulfilled", actor=handler, now=NOW)
    fulfilment.retry_step(step=step_of(deletion, Operation.ERASE), actor=handler, now=clock.now)
    work(clock)
    deletion.refresh_from_db()
    assert (deletion.status, deletion.attention) == (CaseStatus.READY, "")


def test_one_system_in_trouble_does_not_hold_the_others_up(shop, person, handler, dpo, monkeypatch):
    SystemFactory(key="folder", name="Folder", position=50)
    case = open_case(person, Right.DELETION)
    approved(case, handler, dpo)
    failing(monkeypatch, SourceFailed("Gone."))
    work()
    assert step_of(case, Operation.ERASE, "folder").status == JobStatus.WAITING
    assert ManualTask.objects.count() == 1


def test_a_step_left_out_is_named_and_its_proof_too(deletion, monkeypatch, handler):
    failing(monkeypatch, SourceFailed("Gone."))
    step = step_of(deletion, Operation.ERASE)
    with pytest.raises(NotAllowed, match="Say why"):
        fulfilment.skip_step(step=step, reason=" ", actor=handler, now=NOW)
    fulfilment.skip_step(step=step, reason="The system was sold", actor=handler, now=NOW)
    work()
    deletion.refresh_from_db()
    assert deletion.status == CaseStatus.READY
    assert step_of(deletion, Operation.PROBE).skipped_reason == "The system was sold"
    tell_everybody(deletion, handler, NOW)
    with pytest.raises(NotAllowed, match="Partly"):
        cases.close(case=deletion, outcome="fulfilled", actor=handler, now=NOW)
    cases.close(case=deletion, outcome="partly", actor=handler, now=NOW)


def test_rows_that_come_back_keep_the_case_open(deletion, shop, handler):
    work()
    shop.run("INSERT INTO posts VALUES (1, 1, 'restored from a backup')")
    deletion.refresh_from_db()
    tell_everybody(deletion, handler, NOW)
    with pytest.raises(NotAllowed, match="1 rows are in Shop again"):
        cases.close(case=deletion, outcome="fulfilled", actor=handler, now=NOW)
    deletion.refresh_from_db()
    assert deletion.status == CaseStatus.ATTENTION


def test_a_system_that_lies_about_erasing_cannot_be_closed(deletion, shop, monkeypatch, handler):
    def lie(step, document, source):
        result = {"status": "done", "rows": {}, "fields": []}
        return lambda now: steps.done(step, now=now, rows_done=3, result=result)

    monkeypatch.setitem(steps._BY_ROWS, Operation.ERASE, lie)
    work()
    deletion.refresh_from_db()
    assert deletion.status == CaseStatus.ATTENTION
    assert step_of(deletion, Operation.PROBE).error_code == "remaining"
    with pytest.raises(NotAllowed):
        cases.close(case=deletion, outcome="fulfilled", actor=handler, now=NOW)


def test_an_error_in_the_portal_itself_is_shown_without_its_text(deletion, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("leonie@example.org")

    monkeypatch.setattr(fulfilment.steps, "carry_out", broken)
    run, clock = Run.objects.get(kind="fulfil"), Clock()
    for _ in range(jobs.MAX_ATTEMPTS):
        with pytest.raises(RuntimeError):
            fulfilment.run_case(run_id=run.pk, now_fn=clock)
        clock.now += timedelta(days=1)
    deletion.refresh_from_db()
    assert deletion.status == CaseStatus.ATTENTION
    assert "RuntimeError" in deletion.attention
    assert "leonie" not in deletion.attention


# Systems that answer later


def test_planning_can_go_on_after_trouble(deletion, monkeypatch, handler):
    failing(monkeypatch, SourceFailed("Gone."))
    Step.objects.filter(operation="erase").update(attempts=jobs.MAX_ATTEMPTS)
    work()
    deletion.refresh_from_db()
    planning.request_plan(case=deletion, actor=handler, now=NOW)
    deletion.refresh_from_db()
    assert deletion.status == CaseStatus.PLANNING
