"""The work of an accepted callback: read the kept body again and do what it leads to, once."""

import base64
import uuid
from datetime import datetime

from django.db import DatabaseError, transaction

from accounts.services import audit
from accounts.services.audit import Actor
from config import jobs
from config.crypto import DecryptionFailed
from config.jobs import JobStatus, LeaseLost
from config.sentences import stored
from platforms.callbacks import reading
from platforms.callbacks.endpoints import endpoint
from platforms.enums import ReadingReason
from platforms.models import CallbackReceipt
from platforms.services import effects
from platforms.services.effects import EffectMissing


class WorkRefused(Exception):
    """The work cannot be started again; the text says why."""


def work(*, receipt_id: uuid.UUID | str, now: datetime) -> bool:
    """Do the work of a receipt when it is due. Returns whether it is done; a failure is tried again later."""
    token = jobs.claim(CallbackReceipt, receipt_id, now=now)
    if token is None:
        return False
    receipt = CallbackReceipt.objects.get(pk=receipt_id)
    try:
        _do(receipt, token, now)
    except LeaseLost:
        return False
    except DatabaseError as fault:
        jobs.fail(receipt, token, error=f"Storing it failed ({type(fault).__name__}).", now=now)
        return False
    except (EffectMissing, DecryptionFailed, ValueError, KeyError) as fault:
        # The same bytes would fail in the same way: somebody has to look.
        jobs.fail(receipt, token, error=f"{type(fault).__name__}: {fault}", now=now, final=True)
        return False
    return True


@transaction.atomic
def _do(receipt: CallbackReceipt, token: uuid.UUID, now: datetime) -> None:
    meanings = reading.read(endpoint(receipt.endpoint), base64.b64decode(receipt.body))
    said = [stored(effects.run(meant.effect, receipt, meant.message, now)) for meant in meanings]
    names = sorted({meant.effect for meant in meanings})
    jobs.finish(receipt, token, now=now, effects=said)
    audit.record(
        actor=audit.SYSTEM, action="callback.worked", obj=receipt,
        details={"endpoint": receipt.endpoint, "effects": names},
    )  # fmt: skip


def given_up(receipt: CallbackReceipt, now: datetime) -> None:
    """Record that the workers of a receipt died; called inside the transaction that gives it up."""
    del now
    audit.record(
        actor=audit.SYSTEM, action="callback.given_up", obj=receipt, details={"endpoint": receipt.endpoint}
    )


@transaction.atomic
def work_again(*, receipt: CallbackReceipt, actor: Actor, now: datetime) -> None:
    """Start the work of a receipt that needs attention once more; raises WorkRefused for any other."""
    changed = CallbackReceipt.objects.filter(pk=receipt.pk, status=JobStatus.ATTENTION).update(
        status=JobStatus.READY, attempts=0, lost=0, next_attempt_at=now, last_error=""
    )
    if not changed:
        raise WorkRefused("This callback does not wait for anybody.")
    audit.record(actor=actor, action="callback.again", obj=receipt, details={"endpoint": receipt.endpoint})
    jobs.enqueue(receipt)


@transaction.atomic
def read_body(*, receipt: CallbackReceipt, reason: ReadingReason, actor: Actor) -> bytes:
    """Return the body of an accepted callback, byte for byte, and record who read it and why.

    Raises WorkRefused when it is not kept.
    """
    if not receipt.body:
        raise WorkRefused("The body of this callback is not kept.")
    audit.record(
        actor=actor, action="callback.body_read", obj=receipt, fields=["body"], details={"reason": reason}
    )
    return base64.b64decode(receipt.body)
