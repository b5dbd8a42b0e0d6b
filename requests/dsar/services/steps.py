"""One system's step: done by the engine, by a whole request, or by a person.

Results hold counts, never values.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from config import jobs
from config.jobs import JobStatus
from dsar import engine
from dsar.engine import PlanDocument, Source
from dsar.enums import Operation, Regime, Right
from dsar.models import ManualTask, Step
from dsar.rules.transitions import NotAllowed
from dsar.services import journaling, kept, sources, spool
from dsar.services.rights import orders, restricting
from dsar.services.rights.portability import Portable
from platforms.connectors import ConnectorError, Deferred, Reply, SourceFailed, WrongSettings

POLL = timedelta(minutes=10)
Store = Callable[[datetime], None]
"""Writes what came of a step; called by whoever still has the lease, with the time of that moment."""
LEFT = {
    Operation.PROBE: "{n} rows are still there. Look into the system, or make a new plan.",
    Operation.REREAD: "{n} values are still wrong although they were written. Look into the system, or make"
    " a new plan.",
}
THIRD_PERSON = "This value is about another person."
_VERBS = {operation: operation.value for operation in Operation} | {Operation.REREAD: "probe"}


class StepFailed(Exception):
    """A step could not be done. `final`: trying again cannot help; `code`: what kind of trouble it is."""

    def __init__(self, sentence: str, *, code: str, final: bool = False) -> None:
        super().__init__(sentence)
        self.code, self.final = code, final


class PlanDrifted(StepFailed):
    """The data changed since the plan was approved. Nothing more is done under this plan."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, code="drift", final=True)


def carry_out(step: Step, document: PlanDocument) -> Store:
    """Do one step that was begun; return what stores its result. Raises StepFailed, PlanDrifted.

    Nothing of the result is written here: by the time the system has answered, the case may be another
    worker's. Safe to repeat: the engine recognises work that an earlier worker committed without being able
    to say so, and systems that take whole requests get the step's own id as idempotency key.
    """
    if step.operation == Operation.ERASE:
        _check_kept(step)
    try:
        source = sources.source_for(step)
        if source.by_rows:
            return _BY_ROWS[Operation(step.operation)](step, document, source)
        return _by_request(step, document, source)
    except WrongSettings as fault:
        raise StepFailed(str(fault), code="settings", final=True) from fault
    except ConnectorError as fault:
        code = "failed" if isinstance(fault, SourceFailed) else "unreachable"
        raise StepFailed(str(fault), code=code) from fault


def _check_kept(step: Step) -> None:
    """Raise StepFailed when the person asked us to keep the data since the plan was approved (Art. 18(1))."""
    try:
        restricting.check_erasable(step.case.subject)
    except NotAllowed as kept:
        raise StepFailed(str(kept), code="kept", final=True) from kept


def begin(step: Step, *, now: datetime) -> None:
    """Mark a step as being at work, once more."""
    step.status, step.signed_at, step.error, step.error_code = JobStatus.RUNNING, now, "", ""
    step.started_at = step.started_at or now
    step.attempts += 1
    step.save(update_fields=["status", "signed_at", "error", "error_code", "started_at", "attempts"])


def done(step: Step, *, now: datetime, **values: Any) -> None:
    """Store a finished step."""
    values |= {"status": JobStatus.DONE, "finished_at": now, "signed_at": now, "next_attempt_at": None}
    values |= {"error": "", "error_code": "", "callback_hash": ""}
    for name, value in values.items():
        setattr(step, name, value)
    step.save(update_fields=list(values))


def _progress(step: Step) -> engine.Progress:
    def tell(count: int, total: int) -> None:
        Step.objects.filter(pk=step.pk).update(rows_done=count, rows_total=max(total, step.rows_total))

    return tell


def _collect(step: Step, document: PlanDocument, source: Source) -> Store:
    if document.sources[source.key].status != "ready":
        raise StepFailed(f"The plan never saw {step.system}: make a new plan.", code="plan", final=True)
    counts = spool.write(step, _rows(step, document, source))
    total = sum(counts.values())
    return lambda now: done(
        step, now=now, rows_done=total, rows_total=total, spool=step.spool, spool_key=step.spool_key,
        result={"status": "done", "rows": counts},
    )  # fmt: skip


def _rows(step: Step, document: PlanDocument, source: Source) -> Iterator[spool.Entry]:
    """Yield what may be disclosed: without secrets, other persons' values still in it but marked."""
    cut = engine.Disclosure(document, source)
    portable = Portable(cut.specs) if step.case.right == Right.PORTABILITY else None
    secrets = engine.CCPA_SECRETS if step.case.regime == Regime.CCPA else engine.SECRETS
    for collection, row, third in engine.collect(plan=document, source=source, progress=_progress(step)):
        shown = cut.of(collection, row, ())
        shown = portable.of(collection, shown) if portable else shown
        if shown:
            shown = cut.conceal(collection, shown, secrets)
            yield collection, shown, {name: THIRD_PERSON for name in third if name in shown}


def _erase(step: Step, document: PlanDocument, source: Source) -> Store:
    try:
        result = engine.erase(plan=document, source=source, progress=_progress(step))
    except engine.PlanRefused as fault:
        raise StepFailed(str(fault), code="plan", final=True) from fault
    if result.status == "drifted":
        raise PlanDrifted(f"The data changed since the plan was approved. {result.error}")
    if not result.ok:
        raise StepFailed(result.error, code=result.status)
    written = sum(result.rows.values()) or (step.rows_total if result.status == "already_done" else 0)

    def store(now: datetime) -> None:
        done(step, now=now, rows_done=written, rows_total=written, result=result.to_json())
        journaling.of_step(step, document, now)

    return store


def _probe(step: Step, document: PlanDocument, source: Source) -> Store:
    proof = engine.probe(plan=document, source=source).to_json()
    return lambda now: proved(step, proof, now)


def proved(step: Step, proof: dict[str, dict[str, int]], now: datetime) -> None:
    """Store a proof; what is left keeps the step open."""
    left = sum(one["remaining"] for one in proof.values())
    step.proof = proof
    if left:
        raise StepFailed(
            LEFT[Operation(step.operation)].format(n=f"{left:,}"),
            code="remaining",
            final=True,
        )
    checked = sum(one["checked"] for one in proof.values())
    done(step, now=now, rows_done=checked, rows_total=checked, proof=proof)


Work = Callable[[Step, PlanDocument, Source], Store]
_BY_ROWS: dict[Operation, Work] = {
    Operation.COLLECT: _collect, Operation.ERASE: _erase, Operation.PROBE: _probe,
}  # fmt: skip


def by_rows(operation: Operation, work: Work) -> None:
    """Say how an operation is done in systems with rows."""
    _BY_ROWS[operation] = work


def _by_request(step: Step, document: PlanDocument, source: Source) -> Store:
    order = replace(sources.order_for(step, document), **orders.extras(step))
    _expect_callback(step)
    with source.connector.session() as session:
        answer = getattr(session, _VERBS[Operation(step.operation)])(order)
    if isinstance(answer, Deferred):
        return lambda now: _wait(step, answer, now)
    return lambda now: accept(step, answer, now=now)


def _expect_callback(step: Step) -> None:
    """Store the hash of the callback token before the order leaves: the answer may come at once."""
    if step.system.connector == "http" and not step.callback_hash:
        step.callback_hash = hashlib.sha256(sources.callback_token(step).encode()).hexdigest()
        step.save(update_fields=["callback_hash"])


def _wait(step: Step, answer: Deferred, now: datetime) -> None:
    step.remote_reference = answer.reference[:120]
    step.next_attempt_at = None if answer.instructions else answer.check_after or now + POLL
    with transaction.atomic():
        # A callback may have been faster than the answer to the order.
        if not Step.objects.filter(pk=step.pk, status=JobStatus.RUNNING).update(
            status=JobStatus.WAITING,
            remote_reference=step.remote_reference,
            next_attempt_at=step.next_attempt_at,
        ):
            return
        if answer.instructions:
            ManualTask.objects.get_or_create(
                step=step,
                defaults={
                    "instructions": answer.instructions,
                    "assignee": step.system.owner,
                    "created_at": now,
                },
            )
    step.status = JobStatus.WAITING


def accept(step: Step, reply: Reply, *, now: datetime) -> None:
    """Store the answer of a system that takes whole requests. Raises StepFailed when something is left."""
    if step.operation in LEFT:
        proof = {
            key: {"checked": reply.counts.get(key, n), "remaining": n} for key, n in reply.remaining.items()
        }
        proved(step, proof, now)
        return
    counts = dict(reply.counts)
    if step.operation == Operation.COLLECT:
        prefix = f"{step.system.key}."
        none: dict[str, str] = {}
        entries = ((f"{prefix}{name}", row, none) for name, rows in reply.rows.items() for row in rows)
        counts = {name: len(rows) for name, rows in reply.rows.items()} or counts
        spool.write(step, entries)
    total = sum(counts.values())
    result = {"status": "done", "rows": counts, "fields": _outcomes(reply), "note": reply.note}
    if reply.stays:
        result["stays"] = [kept.exception(one, step.case.regime) for one in reply.stays]
    done(
        step,
        now=now,
        rows_done=total,
        rows_total=total,
        result=result,
        spool=step.spool,
        spool_key=step.spool_key,
    )


def _outcomes(reply: Reply) -> list[dict[str, str]]:
    return [
        {
            "collection": collection,
            "field": name,
            "outcome": word,
            "reason": reply.reasons.get(collection, {}).get(name, ""),
        }
        for collection, fields in reply.fields.items()
        for name, word in fields.items()
    ]


def failed(step: Step, fault: StepFailed, *, now: datetime) -> None:
    """Record a failure: again later with back-off, or needs attention."""
    final = fault.final or step.attempts >= jobs.MAX_ATTEMPTS
    step.error, step.error_code = str(fault), fault.code
    step.status = JobStatus.ATTENTION if final else JobStatus.READY
    step.next_attempt_at = None if final else now + jobs.backoff(step.attempts)
    step.signed_at = now
    step.save(update_fields=["error", "error_code", "status", "next_attempt_at", "signed_at", "proof"])
