"""Stripe: every event is kept; what a customer or a redaction job became is looked up there, not believed."""

from typing import Any

from platforms.callbacks.endpoints import Endpoint
from platforms.callbacks.messages import Meant, Message, instant
from platforms.callbacks.reading.shared import json_body, part
from platforms.rules.signatures.base import name_of

document = json_body


def key(document: dict[str, Any]) -> str:
    """Return the id of the event."""
    return str(document["id"])


def read(endpoint: Endpoint, document: dict[str, Any]) -> list[Meant]:
    """Return one meaning."""
    about = part(part(document.get("data")).get("object"))
    message = Message(
        endpoint=endpoint.name, platform=endpoint.platform, name=name_of(document.get("type")) or "unknown",
        user_id=name_of(about.get("customer")), issued_at=instant(document.get("created")),
        event_id=name_of(document.get("id")), detail={},
    )  # fmt: skip
    return [Meant("log", message)]
