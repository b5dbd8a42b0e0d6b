"""Carrying out an approved sweep: step after step, window after window, each durable and proved."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Sum

from accounts.services import audit
from accounts.services.audit import SYSTEM
from config import jobs
from config.jobs import JobStatus, LeaseLost
from config.profile import active_profile
from config.profile.holdings import Sweeps
from platforms.connectors import ConnectorError, SourceFailed
from platforms.connectors.purging import Changed, Due, Survey
from platforms.services import connector_of
from retention.enums import BatchState, StepMode, StepState, SweepOrigin, SweepState
from retention.models import Sweep, SweepStep
from retention.services import persons, windows
from retention.services.codec import due_from_json, tables_of
from retention.services.ending import failed, finish
from retention.services.windows import HoldChanged, Work

log = logging.getLogger(__name__)
NOTHING = Survey(0, 0, 0, 0, 0, None)
Clock = Callable[[], datetime]
MAX_PASSES = 6
FINAL = (StepState.DONE, StepState.HELD)


class Interrupted(Exception):
    """The sweep was paused or stopped, or its hours are over: go on later where it stands."""


def work(*, sweep_id: str, now_fn: Clock) -> None:
    """Carry out a sweep when it is due. Safe to call at any time and from several workers."""
    token = jobs.claim(Sweep, sweep_id, now=now_fn())
    if token is None:
        return
    sweep = Sweep.objects.get(pk=sweep_id)
    try:
        for step in sweep.steps.exclude(state__in=FINAL).select_related("system"):
            _step(sweep, step, token, now_fn)
        _finish(sweep, token, now_fn())
    except Interrupted:
        _rest(sweep, token, now_fn())
    except LeaseLost:
        log.warning("%s was taken over by another worker.", sweep)
    except Exception as fault:
        # An error of ours: kept with the sweep and tried again, and seen by whoever reads the log.
        _fail(sweep, token, f"{type(fault).__name__} in our own code: see the log of the worker.", now_fn())
        raise


def _fail(sweep: Sweep, token: UUID, error: str, now: datetime) -> None:
    """Try a sweep again later; after the last time it is paused until staff let it go on."""
    if jobs.fail(sweep, token, error=error, now=now) == JobStatus.ATTENTION:
        Sweep.objects.filter(pk=sweep.pk).update(state=SweepState.PAUSED)


def _rest(sweep: Sweep, token: UUID, now: datetime) -> None:
    """Give the sweep back: a paused one waits for somebody, another one is tried again within the hour."""
    if sweep.state == SweepState.RUNNING:
        jobs.release(sweep, token, at=now + timedelta(minutes=15))
    else:
        jobs.finish(sweep, token, now=now, status=JobStatus.WAITING)


def _step(sweep: Sweep, step: SweepStep, token: UUID, now_fn: Clock) -> None:
    """Carry out one step; what the system refuses is kept with it, and the next step goes on."""
    SweepStep.objects.filter(pk=step.pk, started_at=None).update(started_at=now_fn())
    step.state = StepState.RUNNING
    step.save(update_fields=["state"])
    try:
        if step.mode == StepMode.PERSONS:
            persons.erase_due(step, now_fn, lambda: _go_on(sweep, token, now_fn))
        else:
            _rows(sweep, step, token, now_fn)
    except ConnectorError as fault:
        failed(step, str(fault), now_fn())


def _rows(sweep: Sweep, step: SweepStep, token: UUID, now_fn: Clock) -> None:
    """Go over the windows until nothing is due: rows may point at rows of the same table."""
    due, rules = due_from_json(step.due), active_profile().sweeps
    with connector_of(step.system).session() as session:
        with session.transaction(write=False):
            session.inspect(tables_of(due))
        found = NOTHING
        for _ in range(MAX_PASSES):
            before = step.rows_done
            at_work = _one_pass(sweep, step, session, token, now_fn, rules)
            if at_work is None:
                finish(step, StepState.HELD, now_fn())
                return
            step.refresh_from_db(fields=["rows_done"])
            if step.rows_done:
                _settle(step, session, due, now_fn())
            found = _look(at_work)
            if not found.due or step.rows_done == before:
                break
        finish(step, StepState.DONE, now_fn(), left=found.due, referenced=found.referenced)


def _settle(step: SweepStep, session: Any, due: Due, now: datetime) -> None:
    """Have the space freed before the last look: what is gone then costs nothing to skip."""
    step.settled, step.settled_at = session.settle(due.table), now
    step.save(update_fields=["settled", "settled_at"])


def _look(at_work: Work) -> Survey:
    """Look again, in a fresh transaction, with the same conditions."""
    with at_work.session.transaction(write=False):
        found: Survey = at_work.session.left(at_work.due)
        return found


def _one_pass(
    sweep: Sweep, step: SweepStep, session: Any, token: UUID, now_fn: Clock, rules: Sweeps
) -> Work | None:
    """Go over all windows once; None when everything in the collection is held."""
    at_work = Work.on(step, session, now_fn())
    left_over = step.batches.filter(state=BatchState.INTENDED).first()
    if left_over is not None:
        windows.recover(at_work or Work(step, session, due_from_json(step.due), ""), left_over, now_fn())
    step.refresh_from_db(fields=["rows_done"])
    lower, tries = None, 0  # from the beginning also after an interruption: what is gone is not found again
    while at_work is not None:
        _go_on(sweep, token, now_fn)
        try:
            went = windows.do(at_work, lower, rules.window_rows, now_fn)
        except HoldChanged:
            at_work = Work.on(step, session, now_fn())
            continue
        except Changed as fault:
            tries += 1
            if tries >= windows.TRIES:
                raise SourceFailed(
                    "The rows of one window change all the time: try at a quieter hour."
                ) from fault
            continue
        if went.upper is None:
            return at_work
        lower, tries = went.upper, 0
        time.sleep(rules.pause_ms / 1000)
    return None


def _go_on(sweep: Sweep, token: UUID, now_fn: Clock) -> None:
    """Keep the lease, or stop here: somebody paused the sweep, or its hours are over."""
    now = now_fn()
    jobs.renew(sweep, token, now=now, progressed=True)
    sweep.refresh_from_db(fields=["state"])
    if sweep.state != SweepState.RUNNING or not _open(sweep, now):
        raise Interrupted


def _open(sweep: Sweep, now: datetime) -> bool:
    """Whether a sweep may run at a moment; one of staff or of a command does not wait for the night."""
    profile = active_profile()
    hour = now.astimezone(ZoneInfo(profile.clocks.zone)).hour
    return sweep.origin != SweepOrigin.SCHEDULE or profile.sweeps.hours.open_at(hour)


@transaction.atomic
def _finish(sweep: Sweep, token: UUID, now: datetime) -> None:
    """End a sweep when every step has ended: done, or in need of somebody where a step failed."""
    done = sweep.steps.aggregate(rows=Sum("rows_done"))["rows"] or 0
    failed = list(sweep.steps.filter(state=StepState.FAILED))
    details = {"rows": done, "failed": len(failed)}
    if failed:
        _fail(sweep, token, failed[0].error, now)
        SweepStep.objects.filter(pk__in=[one.pk for one in failed]).update(state=StepState.READY)
        Sweep.objects.filter(pk=sweep.pk).update(rows_done=done)
        audit.record(actor=SYSTEM, action="sweep.failed", obj=sweep, details=details)
        return
    jobs.finish(sweep, token, now=now, state=SweepState.DONE, rows_done=done)
    audit.record(actor=SYSTEM, action="sweep.done", obj=sweep, details=details)


def given_up(sweep: Sweep, now: datetime) -> None:
    """Pause a sweep whose workers died: staff look why, and let it go on. Called inside a transaction."""
    del now
    sweep.state = SweepState.PAUSED
    sweep.save(update_fields=["state"])
    audit.record(actor=SYSTEM, action="sweep.given_up", obj=sweep)
