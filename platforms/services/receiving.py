"""The door of the callbacks: believe or refuse, keep the receipt, answer. The work is done later."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from config import crypto, jobs
from config.jobs import JobStatus
from platforms.callbacks import reading
from platforms.callbacks.endpoints import Endpoint
from platforms.enums import Verdict
from platforms.models import CallbackReceipt
from platforms.querysets import CODE_PURPOSE
from platforms.rules.signatures import Refused, Signed
from platforms.services.risc_keys import KeysUnavailable
from platforms.services.verifying import Call, verify

CODE_BYTES = 20
UNAVAILABLE = 503
# What Google reads beside its code (RFC 8935, section 2.4).
DESCRIPTIONS = {
    "invalid_request": "The request body is not a security event token that can be taken.",
    "invalid_key": "The token is not signed with a key of the transmitter.",
    "authentication_failed": "The signature of the token does not fit.",
    "invalid_issuer": "The token comes from another issuer.",
    "invalid_audience": "The token is for another audience.",
}


@dataclass(frozen=True)
class Answer:
    """What the platform is told: a status code, and a JSON document or an empty body."""

    status: int
    document: dict[str, str] | None = None


def receive(*, endpoint: Endpoint, call: Call, address: str, now: datetime) -> Answer:
    """Keep a callback and return its answer. The same message again gets the same answer and has no effect.

    `address`: the sender's network address, of which only a commitment is kept.
    """
    try:
        signed = verify(endpoint, call, now=now)
    except Refused as refused:
        answer = _refusal(endpoint, refused.code)
        _keep(endpoint, call, address, now, answer, verdict=Verdict.REJECTED, reason=refused.code)
        return answer
    except KeysUnavailable:
        answer = Answer(UNAVAILABLE)
        _keep(endpoint, call, address, now, answer, verdict=Verdict.UNAVAILABLE, reason="keys")
        return answer
    return _accept(endpoint, call, signed, address, now)


def _refusal(endpoint: Endpoint, code: str) -> Answer:
    """Return the answer to a call that is not believed. Only Google is told why, as it asks."""
    if endpoint.scheme != "google_risc_set":
        return Answer(endpoint.refuses, {"error": "refused"})
    said = code if code in DESCRIPTIONS else "invalid_request"
    return Answer(endpoint.refuses, {"err": said, "description": DESCRIPTIONS[said]})


def _accept(endpoint: Endpoint, call: Call, signed: Signed, address: str, now: datetime) -> Answer:
    code = _code(endpoint, signed.document)
    answer = Answer(endpoint.accepts, _document(code))
    known = {
        "idempotency_index": _index(reading.key(endpoint, signed.document, call.body)),
        "code_index": crypto.blind_index(code, purpose=CODE_PURPOSE) if code else "",
        "secret_number": signed.secret,
    }  # fmt: skip
    try:
        with transaction.atomic():
            receipt = _keep(
                endpoint, call, address, now, answer, verdict=Verdict.ACCEPTED, status=JobStatus.READY,
                body=base64.b64encode(call.body).decode(), **known,
            )  # fmt: skip
    except IntegrityError:
        _keep(endpoint, call, address, now, answer, verdict=Verdict.REPEATED, **known)
        return answer
    jobs.enqueue(receipt)
    return answer


def _keep(
    endpoint: Endpoint, call: Call, address: str, now: datetime, answer: Answer, **more: Any
) -> CallbackReceipt:
    """Store a receipt, in one INSERT. What is not accepted is no work for anybody."""
    return CallbackReceipt.objects.create(
        endpoint=endpoint.name, platform=endpoint.platform, received_at=now, answered=answer.status,
        body_sha256=hashlib.sha256(call.body).hexdigest(), body_bytes=call.size,
        address_commitment=crypto.commitment(address, purpose="address") if address else "",
        **{"status": JobStatus.DONE} | more,
    )  # fmt: skip


def _index(key: str) -> str:
    return crypto.blind_index(key, purpose="callback:key")


def _code(endpoint: Endpoint, document: dict[str, Any]) -> str:
    """Return the confirmation code of a deletion: the same for the same person, moment and app (decision 11).

    160 bits, from a key of the ring that stays. Other callbacks have none.
    """
    if not endpoint.name.endswith("data_deletion"):
        return ""
    key = crypto.derived_key("callback:confirmation", crypto.oldest_key_id())
    said = f"{endpoint.name}|{reading.key(endpoint, document, b'')}"
    code = hmac.new(key, said.encode(), hashlib.sha256).digest()[:CODE_BYTES]
    return base64.b32encode(code).decode().lower()


def _document(code: str) -> dict[str, str] | None:
    if not code:
        return None
    return {
        "url": f"{settings.SITE_URL.rstrip('/')}{reverse('deletion_status', args=[code])}",
        "confirmation_code": code,
    }
