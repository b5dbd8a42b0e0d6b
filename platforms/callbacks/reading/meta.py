"""`signed_request`: a person asks for deletion at Meta, or removes the app."""

import base64
import hashlib
import json
from typing import Any

from platforms.callbacks.endpoints import Endpoint
from platforms.callbacks.forms import signed_request_of
from platforms.callbacks.messages import Meant, Message, instant
from platforms.callbacks.reading.shared import json_body
from platforms.rules.signatures.base import name_of


def document(body: bytes) -> dict[str, Any]:
    """Return the payload of a form that was verified."""
    payload = signed_request_of(body).partition(b".")[2].rstrip(b"=")
    return json_body(base64.urlsafe_b64decode(payload + b"=="))


def key(document: dict[str, Any]) -> str:
    """Return user and moment; the app is that of the endpoint."""
    return f"{user_of(document)}|{moment_of(document)}"


def user_of(document: dict[str, Any]) -> str:
    """Return the app-scoped id."""
    return name_of(document["user_id"])


def moment_of(document: dict[str, Any]) -> str:
    """Return what tells one request of a person from a later one: `issued_at`, else the payload itself."""
    issued = name_of(document.get("issued_at"))
    return issued or hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def read(endpoint: Endpoint, document: dict[str, Any]) -> list[Meant]:
    """Deletion opens a case; removing the app ends the grant and starts the clock."""
    deletion = endpoint.name.endswith("data_deletion")
    message = Message(
        endpoint=endpoint.name, platform=endpoint.platform,
        name="data_deletion" if deletion else "deauthorize", user_id=user_of(document),
        issued_at=instant(document.get("issued_at")), event_id=key(document),
        detail={"expires": document["expires"]} if "expires" in document else {},
    )  # fmt: skip
    return [Meant("open_deletion_case" if deletion else "mark_revoked_and_start_clock", message)]
