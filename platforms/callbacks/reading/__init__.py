"""What the body of a verified callback means: one module a family, each with `document`, `key` and `read`.

`document(body)` is what the body says, without looking at its signature again; `key(document)` is the
platform's own name of a message, empty where it gives none; `read(endpoint, document)` is what is to
happen. Nothing here touches the database.
"""

import hashlib
from types import ModuleType
from typing import Any

from platforms.callbacks.endpoints import Endpoint
from platforms.callbacks.messages import Meant
from platforms.callbacks.reading import google, linkedin, mail, meta, meta_webhooks, stripe, tiktok, x

_FAMILIES: dict[str, ModuleType] = {
    "meta_signed_request": meta,
    "x_hub_signature_256": meta_webhooks,
    "google_risc_set": google,
    "tiktok_signature": tiktok,
    "x_signature": x,
    "linkedin_signature": linkedin,
    "stripe_signature": stripe,
    "email_events": mail,
}


def key(endpoint: Endpoint, document: dict[str, Any], body: bytes) -> str:
    """Return what a message is known by when it comes again: its own name, else the hash of its body."""
    found: str = _FAMILIES[endpoint.scheme].key(document)
    return found or hashlib.sha256(body).hexdigest()


def read(endpoint: Endpoint, body: bytes) -> list[Meant]:
    """Return what a kept body means, in the order of its effects. Raises ValueError when it means nothing."""
    family = _FAMILIES[endpoint.scheme]
    found: list[Meant] = family.read(endpoint, family.document(body))
    return found
