"""X: a grant was revoked, or a post was deleted; in the new form and in the one before it."""

from typing import Any

from platforms.callbacks.endpoints import Endpoint
from platforms.callbacks.messages import Meant, Message, instant
from platforms.callbacks.reading.shared import json_body, part, parts
from platforms.rules.signatures.base import name_of

document = json_body
EFFECTS = {"oauth.revoke": "mark_revoked_and_start_clock", "post.delete": "content_deleted"}


def key(document: dict[str, Any]) -> str:
    """Return the id of the event; the older form has none."""
    return name_of(part(document.get("data")).get("event_uuid"))


def app_of(document: dict[str, Any]) -> str:
    """Return the app that a message is about, where it names one."""
    old = part(_revoke(document).get("target"))
    return name_of(_payload(document).get("app_id")) or name_of(old.get("app_id"))


def read(endpoint: Endpoint, document: dict[str, Any]) -> list[Meant]:
    """Return what the events mean; unknown ones are kept."""
    said = [*_new(endpoint, document), *_old_revoke(endpoint, document), *_old_deletes(endpoint, document)]
    found = said or [Message(endpoint.name, endpoint.platform, "unknown", "", None, "")]
    return [Meant(EFFECTS.get(message.name, "log"), message) for message in found]


def _payload(document: dict[str, Any]) -> dict[str, Any]:
    data = part(document.get("data"))
    return data | part(data.get("payload"))


def _revoke(document: dict[str, Any]) -> dict[str, Any]:
    return part(part(document.get("user_event")).get("revoke"))


def _first(*values: Any) -> str:
    return next(filter(None, map(name_of, values)), "")


def _new(endpoint: Endpoint, document: dict[str, Any]) -> list[Message]:
    said = _payload(document)
    name, post = name_of(said.get("event_type")), _first(said.get("post_id"), said.get("tweet_id"))
    if not name:
        return []
    user = _first(said.get("user_id"), said.get("author_id"), part(said.get("filter")).get("user_id"))
    at, event = instant(said.get("date_time")), name_of(said.get("event_uuid"))
    return [
        Message(endpoint.name, endpoint.platform, name, user, at, event, {"content": [post] if post else []})
    ]


def _old_revoke(endpoint: Endpoint, document: dict[str, Any]) -> list[Message]:
    revoke = _revoke(document)
    user, at = name_of(part(revoke.get("source")).get("user_id")), instant(revoke.get("date_time"))
    return [Message(endpoint.name, endpoint.platform, "oauth.revoke", user, at, "")] if user else []


def _old_deletes(endpoint: Endpoint, document: dict[str, Any]) -> list[Message]:
    return [
        Message(
            endpoint.name, endpoint.platform, "post.delete", name_of(status.get("user_id")),
            instant(event.get("timestamp_ms")), "", {"content": [name_of(status.get("id"))]},
        )
        for event in parts(document.get("tweet_delete_events"))
        for status in [part(event.get("status"))]
    ]  # fmt: skip
