"""X: webhooks signed with the consumer secret, and the challenge-response check (CRC)."""

import base64
from collections.abc import Sequence

from platforms.rules.signatures.base import Refused, Signed, mac, matching, object_of, raw


def _written(secret: str, message: bytes) -> bytes:
    return b"sha256=" + base64.b64encode(mac(secret, message))


def x_signature(body: bytes, header: str, secrets: Sequence[str]) -> Signed:
    """Check `x-twitter-webhooks-signature: sha256=<base64>` over the raw body."""
    place = matching(secrets, [raw(header)], lambda secret: _written(secret, body))
    return Signed(object_of(body), place)


def x_crc(token: str, secrets: Sequence[str]) -> str:
    """Return the answer to a `crc_token`, made with the current secret."""
    if not token or not secrets:
        raise Refused("malformed")
    return _written(secrets[0], token.encode()).decode()
