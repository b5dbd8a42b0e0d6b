"""X: a grant was revoked, or a post was deleted; in the new form and in the one before it."""

from typing import Any

from platforms.callbacks.endpoints import Endpoint
from platforms.callbacks.messages import Meant, Message, instant
from platforms.callbacks.reading.shared import digest, json_body, part, parts
from platforms.rules.signatures.base import name_of

document = json_body
EFFECTS = {"oauth.revoke": "mark_revoked_and_start_clock", "post.delete": "content_deleted"}


def key(document: dict[str, Any], body: bytes) -> str:
    """Return the id of the event; the older form has none, so its body tells."""
    return name_of(part(document.get("data")).get("event_uuid")) or digest(body)


def read(endpoint: Endpoint, document: dict[str, Any]) -> list[Meant]:
    """Return what the events mean; unknown ones are kept."""
    said = [*_new(endpoint, document), *_old_revoke(endpoint, document), *_old_deletes(endpoint, document)]
    found = said or [Message(endpoint.name, endpoint.platform, "unknown", "", None, "")]
    return [Meant(EFFECTS.get(message.name, "log"), message) for message in found]


def app_of(document: dict[str, Any]) -> str:
    """Return the app that a message is about, where it names one."""
    old = part(part(_revoke(document)).get("target"))
    return name_of(_payload(document).get("app_id")) or name_of(old.get("app_id"))


def _payload(document: dict[str, Any]) -> dict[str, Any]:
    data = part(document.get("data"))
    return data | part(data.get("payload"))


def _revoke(document: dict[str, Any]) -> dict[str, Any]:
    return part(part(document.get("user_event")).get("revoke"))


def _new(endpoint: Endpoint, document: dict[str, Any]) -> list[Message]:
    payload = _payload(document)
    name = name_of(payload.get("event_type"))
    if not name:
        return []
    filtered = part(payload.get("filter"))
    user = (
        name_of(payload.get("user_id"))
        or name_of(payload.get("author_id"))
        or name_of(filtered.get("user_id"))
    )
    posts = [name_of(payload.get(field)) for field in ("post_id", "tweet_id", "id")]
    return [
        Message(
            endpoint.name, endpoint.platform, name, user, instant(payload.get("date_time")),
            name_of(payload.get("event_uuid")), {"content": [post for post in posts if post][:1]},
        )
    ]  # fmt: skip


def _old_revoke(endpoint: Endpoint, document: dict[str, Any]) -> list[Message]:
    revoke = _revoke(document)
    user = name_of(part(revoke.get("source")).get("user_id"))
    if not user:
        return []
    at = instant(revoke.get("date_time"))
    return [Message(endpoint.name, endpoint.platform, "oauth.revoke", user, at, "")]


def _old_deletes(endpoint: Endpoint, document: dict[str, Any]) -> list[Message]:
    return [
        Message(
            endpoint.name, endpoint.platform, "post.delete", name_of(part(event.get("status")).get("user_id")),
            instant(event.get("timestamp_ms")), "", {"content": [name_of(part(event.get("status")).get("id"))]},
        )
        for event in parts(document.get("tweet_delete_events"))
    ]  # fmt: skip
