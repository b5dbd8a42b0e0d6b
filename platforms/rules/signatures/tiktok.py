"""TikTok: `TikTok-Signature: t=<seconds>,s=<hex>` over the time and the raw body."""

from collections.abc import Sequence

from platforms.rules.signatures.base import (
    Refused,
    Signed,
    hex_mac,
    matching,
    moment,
    not_ahead,
    not_older,
    object_of,
    pairs,
    raw,
)


def tiktok_signature(
    body: bytes, header: str, secrets: Sequence[str], *, client_keys: Sequence[str], now: float
) -> Signed:
    """Check a webhook. The time may be five minutes off either way; `client_key` must be one of ours."""
    said = pairs(header)
    at = moment(said.get("t", []))
    given = said.get("s", [])
    if len(given) != 1:
        raise Refused("malformed")
    place = matching(secrets, [raw(given[0])], lambda secret: hex_mac(secret, b"%d." % at + body))
    not_older(at, now)
    not_ahead(at, now)
    document = object_of(body)
    if document.get("client_key") not in client_keys:
        raise Refused("other_app")
    return Signed(document, place)
