"""The questions by which a platform finds out whether an address is ours. They say nothing about a person."""

from collections.abc import Mapping
from typing import Any

from platforms.callbacks.endpoints import Endpoint
from platforms.rules import signatures
from platforms.services import secrets
from platforms.services.verifying import secrets_of


def answer(endpoint: Endpoint, asked: Mapping[str, Any]) -> str | dict[str, str]:
    """Return what to say: a text as it stands, or JSON. Raises Refused when the question is not answered."""
    listed = secrets_of(endpoint)
    if endpoint.handshake == "x_crc":
        return {"response_token": signatures.x_crc(asked.get("crc_token", ""), listed)}
    if endpoint.handshake == "linkedin_challenge":
        code = asked.get("challengeCode", "")
        return {"challengeCode": code, "challengeResponse": signatures.linkedin_challenge(code, listed)}
    mode, token, challenge = (asked.get(f"hub.{name}", "") for name in ("mode", "verify_token", "challenge"))
    return signatures.hub_challenge(mode, token, challenge, secrets.values("META_VERIFY_TOKEN"))
