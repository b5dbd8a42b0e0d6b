"""A sweep over the demo company: what is due goes, nothing else does, and each removal is proved."""

from datetime import timedelta

import pytest

from accounts.models import AuditEvent
from config.jobs import JobStatus
from retention.enums import BatchState, ProblemKind, StepState, SweepOrigin, SweepState, SweepWhy
from retention.models import Sweep, SweepBatch
from retention.services import daily, deciding, proving, running, windows
from retention.services.deciding import SweepRefused
from retention.services.planning import plan_sweep
from tests.retention.conftest import NOW

GONE = {  # table → the condition of its rows that the schedules remove on 24 November 2026
    "server_logs": "at < '2025-11-25'",
    "usage_events": "at < '2025-11-25'",
    "login_audit": "at < '2025-11-25'",
    "invoices": "issued_on < '2019-11-24'",
    "payments": "paid_at < '2019-11-24'",
    "sessions": "expires_at < '2025-11-25'",
}


def swept(sweep, officer, now=NOW):
    """Approve a sweep, carry it out, and return it as it stands then."""
    if sweep.why:
        deciding.approve(
            sweep=sweep, plan_sha256=sweep.plan_sha256, note="As planned", actor=officer, now=now
        )
    else:
        deciding.start(sweep=sweep, now=now)
    running.work(sweep_id=str(sweep.pk), now_fn=lambda: now)
    sweep.refresh_from_db()
    return sweep


def test_what_is_due_goes_and_nothing_else(product, company, officer):
    before = company.all()
    due = {table: company.one(f"SELECT count(*) FROM {table} WHERE {test}") for table, test in GONE.items()}
    sweep = swept(plan_sweep(now=NOW), officer)
    assert sweep.state == SweepState.DONE
    after = company.all()
    for table, test in GONE.items():
        assert company.one(f"SELECT count(*) FROM {table} WHERE {test}") == 0
        assert len(before[table]) - len(after[table]) >= due[table] > 0, table
        assert set(after[table]) <= set(before[table]), table
    untouched = ("brands", "teams", "subscriptions", "demo_company_build")
    for table in untouched:
        assert len(after[table]) == len(before[table]), table


def test_every_removed_row_is_proved_and_every_proof_tells_of_a_row_that_is_gone(product, company, officer):
    before = {row[0] for row in company.all()["server_logs"]}
    swept(plan_sweep(now=NOW), officer)
    gone = before - {row[0] for row in company.all()["server_logs"]}
    batches = SweepBatch.objects.done().filter(collection="social_product.server_logs")
    assert {key for batch in batches for key in windows.keys_of(batch).values()} == gone
    assert all(proving.check(batch) for batch in batches)
    number = sorted(gone)[len(gone) // 2]
    (proof,) = proving.prove(system=product, record=str(number), collection="social_product.server_logs")
    assert proof.batch.step.schedule == "logs"
    alive = max(before - gone)
    assert proving.prove(system=product, record=str(alive), collection="social_product.server_logs") == []


@pytest.mark.slow
def test_a_batch_stands_in_the_audit_trail_without_a_personal_value(product, company, officer):
    swept(plan_sweep(now=NOW), officer)
    event = AuditEvent.objects.filter(action="retention.removed").first()
    assert {"batch", "rows", "root", "collection", "schedule"} <= set(event.details)
    assert "@" not in str(event.details)


@pytest.mark.slow
def test_a_second_sweep_on_the_same_day_finds_nothing_more(product, company, officer):
    swept(plan_sweep(now=NOW), officer)
    state = company.all()
    again = plan_sweep(now=NOW)
    left = [(step.collection, step.rows_due) for step in again.steps.all()]
    assert [one for one in left if one[0] == "social_product.server_logs"] == []
    swept(again, officer)
    assert company.all() == state


@pytest.mark.slow
def test_a_payment_is_kept_for_seven_years_to_the_day(product, company, officer):
    company.run("UPDATE invoices SET issued_on = '2019-11-24' WHERE id = (SELECT max(id) FROM invoices)")
    last = company.one("SELECT max(id) FROM invoices")
    swept(plan_sweep(now=NOW, system=product), officer)  # the last day of the period
    assert company.one("SELECT count(*) FROM invoices WHERE id = :id", id=last) == 1
    tomorrow = NOW + timedelta(days=1)
    swept(plan_sweep(now=tomorrow, system=product), officer, tomorrow)
    lines = company.one("SELECT count(*) FROM payments WHERE invoice_id = :id", id=last)
    assert company.one("SELECT count(*) FROM invoices WHERE id = :id", id=last) == (1 if lines else 0)


@pytest.mark.slow
def test_an_account_that_others_point_at_is_emptied_thirty_days_after_it_was_disconnected(
    product, company, officer
):
    swept(plan_sweep(now=NOW), officer)
    left = company.one(
        "SELECT count(*) FROM social_accounts WHERE disconnected_at < '2026-10-25' "
        "AND (access_token IS NOT NULL OR handle NOT LIKE 'erased-%' OR profile_name IS NOT NULL)"
    )
    assert left == 0
    assert company.one("SELECT count(*) FROM social_accounts WHERE handle NOT LIKE 'erased-%'") > 0


def test_a_person_whose_account_was_closed_sixty_days_ago_is_erased_but_for_payments(
    product, company, officer
):
    person = company.one("SELECT id FROM users WHERE closed_at < '2026-09-26' ORDER BY id LIMIT 1")
    paid = company.one(
        "SELECT count(*) FROM invoices WHERE payer_id = :id AND issued_on > '2019-11-24'", id=person
    )
    swept(plan_sweep(now=NOW), officer)
    assert (
        company.one("SELECT group_concat(DISTINCT caption) FROM posts WHERE author_id = :id", id=person)
        == "[erased]"
    )
    email = company.one("SELECT email FROM users WHERE id = :id", id=person)
    assert email is None or email.endswith("@erased.invalid")
    assert company.one("SELECT count(*) FROM invoices WHERE payer_id = :id", id=person) == paid


def test_a_large_share_waits_for_a_second_person(product, company, officer):
    sweep = plan_sweep(now=NOW, actor=officer)
    assert sweep.state == SweepState.WAITING
    assert SweepWhy.SHARE in sweep.why
    with pytest.raises(SweepRefused, match="somebody else"):
        deciding.start(sweep=sweep, now=NOW)
    with pytest.raises(SweepRefused, match="You planned"):
        deciding.approve(sweep=sweep, plan_sha256=sweep.plan_sha256, note="ok", actor=officer, now=NOW)


def test_an_approval_is_given_to_the_plan_that_was_seen(product, company, officer, deputy):
    sweep = plan_sweep(now=NOW, actor=officer)
    with pytest.raises(SweepRefused, match="another one by now"):
        deciding.approve(sweep=sweep, plan_sha256="0" * 64, note="ok", actor=deputy, now=NOW)
    with pytest.raises(SweepRefused, match="Say why"):
        deciding.approve(sweep=sweep, plan_sha256=sweep.plan_sha256, note=" ", actor=deputy, now=NOW)
    assert deciding.approve(
        sweep=sweep, plan_sha256=sweep.plan_sha256, note="ok", actor=deputy, now=NOW
    ).state == SweepState.RUNNING  # fmt: skip


@pytest.mark.slow
def test_a_paused_sweep_rests_and_goes_on_where_it_stopped(product, company, officer):
    sweep = plan_sweep(now=NOW)
    deciding.approve(sweep=sweep, plan_sha256=sweep.plan_sha256, note="ok", actor=officer, now=NOW)
    deciding.pause(sweep=sweep, actor=officer, now=NOW)
    before = company.all()
    running.work(sweep_id=str(sweep.pk), now_fn=lambda: NOW)
    sweep.refresh_from_db()
    assert company.all() == before
    assert (sweep.state, sweep.status) == (SweepState.PAUSED, JobStatus.WAITING)
    deciding.resume(sweep=sweep, actor=officer, now=NOW)
    running.work(sweep_id=str(sweep.pk), now_fn=lambda: NOW)
    sweep.refresh_from_db()
    assert sweep.state == SweepState.DONE


def test_a_stopped_sweep_removes_nothing_more(product, company, officer):
    sweep = plan_sweep(now=NOW)
    with pytest.raises(SweepRefused, match="Say why"):
        deciding.stop(sweep=sweep, reason="", actor=officer, now=NOW)
    deciding.stop(sweep=sweep, reason="Planned by mistake", actor=officer, now=NOW)
    before = company.all()
    running.work(sweep_id=str(sweep.pk), now_fn=lambda: NOW)
    assert company.all() == before


@pytest.mark.slow
def test_a_system_that_does_not_answer_is_told_and_tried_again(product, company, officer):
    sweep = plan_sweep(now=NOW)
    deciding.approve(sweep=sweep, plan_sha256=sweep.plan_sha256, note="ok", actor=officer, now=NOW)
    away = company.path.with_suffix(".away")
    company.path.rename(away)
    running.work(sweep_id=str(sweep.pk), now_fn=lambda: NOW)
    sweep.refresh_from_db()
    assert (sweep.state, sweep.status) == (SweepState.RUNNING, JobStatus.READY)
    assert sweep.problems.filter(kind=ProblemKind.FAILED).exists()
    away.rename(company.path)
    later = NOW + timedelta(hours=1)
    running.work(sweep_id=str(sweep.pk), now_fn=lambda: later)
    sweep.refresh_from_db()
    assert sweep.state == SweepState.DONE
    assert not sweep.steps.exclude(state=StepState.DONE).exists()


def test_planning_changes_nothing_and_names_what_has_no_trigger(product, company):
    before = company.all()
    sweep = plan_sweep(now=NOW)
    assert company.all() == before
    kinds = set(sweep.problems.values_list("kind", flat=True))
    assert kinds <= {ProblemKind.NO_INDEX, ProblemKind.UNDATED}, kinds


def test_a_system_that_cannot_be_read_is_a_problem_of_the_plan(product, company):
    company.path.unlink()
    sweep = plan_sweep(now=NOW)
    assert [one.kind for one in sweep.problems.all()] == [ProblemKind.FAILED]


NIGHT = NOW.replace(hour=10)  # 2 o'clock in Los Angeles


def test_the_sweep_of_the_day_is_planned_once_in_its_hours(product, company):
    assert daily.run(now=NOW.replace(hour=20)) == 0
    assert daily.run(now=NIGHT) > 0
    assert daily.run(now=NIGHT) == 0


def test_what_is_small_runs_although_something_large_waits_for_approval(product, company):
    daily.run(now=NIGHT)
    small, large = Sweep.objects.order_by("number")
    assert (small.state, small.why) == (SweepState.RUNNING, [])
    assert (large.state, large.why) == (SweepState.WAITING, [SweepWhy.SHARE])
    assert set(large.steps.values_list("collection", flat=True)) & {"social_product.server_logs"}
    assert not set(small.steps.values_list("collection", "schedule")) & set(
        large.steps.values_list("collection", "schedule")
    )


def test_what_nobody_approved_is_planned_anew_the_next_day(product, company):
    daily.run(now=NIGHT)
    running.work(sweep_id=str(Sweep.objects.get(state=SweepState.RUNNING).pk), now_fn=lambda: NIGHT)
    old = Sweep.objects.get(state=SweepState.WAITING)
    assert daily.run(now=NIGHT + timedelta(days=1)) > 0
    old.refresh_from_db()
    assert old.state == SweepState.STOPPED
    assert Sweep.objects.get(state=SweepState.WAITING).as_of_on > old.as_of_on


@pytest.mark.slow
def test_a_batch_is_open_only_while_it_is_removed(product, company, officer):
    sweep = swept(plan_sweep(now=NOW, origin=SweepOrigin.STAFF), officer)
    assert not SweepBatch.objects.filter(step__sweep=sweep).exclude(state=BatchState.DONE).exists()
