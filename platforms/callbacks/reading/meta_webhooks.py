"""Webhooks of Meta: `object` says what an entry is about. Lost permissions concern us; the rest is kept."""

from typing import Any

from platforms.callbacks.endpoints import Endpoint
from platforms.callbacks.messages import Meant, Message, instant
from platforms.callbacks.reading.shared import json_body, part, parts
from platforms.rules.signatures.base import name_of

document = json_body


def key(_document: dict[str, Any]) -> str:
    """Return nothing: webhooks of Meta carry no id."""
    return ""


def read(endpoint: Endpoint, document: dict[str, Any]) -> list[Meant]:
    """Return one meaning for each entry, or one alone when there is no entry."""
    about = name_of(document.get("object"))
    return [_entry(endpoint, about, entry) for entry in parts(document.get("entry")) or [{}]]


def _entry(endpoint: Endpoint, about: str, entry: dict[str, Any]) -> Meant:
    lost = _lost(entry) if about == "permissions" else []
    message = Message(
        endpoint=endpoint.name, platform=endpoint.platform, name=about or "unknown",
        user_id=name_of(entry.get("uid")) or name_of(entry.get("id")), issued_at=instant(entry.get("time")),
        event_id="", detail={"permissions": lost},
    )  # fmt: skip
    return Meant("lost_permissions" if lost else "log", message)


def _lost(entry: dict[str, Any]) -> list[str]:
    """Return the names of the permissions that changed; those that were granted are not lost."""
    fields = entry.get("changed_fields")
    plain = [name for name in fields if isinstance(name, str)] if isinstance(fields, list) else []
    changes = [
        name_of(change.get("field"))
        for change in parts(entry.get("changes"))
        if part(change.get("value")).get("verb") != "granted"
    ]
    return sorted({*plain, *filter(None, changes)})
