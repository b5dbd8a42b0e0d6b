"""Stripe: `Stripe-Signature: t=…,v1=…` over the time and the raw body."""

from collections.abc import Sequence

from platforms.rules.signatures.base import (
    Refused,
    Signed,
    hex_mac,
    matching,
    moment,
    not_older,
    object_of,
    pairs,
    raw,
)


def stripe_signature(body: bytes, header: str, secrets: Sequence[str], *, now: float) -> Signed:
    """Check a webhook. Any v1 may fit, v0 counts for nothing, and only too old is too far off."""
    said = pairs(header)
    at = moment(said.get("t", []))
    message = b"%d." % at + body
    given = [raw(one) for one in said.get("v1", [])]
    place = matching(secrets, given, lambda secret: hex_mac(secret, message))
    not_older(at, now)
    document = object_of(body)
    if not isinstance(document.get("id"), str) or not document["id"]:
        raise Refused("malformed")
    return Signed(document, place)
