"""Stripe: every event is kept. Those about a customer or a redaction job that ended are told to the deletion
that they belong to; what became of it is looked up there, not believed.
"""

from typing import Any

from platforms.callbacks.endpoints import Endpoint
from platforms.callbacks.messages import Meant, Message, instant
from platforms.callbacks.reading.shared import json_body, part
from platforms.rules.signatures.base import name_of

document = json_body
ENDED = "customer.deleted"
REDACTION = "privacy.redaction_job."


def key(document: dict[str, Any]) -> str:
    """Return the id of the event."""
    return str(document["id"])


def read(endpoint: Endpoint, document: dict[str, Any]) -> list[Meant]:
    """Return one meaning."""
    about = part(part(document.get("data")).get("object"))
    name = name_of(document.get("type")) or "unknown"
    told = name == ENDED or name.startswith(REDACTION)
    customer = about.get("id") if name == ENDED else about.get("customer")
    detail = {"reference": name_of(about.get("id")), "email": name_of(about.get("email"))} if told else {}
    message = Message(
        endpoint=endpoint.name, platform=endpoint.platform, name=name,
        user_id=name_of(customer), issued_at=instant(document.get("created")),
        event_id=name_of(document.get("id")), detail=detail,
    )  # fmt: skip
    return [Meant("processor_told" if told else "log", message)]
