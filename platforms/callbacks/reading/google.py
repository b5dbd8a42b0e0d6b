"""Security events of Google accounts (RISC). One account can be linked for YouTube and for Analytics."""

import base64
from typing import Any

from platforms.callbacks.endpoints import Endpoint
from platforms.callbacks.messages import Meant, Message, instant
from platforms.callbacks.reading.shared import json_body, part
from platforms.rules.signatures.base import name_of

ISSUER = "https://accounts.google.com"
PLATFORMS = ("google_youtube", "google_analytics")
OAUTH = "https://schemas.openid.net/secevent/oauth/event-type/"
RISC = "https://schemas.openid.net/secevent/risc/event-type/"
EFFECTS: dict[str, tuple[str, ...]] = {
    f"{OAUTH}tokens-revoked": ("end_sessions", "mark_revoked_and_start_clock"),
    f"{OAUTH}token-revoked": ("delete_matching_token",),
    f"{RISC}sessions-revoked": ("end_sessions",),
    f"{RISC}account-disabled": ("hold",),
    f"{RISC}account-enabled": ("lift_hold",),
    f"{RISC}account-credential-change-required": ("watch",),
    f"{RISC}account-purged": ("open_deletion_case",),
}


def document(body: bytes) -> dict[str, Any]:
    """Return the claims of a token that was verified."""
    return json_body(base64.urlsafe_b64decode(body.split(b".")[1] + b"=="))


def key(document: dict[str, Any]) -> str:
    """Return the id of the token."""
    return str(document["jti"])


def read(endpoint: Endpoint, document: dict[str, Any]) -> list[Meant]:
    """Return the effects of every event for each platform; what is not known is kept and has none."""
    return [
        Meant(effect, _message(endpoint, document, uri, part(event), platform))
        for uri, event in document["events"].items()
        for effect, platform in _effects(uri)
    ]


def _effects(uri: str) -> list[tuple[str, str]]:
    if uri not in EFFECTS:
        return [("log", PLATFORMS[0])]
    return [(effect, platform) for platform in PLATFORMS for effect in EFFECTS[uri]]


def _message(
    endpoint: Endpoint, claims: dict[str, Any], uri: str, event: dict[str, Any], platform: str
) -> Message:
    subject = part(event.get("subject"))
    named = ("token", "token_type", "token_identifier_alg")
    detail = {name: subject[name] for name in named if isinstance(subject.get(name), str)}
    return Message(
        endpoint=endpoint.name, platform=platform, name=uri.rpartition("/")[2],
        user_id=name_of(subject.get("sub")), issued_at=instant(claims["iat"]), event_id=str(claims["jti"]),
        detail=detail | {"reason": name_of(event.get("reason"))},
    )  # fmt: skip
