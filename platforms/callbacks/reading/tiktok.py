"""TikTok: a person took the authorisation away, lost the account, or is younger than we knew."""

import json
from typing import Any

from platforms.callbacks.endpoints import Endpoint
from platforms.callbacks.messages import Meant, Message, instant
from platforms.callbacks.reading.shared import json_body, part
from platforms.rules.signatures.base import name_of

document = json_body
REMOVED = "authorization.removed"
# By `reason`: unknown, disconnected, account deleted, age changed, banned, our own revocation.
EFFECTS: dict[int, tuple[str, ...]] = {
    0: ("mark_revoked_and_start_clock",),
    1: ("mark_revoked_and_start_clock",),
    2: ("open_deletion_case",),
    3: ("minor_review", "open_deletion_case"),
    4: ("mark_revoked_and_start_clock",),
    5: ("confirm_own_revoke",),
}


def key(document: dict[str, Any]) -> str:
    """Return event, user and time, as TikTok repeats them."""
    return "|".join(name_of(document.get(name)) for name in ("event", "user_openid", "create_time"))


def read(endpoint: Endpoint, document: dict[str, Any]) -> list[Meant]:
    """Return what a removed authorisation leads to; other events are kept."""
    reason = content_of(document).get("reason")
    message = Message(
        endpoint=endpoint.name, platform=endpoint.platform, name=name_of(document.get("event")),
        user_id=name_of(document.get("user_openid")), issued_at=instant(document.get("create_time")),
        event_id=key(document), detail={"reason": reason if isinstance(reason, int) else 0},
    )  # fmt: skip
    if message.name != REMOVED:
        return [Meant("log", message)]
    return [Meant(effect, message) for effect in EFFECTS.get(message.detail["reason"], EFFECTS[0])]


def content_of(document: dict[str, Any]) -> dict[str, Any]:
    """Return `content`, which is a text of JSON; nothing when it is none."""
    try:
        return part(json.loads(document.get("content", "")))
    except (TypeError, ValueError, RecursionError):
        return {}
