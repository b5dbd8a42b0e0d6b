"""The e-mail provider: a letter was delivered, came back, or was called unwanted. All of it is kept."""

from typing import Any

from platforms.callbacks.endpoints import Endpoint
from platforms.callbacks.messages import Meant, Message, instant
from platforms.callbacks.reading.shared import json_body
from platforms.rules.signatures.base import name_of

document = json_body


def key(document: dict[str, Any]) -> str:
    """Return the provider's id of the event, where it gives one."""
    return name_of(document.get("id"))


def read(endpoint: Endpoint, document: dict[str, Any]) -> list[Meant]:
    """Return one meaning."""
    at = document.get("created_at") or document.get("timestamp")
    message = Message(
        endpoint=endpoint.name, platform=endpoint.platform, name=name_of(document.get("type")) or "unknown",
        user_id="", issued_at=instant(at), event_id=name_of(document.get("id")),
    )  # fmt: skip
    return [Meant("log", message)]
