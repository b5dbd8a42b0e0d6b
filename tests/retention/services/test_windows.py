"""A worker that dies in a window: no row goes without a proof, no proof tells of a row that stays."""

from datetime import timedelta

import pytest

from platforms.connectors import SourceFailed
from platforms.connectors.sql.session import SqlSession
from retention.enums import BatchState, SweepState
from retention.models import SweepBatch
from retention.services import deciding, persons, running, windows
from retention.services.planning import plan_sweep
from tests.retention.conftest import NOW

pytestmark = pytest.mark.slow

LOGS = "social_product.server_logs"


class Killed(BaseException):
    """What `kill -9` does to Python code: nothing after it runs, nothing catches it."""


@pytest.fixture
def sweep(product, officer):
    """An approved sweep."""
    made = plan_sweep(now=NOW)
    deciding.approve(sweep=made, plan_sha256=made.plan_sha256, note="ok", actor=officer, now=NOW)
    return made


def proved(collection=LOGS):
    batches = SweepBatch.objects.done().filter(collection=collection)
    return [key for batch in batches for key in windows.keys_of(batch).values()]


def logs(company):
    return {row[0] for row in company.all()["server_logs"]}


def run(sweep, hours=0):
    """Let a worker come by; the lease of a dead one has run out by then."""
    at = NOW + timedelta(hours=hours)
    running.work(sweep_id=str(sweep.pk), now_fn=lambda: at)
    sweep.refresh_from_db()


def kill_at(monkeypatch, owner, name, *, after=False, calls=1):
    """Have a worker die before (or after) the given call of a function."""
    real, count = getattr(owner, name), [0]

    def dying(*args, **kwargs):
        count[0] += 1
        if count[0] != calls:
            return real(*args, **kwargs)
        found = real(*args, **kwargs) if after else None
        del found
        raise Killed

    monkeypatch.setattr(owner, name, dying)


@pytest.mark.parametrize(
    ("owner", "name", "after"),
    [
        ("windows", "intend", False),
        ("windows", "intend", True),  # written down, nothing removed
        ("session", "purge", True),  # removed, not committed
        ("windows", "prove", False),  # committed, not proved
        ("windows", "prove", True),
    ],
)
def test_whatever_a_worker_leaves_is_finished_by_the_next(
    product, company, officer, sweep, monkeypatch, owner, name, after
):
    before = logs(company)
    with monkeypatch.context() as patched:
        kill_at(patched, windows if owner == "windows" else SqlSession, name, after=after)
        with pytest.raises(Killed):
            run(sweep)
    run(sweep, hours=1)
    assert sweep.state == SweepState.DONE
    gone = before - logs(company)
    found = proved()
    assert set(found) == gone
    assert len(found) == len(set(found))
    assert not SweepBatch.objects.filter(state=BatchState.INTENDED).exists()


def test_a_removal_that_nobody_could_prove_is_marked_as_recovered(company, sweep, monkeypatch):
    with monkeypatch.context() as patched:
        kill_at(patched, windows, "prove")
        with pytest.raises(Killed):
            run(sweep)
    run(sweep, hours=1)
    assert SweepBatch.objects.done().filter(recovered=True).count() == 1


def test_a_person_whose_erasure_was_cut_off_is_erased_once(company, sweep, monkeypatch):
    with monkeypatch.context() as patched:
        kill_at(patched, persons, "_prove")
        with pytest.raises(Killed):
            run(sweep)
    run(sweep, hours=1)
    assert sweep.state == SweepState.DONE
    users = proved("social_product.users")
    assert len(users) == len(set(users)) == sweep.steps.get(mode="persons").rows_due


def test_a_source_that_fails_in_the_middle_leaves_nothing_half_done(company, sweep, monkeypatch):
    real, count = SqlSession.purge, [0]

    def failing(self, *args):
        count[0] += 1
        if count[0] == 3:
            raise SourceFailed("The connection was lost.")
        return real(self, *args)

    before = logs(company)
    with monkeypatch.context() as patched:
        patched.setattr(SqlSession, "purge", failing)
        run(sweep)
    assert sweep.state == SweepState.RUNNING
    run(sweep, hours=1)
    assert sweep.state == SweepState.DONE
    assert set(proved()) == before - logs(company)


def test_an_error_of_ours_is_kept_with_the_sweep_and_tried_again(company, sweep, monkeypatch):
    def broken(*_given):
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(windows, "intend", broken)
        with pytest.raises(ZeroDivisionError):
            run(sweep)
    sweep.refresh_from_db()
    assert (sweep.status, sweep.state) == ("ready", SweepState.RUNNING)
    assert "ZeroDivisionError" in sweep.last_error
    run(sweep, hours=1)
    assert sweep.state == SweepState.DONE
