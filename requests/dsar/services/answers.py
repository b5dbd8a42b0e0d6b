"""Answers that come later: a system calls back, or a person attests what they did by hand."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import ActorKind
from accounts.services.audit import Actor
from config.jobs import JobStatus
from config.sentences import say
from dsar.enums import CaseStatus, Operation
from dsar.models import ManualTask, Step
from dsar.rules.rights import FOLLOWS, ORDERS
from dsar.rules.transitions import NotAllowed
from dsar.services import running, steps, story, uploads
from dsar.services.steps import StepFailed
from platforms.connectors import Reply, SourceFailed
from platforms.connectors.http import read_reply

TEXT_LENGTH = 4_000


@transaction.atomic
def receive_callback(*, step: Step, token: str, payload: Mapping[str, Any], now: datetime) -> None:
    """Take a system's answer to a step.

    `payload`: a reply of docs/connector-http.md. Raises PermissionError for a wrong token or one that was
    used, NotAllowed when the step does not wait, ValueError for a payload that cannot be read. The token
    counts only when the answer was taken.
    """
    given = hashlib.sha256(token.encode()).hexdigest()
    if not hmac.compare_digest(step.callback_hash or "-", given):
        raise PermissionError("The token does not belong to an open step.")
    story.lock(step.case)
    step.refresh_from_db()
    if step.status not in (JobStatus.WAITING, JobStatus.RUNNING) or not step.callback_hash:
        raise NotAllowed(_("This step does not wait for an answer."))
    try:
        reply = read_reply(dict(payload), str(step.system))
    except SourceFailed as fault:
        raise ValueError(str(fault)) from fault
    _accept(step, reply, Actor(ActorKind.INTEGRATION), now)


def _accept(step: Step, reply: Reply, actor: Actor, now: datetime) -> None:
    """Store an answer and have the case go on; what is left in a system is kept as a step that needs
    attention.
    """
    try:
        steps.accept(step, reply, now=now)
    except StepFailed as fault:
        step.callback_hash = ""
        step.save(update_fields=["callback_hash"])
        steps.failed(step, fault, now=now)
    what = say("%(system)s answered: %(rows)s rows", system=step.system, rows=step.rows_done)
    story.tell(case=step.case, kind="step_answered", what=what, actor=actor, now=now)
    details = {
        "step": str(step.pk), "system": step.system.key, "operation": step.operation, "rows": step.rows_done,
        "status": step.status, "proof": step.proof,
    }  # fmt: skip
    story.record(case=step.case, actor=actor, action="step.answered", details=details)
    running.wake(case=step.case, plan=step.plan, now=now)


@transaction.atomic
def attest(
    *,
    task: ManualTask,
    text: str,
    rows: int,
    nothing_found: bool,
    file: uploads.Upload | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Attest what was done by hand: what was searched and done, how many entries, the file as proof.

    A copy needs its file unless nothing was found. For a proof (`looking again`) `rows` is what is still
    there. Raises NotAllowed naming what is missing.
    """
    step = task.step
    story.lock(step.case)
    step.refresh_from_db()
    task.refresh_from_db()
    _check(step, task, text, rows, nothing_found, file)
    if actor.user is None:
        raise NotAllowed(_("Tasks are attested by people."))
    values: dict[str, Any] = {
        "done_at": now, "done_by": actor.user, "attestation": text.strip(), "rows": rows,
        "nothing_found": nothing_found,
    }  # fmt: skip
    if file:
        stored = uploads.keep(task=task, file=file)
        values |= {
            "proof_file": stored.path, "proof_name": stored.name, "proof_key": stored.key,
            "proof_sha256": stored.sha256,
        }  # fmt: skip
    for name, value in values.items():
        setattr(task, name, value)
    task.save(update_fields=list(values))
    _accept(step, _reply(step, rows), actor, now)
    if nothing_found and step.operation == Operation.ERASE:
        _search_was_the_proof(step, actor, now)


def _search_was_the_proof(erasure: Step, actor: Actor, now: datetime) -> None:
    """Where a search by hand found nothing, nobody is asked to search a second time."""
    probes = Step.objects.filter(plan=erasure.plan, system=erasure.system, operation=Operation.PROBE)
    for probe in probes.filter(status=JobStatus.READY).select_related("system", "case"):
        _accept(probe, _reply(probe, 0), actor, now)


def _check(
    step: Step, task: ManualTask, text: str, rows: int, nothing_found: bool, file: uploads.Upload | None
) -> None:
    if task.done_at or step.status != JobStatus.WAITING or _is_over(step):
        raise NotAllowed(_("This task is no longer open."))
    if len(text.strip()) < 10:
        raise NotAllowed(_("Say in a sentence what you searched for and what you did."))
    if len(text) > TEXT_LENGTH:
        raise NotAllowed(
            _("The text is longer than %(n)s characters. Shorten it.") % {"n": f"{TEXT_LENGTH:,}"}
        )
    if rows < 0 or (nothing_found and rows):
        raise NotAllowed(_("Either nothing was found, or give the number of entries."))
    if not nothing_found and rows == 0 and step.operation not in _MAY_BE_NOTHING:
        raise NotAllowed(_("Give the number of entries, or say that nothing was found."))
    if step.operation == Operation.COLLECT and rows and file is None:
        raise NotAllowed(_("Attach the copy that you made."))


def _is_over(step: Step) -> bool:
    """Whether nothing can be attested any more: a restriction is lifted after its case was closed."""
    return step.case.status == CaseStatus.CLOSED and step.operation != Operation.LIFT


_MAY_BE_NOTHING = frozenset(FOLLOWS) | ORDERS


def _reply(step: Step, rows: int) -> Reply:
    name = "by_hand"
    if step.operation in FOLLOWS:
        return Reply(counts={name: rows}, remaining={name: rows})
    return Reply(counts={name: rows})
