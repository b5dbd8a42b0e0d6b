"""LinkedIn: webhooks signed with the client secret, and the challenge that it sends every two hours."""

from collections.abc import Sequence

from platforms.rules.signatures.base import Refused, Signed, hex_mac, matching, object_of, raw


def linkedin_signature(body: bytes, header: str, secrets: Sequence[str]) -> Signed:
    """Check `X-LI-Signature: <hex>` over `hmacsha256=` and the raw body."""
    place = matching(secrets, [raw(header)], lambda secret: hex_mac(secret, b"hmacsha256=" + body))
    return Signed(object_of(body), place)


def linkedin_challenge(code: str, secrets: Sequence[str]) -> str:
    """Return the answer to a `challengeCode`, made with the current secret."""
    if not code or not secrets:
        raise Refused("malformed")
    return hex_mac(secrets[0], code.encode()).decode()
