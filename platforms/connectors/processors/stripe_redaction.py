"""Redaction jobs of Stripe: a public preview without a class in its library, so it is called raw.

created → validating → ready → run → redacting → succeeded; what fails validation waits for a person.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from config import clock
from platforms.connectors.base import Deferred, Order, Reply, SourceFailed
from platforms.connectors.processors.calling import Remote, segment

JOBS = "/v1/privacy/redaction_jobs"
WAIT = timedelta(minutes=30)
OFF = (
    "Redaction is switched off: it is a public preview at Stripe, cannot be undone, and takes the payment"
    " records too. Switch it on in the settings of this system once the seven years are over for real data."
)


def step(remote: Remote, order: Order, ids: Sequence[str], *, on: bool, version: str) -> Reply | Deferred:
    """Take one step of a job; `order.reference` names a job that was begun.

    `ids`: customers of a new job; `version`: the preview version of the interface. Raises SourceFailed when
    the switch is off, or for a job that Stripe could not validate or finish.
    """
    if not on:
        raise SourceFailed(OFF)
    headers = {"Stripe-Version": version}
    if not order.reference:
        return _create(remote, order, ids, headers) if ids else Reply(counts={"customers": 0})
    path = f"{JOBS}/{segment(order.reference)}"
    job = remote.call("GET", path, headers=headers)
    if job.get("status") == "ready":
        key = {"Idempotency-Key": f"{order.idempotency_key}:run:{order.reference}"}
        job = remote.call("POST", f"{path}/run", headers=headers | key)
    return _of(job, order.reference)


def _create(remote: Remote, order: Order, ids: Sequence[str], headers: dict[str, str]) -> Deferred:
    data = {"validation_behavior": "error", "objects[customers][]": list(ids)}
    key = {"Idempotency-Key": f"{order.idempotency_key}:redact"}
    job = remote.call("POST", JOBS, data=data, headers=headers | key)
    reference = job.get("id")
    if not isinstance(reference, str) or not reference:
        raise SourceFailed("Stripe made a redaction job without an id.")
    return Deferred(reference, clock.now() + WAIT)


def _of(job: dict[str, Any], reference: str) -> Reply | Deferred:
    status = job.get("status")
    if status in ("validating", "redacting", "ready"):
        return Deferred(reference, clock.now() + WAIT)
    if status != "succeeded":
        raise SourceFailed(f"The redaction job ended as {str(status)[:30]}. Look into it at Stripe.")
    return Reply(
        counts={"customers": len((job.get("objects") or {}).get("customers") or [])},
        fields={"customers": {"identity": "masked"}, "invoices": {"records": "masked"}},
        note="Redacted by Stripe. What it keeps as a controller of its own (fraud, money laundering) stays.",
    )
