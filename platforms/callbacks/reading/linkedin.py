"""LinkedIn: comments were deleted or changed. It never says that a member took the grant back."""

from typing import Any

from platforms.callbacks.endpoints import Endpoint
from platforms.callbacks.messages import Meant, Message, instant
from platforms.callbacks.reading.shared import json_body, part, parts
from platforms.rules.signatures.base import name_of

document = json_body
CONTENT = frozenset({"COMMENT_DELETE", "COMMENT_EDIT"})


def key(document: dict[str, Any]) -> str:
    """Return the ids of all notifications; nothing when one has none."""
    ids = [name_of(note.get("notificationId")) for note in parts(document.get("notifications"))]
    return "|".join(sorted(ids)) if ids and all(ids) else ""


def read(endpoint: Endpoint, document: dict[str, Any]) -> list[Meant]:
    """Return one meaning for each notification, or one alone when there is none."""
    return [_meant(endpoint, note) for note in parts(document.get("notifications")) or [{}]]


def _meant(endpoint: Endpoint, note: dict[str, Any]) -> Meant:
    action = name_of(note.get("action"))
    comment = name_of(note.get("generatedActivity")) or name_of(part(note.get("comment")).get("urn"))
    message = Message(
        endpoint=endpoint.name, platform=endpoint.platform, name=action or "unknown",
        user_id=name_of(note.get("organizationalEntity")), issued_at=instant(note.get("lastModifiedAt")),
        event_id=name_of(note.get("notificationId")), detail={"content": [comment] if comment else []},
    )  # fmt: skip
    return Meant("content_deleted" if action in CONTENT else "log", message)
