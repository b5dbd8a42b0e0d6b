"""Events of the e-mail provider, signed as "Standard Webhooks" writes it down.

Providers sign in their own ways, and this one is public, used by several, and spoken by small gateways:
`webhook-id`, `webhook-timestamp`, `webhook-signature: v1,<base64>`, over `id.timestamp.body`. A secret that
begins with `whsec_` is base64, as the specification has it; any other is used as it stands.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

from platforms.rules.signatures.base import (
    Refused,
    Signed,
    matching,
    moment,
    not_ahead,
    not_older,
    object_of,
    raw,
)

PREFIX = "whsec_"


def email_events(
    body: bytes, *, message_id: str, timestamp: str, signatures: str, secrets: Sequence[str], now: float
) -> Signed:
    """Check an event. Several signatures stand apart by blanks; any may fit."""
    at = moment([timestamp])
    message = b"%b.%d.%b" % (raw(message_id), at, body)
    given = [raw(one) for one in signatures.split(" ")]
    place = matching(secrets, given, lambda secret: _written(secret, message))
    not_older(at, now)
    not_ahead(at, now)
    if not message_id:
        raise Refused("malformed")
    return Signed(object_of(body), place)


def _written(secret: str, message: bytes) -> bytes:
    return b"v1," + base64.b64encode(hmac.new(_key(secret), message, hashlib.sha256).digest())


def _key(secret: str) -> bytes:
    if not secret.startswith(PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise Refused("no_secret") from None
