"""Meta: `signed_request`, webhooks, and the handshake of webhooks (Facebook, Instagram, Threads)."""

import re
from collections.abc import Sequence

from platforms.rules.signatures.base import (
    Refused,
    Signed,
    hex_mac,
    mac,
    matching,
    name_of,
    object_of,
    raw,
    url_safe,
)

ALGORITHM = "HMAC-SHA256"
_PADDED = re.compile(rb"([^=]*)={0,2}")


def signed_request(value: bytes, secrets: Sequence[str]) -> Signed:
    """Check `b64url(signature).b64url(payload)`.

    The signature covers the encoded payload as it came. No freshness rule is published, so none is made up.
    """
    parts = value.split(b".")
    if len(parts) != 2:
        raise Refused("malformed")
    signature, payload = _without_padding(parts[0]), _without_padding(parts[1])
    place = matching(secrets, [signature], lambda secret: mac(secret, parts[1]))
    document = object_of(payload)
    if document.get("algorithm") != ALGORITHM:
        raise Refused("algorithm")
    if not name_of(document.get("user_id")):
        raise Refused("user_id")
    return Signed(document, place)


def _without_padding(part: bytes) -> bytes:
    found = _PADDED.fullmatch(part)
    if not found:
        raise Refused("malformed")
    return url_safe(found[1])


def x_hub_signature_256(body: bytes, header: str, secrets: Sequence[str]) -> Signed:
    """Check `X-Hub-Signature-256: sha256=<lower hex>` over the raw body. The header with SHA-1 counts for
    nothing.
    """
    place = matching(secrets, [raw(header)], lambda secret: b"sha256=" + hex_mac(secret, body))
    return Signed(object_of(body), place)


def hub_challenge(mode: str, token: str, challenge: str, tokens: Sequence[str]) -> str:
    """Return the challenge to echo, when the verify token is ours."""
    if mode != "subscribe" or not challenge:
        raise Refused("malformed")
    matching(tokens, [raw(token)], raw)
    return challenge
