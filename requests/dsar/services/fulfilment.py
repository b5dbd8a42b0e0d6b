"""Carrying a plan out: one run a case, its steps one after the other, each durable; then the case settles.

A worker that dies leaves a lease that runs out; the next one goes on with the step that was not finished. A
worker that lost its lease writes nothing more.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from accounts.services.audit import SYSTEM, Actor
from config import jobs
from config.jobs import JobStatus, LeaseLost
from config.sentences import Sentence, say, say_n
from dsar.engine import EngineError, PlanDocument
from dsar.enums import CaseStatus, Done, Operation, RunKind
from dsar.models import Plan, Run, Step
from dsar.rules.rights import COLLECTED, ERASING, FOLLOWS
from dsar.rules.transitions import NotAllowed
from dsar.services import delivery, packaging, planning, recipients, running, sources, steps, story
from dsar.services.answers import attest, receive_callback
from dsar.services.mending import reprobe, retry_step, skip_step, why_not_reprobe
from dsar.services.rights import recipients as passing_on
from dsar.services.steps import PlanDrifted, StepFailed
from platforms.connectors import ConnectorError
from platforms.models import System

Now = Callable[[], datetime]
REMEDIES = {
    "unreachable": say("Check the connection, then try again."),
    "failed": say("Look into the system, then try again."),
    "settings": say("Correct the settings of the system, then try again."),
    "drift": say("Make a new plan."),
    "plan": say("Make a new plan."),
    "remaining": say("See what is left there, then make a new plan."),
    "kept": say("Lift the restriction first, or leave the system out with a reason."),
    "died": say("Then try again, or leave the system out with a reason."),
}

__all__ = ["attest", "receive_callback", "reprobe", "retry_step", "run_case", "skip_step", "why_not_reprobe"]


def run_case(*, run_id: uuid.UUID | str, now_fn: Now) -> bool:
    """Do what a run is for, when it is due and nobody else is at it. Returns whether this worker had it."""
    token = jobs.claim(Run, run_id, now=now_fn())
    if token is None:
        return False
    run = Run.objects.select_related("case__subject", "plan", "asked_by").get(pk=run_id)
    try:
        _KINDS[RunKind(run.kind)](run, token, now_fn)
    except (LeaseLost, packaging.Overtaken):
        return False
    except Exception as fault:
        _broke(run, token, fault, now_fn())
        if not isinstance(fault, ConnectorError | EngineError | NotAllowed):
            raise
    return True


def _broke(run: Run, token: uuid.UUID, fault: Exception, now: datetime) -> None:
    """A run that could not do its work: again later, or somebody has to look."""
    known = isinstance(fault, ConnectorError | EngineError | NotAllowed)
    sentence = (
        str(fault)
        if known
        else say("An error in the portal itself (%(type)s): tell the technicians.", type=type(fault).__name__)
    )
    with transaction.atomic():
        story.lock(run.case)
        try:
            status = jobs.fail(run, token, error=sentence, now=now, final=known)
        except LeaseLost:
            return
        if status == JobStatus.ATTENTION and run.case.is_open:
            _attention(run, sentence, now)


def given_up(run: Run, now: datetime) -> None:
    """Tell the case that the workers of its run died; what they were at can be tried again or left out.

    Called by the sweep, inside the transaction that gives the run up.
    """
    story.lock(run.case)
    if not run.case.is_open:
        return
    for step in Step.objects.filter(plan=run.plan, status=JobStatus.RUNNING).select_related("system"):
        fault = StepFailed(run.last_error, code="died", final=True)
        steps.failed(step, fault, now=now)
    _attention(run, run.last_error, now)


def _attention(run: Run, sentence: str, now: datetime) -> None:
    case = run.case
    story.move(case, CaseStatus.ATTENTION, attention=sentence)
    story.tell(
        case=case,
        kind="attention",
        what=say("Needs attention: %(what)s", what=RunKind(run.kind).label),
        note=sentence,
        actor=SYSTEM,
        now=now,
    )
    details = {"run": str(run.pk), "kind": run.kind}
    story.record(case=case, actor=SYSTEM, action="run.failed", details=details)


def _plan(run: Run, token: uuid.UUID, now_fn: Now) -> None:
    def end(plan: Plan) -> None:
        jobs.finish(run, token, now=now_fn(), plan=plan)

    planning.make_plan(run=run, now=now_fn(), storing=end)


def _fulfil(run: Run, token: uuid.UUID, now_fn: Now) -> None:
    assert run.plan is not None
    document = sources.document_of(run.plan)
    left = list(run.plan.steps.order_by("-position").values_list("pk", flat=True))
    with _under_lease(run, token, now_fn):
        step = _next(left, run, now_fn())
    while step:
        step = _one(step, document, run, token, now_fn, left)
    _settle(run, token, now_fn)


@contextmanager
def _under_lease(run: Run, token: uuid.UUID, now_fn: Now, progressed: bool = False) -> Iterator[None]:
    """Write about a run's case while nobody else can take it over: all of it or, without the lease, nothing.

    The case is locked before the run, as everywhere, so that answers of systems and workers never block each
    other.
    """
    with transaction.atomic():
        story.hold(run.case)
        running.still_mine(run, token, now=now_fn(), progressed=progressed)
        yield


def _next(left: list[uuid.UUID], run: Run, now: datetime) -> Step | None:
    """Take the next due step from `left` (the last one first), mark it as being at work, and return it."""
    while left:
        step: Step = Step.objects.select_related("system").get(pk=left.pop())
        step.case = run.case
        if _is_due(step, run, now):
            steps.begin(step, now=now)
            return step
    return None


def _is_due(step: Step, run: Run, now: datetime) -> bool:
    later = step.next_attempt_at is not None and step.next_attempt_at > now
    if step.operation in FOLLOWS and not _came_first(step, run):
        return False
    if step.status == JobStatus.WAITING:
        return step.next_attempt_at is not None and not later
    return step.status == JobStatus.RUNNING or (step.status == JobStatus.READY and not later)


def _came_first(step: Step, run: Run) -> bool:
    """Whether the work that a proof looks after is done."""
    first = FOLLOWS[Operation(step.operation)]
    work = Step.objects.filter(plan=run.plan, system=step.system, operation=first)
    return work.filter(status=JobStatus.DONE).exists()


def _one(
    step: Step, document: PlanDocument, run: Run, token: uuid.UUID, now_fn: Now, left: list[uuid.UUID]
) -> Step | None:
    """Do one step and begin the next, which is returned; None when nothing more is to be done now.

    Result, timeline, audit event and the beginning of the next step appear together.
    """
    try:
        store = steps.carry_out(step, document)
        with _under_lease(run, token, now_fn, progressed=True):
            store(now_fn())
            if step.status == JobStatus.DONE:
                tell_done(step, SYSTEM, now_fn())
            return _next(left, run, now_fn())
    except StepFailed as fault:
        with _under_lease(run, token, now_fn, progressed=True):
            steps.failed(step, fault, now=now_fn())
            _tell_failure(step, fault, now_fn())
            return None if isinstance(fault, PlanDrifted) else _next(left, run, now_fn())


_WHAT_DONE: dict[Operation, Callable[[int, System], Sentence]] = {
    Operation.COLLECT: lambda n, where: say_n(
        "%(n)s row collected from %(system)s", "%(n)s rows collected from %(system)s", n, system=where
    ),
    Operation.ERASE: lambda n, where: say_n(
        "%(n)s row erased in %(system)s", "%(n)s rows erased in %(system)s", n, system=where
    ),
    Operation.PROBE: lambda _n, where: say("Looked again in %(system)s: nothing is left", system=where),
    Operation.RECTIFY: lambda n, where: say_n(
        "%(n)s value corrected in %(system)s", "%(n)s values corrected in %(system)s", n, system=where
    ),
    Operation.REREAD: lambda _n, where: say(
        "Read again in %(system)s: the corrected values stand", system=where
    ),
    Operation.RESTRICT: lambda _n, where: say("%(system)s was told to let the data rest", system=where),
    Operation.LIFT: lambda _n, where: say(
        "%(system)s was told that the data may be used again", system=where
    ),
    Operation.SUPPRESS: lambda _n, where: say("%(system)s was told to stop the use", system=where),
    Operation.COUNT: lambda n, where: say_n(
        "%(n)s row counted in %(system)s", "%(n)s rows counted in %(system)s", n, system=where
    ),
}


def tell_done(step: Step, actor: Actor, now: datetime) -> None:
    """Record a finished step in timeline and audit trail: counts and what was proved."""
    what = _WHAT_DONE[Operation(step.operation)](step.rows_done, step.system)
    story.tell(case=step.case, kind=f"step_{step.operation}", what=what, actor=actor, now=now)
    details = {
        "step": str(step.pk), "system": step.system.key, "operation": step.operation, "rows": step.rows_done,
        "proof": step.proof, "attempts": step.attempts,
    }  # fmt: skip
    story.record(case=step.case, actor=actor, action="step.done", details=details)


def _tell_failure(step: Step, fault: StepFailed, now: datetime) -> None:
    if step.status != JobStatus.ATTENTION:
        return
    what = say("%(system)s needs attention", system=step.system)
    story.tell(case=step.case, kind="attention", what=what, note=str(fault), actor=SYSTEM, now=now)
    details = {
        "step": str(step.pk),
        "system": step.system.key,
        "operation": step.operation,
        "code": fault.code,
    }
    story.record(case=step.case, actor=SYSTEM, action="step.failed", details=details)


def _settle(run: Run, token: uuid.UUID, now_fn: Now) -> None:
    """Decide, under the lock of the case, what it waits for now; build the package when all is collected."""
    now = now_fn()
    assert run.plan is not None
    with transaction.atomic():
        story.lock(run.case)
        open_steps = [
            s for s in run.plan.steps.all() if s.status not in (JobStatus.DONE, JobStatus.CANCELLED)
        ]
        troubled = [step for step in open_steps if step.status == JobStatus.ATTENTION]
        if open_steps:
            _stay(run, token, open_steps, troubled, now)
            return
    _all_done(run, token, now_fn)


def _stay(run: Run, token: uuid.UUID, open_steps: list[Step], troubled: list[Step], now: datetime) -> None:
    """Something is left: keep the run for later, or end it when only people can go on."""
    drifted = any(step.error_code == "drift" for step in troubled)
    pending = [step for step in open_steps if step.status != JobStatus.ATTENTION and not drifted]
    pending = [step for step in pending if step.operation not in FOLLOWS or _came_first(step, run)]
    times = [step.next_attempt_at for step in pending if step.next_attempt_at]
    due_now = any(s.status in (JobStatus.READY, JobStatus.RUNNING) and not s.next_attempt_at for s in pending)
    if due_now or times:
        jobs.release(run, token, at=None if due_now else min(times))
        if due_now:
            jobs.enqueue(run)
    else:
        waits = any(step.status == JobStatus.WAITING for step in pending)
        jobs.finish(run, token, now=now, status=JobStatus.WAITING if waits else JobStatus.ATTENTION)
    _show(run, troubled, pending)


def _show(run: Run, troubled: list[Step], pending: list[Step]) -> None:
    if not run.case.is_open:
        return
    if troubled:
        first = troubled[0]
        sentence = say(
            "%(system)s: %(error)s %(remedy)s", system=first.system, error=first.error,
            remedy=REMEDIES.get(first.error_code, ""),
        )  # fmt: skip
        story.move(run.case, CaseStatus.ATTENTION, attention=sentence)
    elif any(step.status == JobStatus.WAITING for step in pending):
        story.move(run.case, CaseStatus.WAITING)
    else:
        story.move(run.case, CaseStatus.RUNNING)


def _all_done(run: Run, token: uuid.UUID, now_fn: Now) -> None:
    plan = run.plan
    assert plan is not None
    collected = run.case.right in COLLECTED and delivery.has_something(plan)
    if not collected:
        with transaction.atomic():
            _end(run, token, now_fn, CaseStatus.READY, say("The plan is carried out"))
        return

    def end() -> None:
        _end(run, token, now_fn, CaseStatus.REVIEW, say("Package made, to be reviewed"))

    delivery.build_package(case=run.case, plan=plan, now=now_fn(), storing=end)


def _end(run: Run, token: uuid.UUID, now_fn: Now, target: CaseStatus, what: str) -> None:
    """End a run whose plan is carried out."""
    story.lock(run.case)
    jobs.finish(run, token, now=now_fn())
    if run.case.is_open:
        story.move(run.case, target)
        passing_on.tell(case=run.case, actor=SYSTEM, now=now_fn())
    erased = target == CaseStatus.READY and run.case.right in ERASING
    erased = erased and not run.case.events.filter(kind="done").exists()
    plain = say("Your data has been deleted") if erased else ""
    story.tell(case=run.case, kind="done", what=what, actor=SYSTEM, now=now_fn(), plain=plain)
    story.record(case=run.case, actor=SYSTEM, action="run.done", details={"run": str(run.pk)})
    if erased:
        recipients.notify(case=run.case, what=Done.ERASED, actor=SYSTEM, now=now_fn())


def _package(run: Run, token: uuid.UUID, now_fn: Now) -> None:
    """Make the package again with the decisions of its review."""
    assert run.plan is not None

    def end() -> None:
        story.lock(run.case)
        jobs.finish(run, token, now=now_fn())

    delivery.rebuild_package(case=run.case, plan=run.plan, now=now_fn(), storing=end)


_KINDS: dict[RunKind, Callable[[Run, uuid.UUID, Now], None]] = {
    RunKind.PLAN: _plan,
    RunKind.FULFIL: _fulfil,
    RunKind.PACKAGE: _package,
}
