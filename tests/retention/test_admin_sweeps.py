"""Sweeps at the desk: planning, approving by somebody else, resting, going on, stopping, proofs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import AuditEvent
from config.sentences import say, stored
from retention.admin import words
from retention.enums import ProblemKind
from retention.models import Sweep, SweepProblem
from retention.services import running
from tests import desk
from tests import factories as make
from tests.dsar.admin.test_admin_queue import own
from tests.retention.conftest import NOW

SWEEPS = "/staff/retention/sweep/"


@pytest.fixture
def client(db):
    """The data protection officer's browser."""
    return desk.signed_in(desk.staff("Leonie Hartwig", Role.DPO))


@pytest.fixture
def technical(db):
    """The browser of somebody who looks after systems."""
    return desk.signed_in(desk.staff("Tomasz Wrześniak", Role.TECHNICAL_ADMIN))


def page_of(sweep):
    return f"{SWEEPS}{sweep.pk}/change/"


def test_the_list_takes_the_same_few_statements_however_long_it_is(client):
    counts = []
    for _round in range(2):
        make.SweepFactory.create_batch(30)
        with CaptureQueriesContext(connection) as captured:
            html = client.get(SWEEPS).content.decode()
        counts.append(len(own(captured)))
    assert "large share" in html
    assert counts[0] == counts[1] <= 5


def test_planning_counts_and_changes_nothing(client, technical, product, company):
    before = company.all()
    assert "Nothing is changed" in technical.get(f"{SWEEPS}plan/").content.decode()
    answer = technical.post(f"{SWEEPS}plan/", {"system": product.pk})
    sweep = Sweep.objects.get()
    assert answer.url == page_of(sweep)
    html = technical.get(answer.url).content.decode()
    assert company.all() == before
    for text in ("What it will remove", "social_product.server_logs", "Somebody has to approve"):
        assert text in html
    assert "Approve</a>" not in html
    assert "Approve</a>" in client.get(page_of(sweep)).content.decode()


def test_who_planned_does_not_approve_and_nothing_typed_is_lost(client, product):
    client.post(f"{SWEEPS}plan/", {})
    sweep = Sweep.objects.get()
    at = f"{SWEEPS}{sweep.pk}/approve/"
    assert "You planned this sweep" in client.get(at).content.decode()
    answer = client.post(at, {"plan_sha256": sweep.plan_sha256, "note": "Looked at each line."})
    assert answer.status_code == 409
    assert "Looked at each line." in answer.content.decode()


def test_approving_needs_the_plan_that_was_seen_a_note_and_a_fresh_proof(client, product, monkeypatch):
    monkeypatch.setattr("config.jobs.enqueue", lambda job: None)
    step = make.SweepStepFactory(system=product)
    sweep, at = step.sweep, f"{SWEEPS}{step.sweep.pk}/approve/"
    html = client.get(at).content.decode()
    for text in ("Remove 1,200 rows from 1 system", "This cannot be undone.", "Who plans never approves"):
        assert text in html or text.startswith("Who plans")
    assert client.post(at, {"plan_sha256": sweep.plan_sha256, "note": ""}).status_code == 422
    other = client.post(at, {"plan_sha256": "0" * 64, "note": "Right."})
    assert other.status_code == 409
    assert "The plan is another one by now." in other.content.decode()
    stale = desk.signed_in(desk.staff("Jonas Reuter", Role.DPO), stepped_up=False)
    assert "Confirm who I am" in stale.get(at).content.decode()
    assert stale.post(at, {"plan_sha256": sweep.plan_sha256, "note": "Right."}).status_code == 302
    sweep.refresh_from_db()
    assert sweep.state == "waiting"
    assert client.post(at, {"plan_sha256": sweep.plan_sha256, "note": "Right."}).url == page_of(sweep)
    sweep.refresh_from_db()
    assert (sweep.state, sweep.decision_note) == ("running", "Right.")


def test_a_small_one_is_started_without_a_second_person(technical, product, monkeypatch):
    monkeypatch.setattr("config.jobs.enqueue", lambda job: None)
    sweep = make.SweepFactory(state="planned", why=[], rows_due=12)
    make.SweepStepFactory(sweep=sweep, system=product, rows_due=12)
    at = f"{SWEEPS}{sweep.pk}/start/"
    assert "Start</a>" in technical.get(page_of(sweep)).content.decode()
    assert "Remove 12 rows from 1 system" in technical.get(at).content.decode()
    assert technical.post(at).url == page_of(sweep)
    sweep.refresh_from_db()
    assert sweep.state == "running"
    large = make.SweepStepFactory(system=product).sweep
    assert technical.post(f"{SWEEPS}{large.pk}/start/").status_code == 409


def test_a_plan_without_anything_due_does_not_stay_open(technical, db):
    technical.post(f"{SWEEPS}plan/", {})
    sweep = Sweep.objects.get()
    assert (sweep.rows_due, sweep.state) == (0, "running")
    running.work(sweep_id=str(sweep.pk), now_fn=lambda: NOW)
    assert not Sweep.objects.open().exists()


def test_it_rests_goes_on_and_stops(client, product, monkeypatch):
    monkeypatch.setattr("config.jobs.enqueue", lambda job: None)
    officer = make.StaffFactory()
    sweep = make.SweepFactory(state="running", status="running", decided_by=officer, decided_at=NOW)
    make.SweepStepFactory(sweep=sweep, system=product, rows_done=300)
    assert "300" in client.get(f"{SWEEPS}{sweep.pk}/pause/").content.decode()
    for act, state in (("pause", "paused"), ("resume", "running"), ("pause", "paused")):
        assert client.post(f"{SWEEPS}{sweep.pk}/{act}/").status_code == 302
        sweep.refresh_from_db()
        assert sweep.state == state
    assert client.post(f"{SWEEPS}{sweep.pk}/pause/").status_code == 409
    assert client.post(f"{SWEEPS}{sweep.pk}/stop/", {"reason": ""}).status_code == 422
    client.post(f"{SWEEPS}{sweep.pk}/stop/", {"reason": "The owner wants to look first."})
    sweep.refresh_from_db()
    assert sweep.state == "stopped"
    assert "The owner wants to look first." in client.get(page_of(sweep)).content.decode()
    assert client.post(f"{SWEEPS}{sweep.pk}/stop/", {"reason": "Again."}).status_code == 409


def test_progress_is_live_until_it_rests(client, product):
    sweep = make.SweepFactory(state="running", decided_by=make.StaffFactory(), status="running")
    make.SweepStepFactory(sweep=sweep, system=product, state="running", rows_done=600)
    assert f'data-live="{SWEEPS}{sweep.pk}/live/"' in client.get(page_of(sweep)).content.decode()
    live = client.get(f"{SWEEPS}{sweep.pk}/live/")
    assert 'value="600"' in live.content.decode()
    assert "no-store" in live["Cache-Control"]
    Sweep.objects.update(state="done")
    rested = client.get(f"{SWEEPS}{sweep.pk}/live/").content.decode()
    assert "data-live" not in rested
    assert "This part of the work has ended." in rested


def test_every_problem_says_what_to_do_next(client, product):
    assert set(words.NEXT) == set(ProblemKind)
    sweep = make.SweepFactory(rows_due=0)
    for kind in ProblemKind:
        SweepProblem.objects.create(
            sweep=sweep, system=product, collection="social_product.posts", schedule="content", kind=kind,
            detail=stored(say("There is no table %(t)s.", t="posts")), rows=7,
        )  # fmt: skip
    html = client.get(page_of(sweep)).content.decode()
    for kind in ProblemKind:
        assert str(kind.label) in html
    assert html.count("What to do next") == len(ProblemKind)
    assert "There is no table posts." in html


def test_the_windows_of_a_step_show_root_and_event(client, technical, product, company, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)
    technical.post(f"{SWEEPS}plan/", {"system": product.pk})
    sweep = Sweep.objects.get()
    step = sweep.steps.get(collection="social_product.server_logs")
    sweep.steps.exclude(pk=step.pk).delete()
    at = f"{SWEEPS}{sweep.pk}/steps/{step.position}/"
    assert "Nothing was removed yet" in client.get(at).content.decode()
    client.post(f"{SWEEPS}{sweep.pk}/approve/", {"plan_sha256": sweep.plan_sha256, "note": "Right."})
    running.work(sweep_id=str(sweep.pk), now_fn=lambda: NOW)
    html = client.get(at).content.decode()
    batch = step.batches.get()
    assert batch.root in html
    assert f"/staff/accounts/auditevent/{batch.event}/change/" in html
    assert "fits the keys and the event" in html
    assert f"/auditevent/{batch.event}/" not in technical.get(at).content.decode()
    batch.root = "0" * 64
    batch.save(update_fields=["root"])
    assert "does not fit" in client.get(at).content.decode()
    assert client.get(f"{SWEEPS}{sweep.pk}/steps/99/").status_code == 404


def test_older_windows_are_a_link_away(client, product):
    step = make.SweepStepFactory(system=product)
    for number in range(1, 61):
        state = "intended" if number == 60 else "dropped"
        make.SweepBatchFactory(step=step, number=number, state=state)
    at = f"{SWEEPS}{step.sweep.pk}/steps/{step.position}/"
    assert "?before=11" in client.get(at).content.decode()
    assert "?before" not in client.get(f"{at}?before=11").content.decode()
    assert client.get(f"{at}?before=x").status_code == 200


def test_who_may_not_is_refused(product):
    sweep = make.SweepStepFactory(system=product).sweep
    auditor = desk.signed_in(desk.staff("Ingrid Solheim-Dahl", Role.AUDITOR))
    assert auditor.get(page_of(sweep)).status_code == 200
    assert "Plan a sweep" not in auditor.get(SWEEPS).content.decode()
    for address in (f"{SWEEPS}plan/", f"{SWEEPS}{sweep.pk}/approve/", f"{SWEEPS}{sweep.pk}/stop/"):
        assert auditor.post(address).status_code == 403
    clerk = desk.signed_in(desk.staff("Fiona MacAuslan", Role.CLERK))
    assert clerk.get(page_of(sweep)).status_code == 403
    assert clerk.get(f"{SWEEPS}{sweep.pk}/live/").status_code == 403


def test_the_work_queue_counts_what_waits(client):
    make.SweepFactory.create_batch(2)
    make.HoldFactory(review_on=NOW.date())
    make.HoldFactory(state="release_asked", release_asked_by=make.StaffFactory(), release_asked_at=NOW)
    html = client.get("/staff/").content.decode()
    for text in ("Sweeps for approval", "Holds to review", "Holds to release", "?view=waiting"):
        assert text in html
    assert AuditEvent.objects.filter(action__startswith="sweep").count() == 0


def test_in_german(client, product):
    sweep = make.SweepStepFactory(system=product).sweep
    german = desk.signed_in(desk.staff("Katrin Vogelsang", Role.DPO, language="de"))
    html = german.get(page_of(sweep)).content.decode()
    assert "What it will remove" not in html
    assert "Was er entfernen wird" in html
