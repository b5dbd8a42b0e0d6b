"""The e-mail provider: a letter was delivered, came back, or was called unwanted; somebody unsubscribed.

Names of events and fields differ from provider to provider: the last word of an event counts, and the address
is looked for in the places where providers put it. What is not understood is kept.
"""

import re
from typing import Any

from platforms.callbacks.endpoints import Endpoint
from platforms.callbacks.messages import Meant, Message, instant
from platforms.callbacks.reading.shared import json_body, part
from platforms.rules.signatures.base import name_of

document = json_body
UNWANTED = frozenset(
    {"complained", "complaint", "spam_complaint", "spamreport", "unsubscribed", "unsubscribe"}
)
RETURNED = frozenset({"bounced", "bounce", "hard_bounce", "hard_bounced"})
FOR_NOW = frozenset({"soft", "softbounce", "transient", "temporary", "undetermined"})
"""How providers call a bounce after which the next letter may arrive."""
PLACES = ("to", "email", "email_address", "recipient")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


def key(document: dict[str, Any]) -> str:
    """Return the provider's id of the event, where it gives one."""
    return name_of(document.get("id"))


def read(endpoint: Endpoint, document: dict[str, Any]) -> list[Meant]:
    """Return one meaning for each address that the event is about, or one alone when it names none."""
    at = document.get("created_at") or document.get("timestamp")
    name, data = name_of(document.get("type")) or "unknown", part(document.get("data")) or document
    effect = _effect(name, data)
    about = [
        {"address": one, "code": _code(data), "letter": name_of(data.get("message_id"))}
        for one in (_addresses(data) if effect != "log" else ())
    ]
    return [
        Meant(
            effect if detail else "log",
            Message(
                endpoint=endpoint.name, platform=endpoint.platform, name=name, user_id="",
                issued_at=instant(at), event_id=name_of(document.get("id")), detail=detail,
            ),
        )
        for detail in about or [{}]
    ]  # fmt: skip


def _effect(name: str, data: dict[str, Any]) -> str:
    word = name.lower().rpartition(".")[2]
    if word in UNWANTED:
        return "stop_marketing"
    return "mail_returned" if word in RETURNED and not _for_now(data) else "log"


def _for_now(data: dict[str, Any]) -> bool:
    """Return whether a bounce says nothing about the next letter (RFC 3463: class 4)."""
    kinds = (part(data.get("bounce")).get("type"), data.get("bounce_type"), data.get("severity"))
    return any(name_of(kind).lower() in FOR_NOW for kind in kinds) or _code(data).startswith("4")


def _code(data: dict[str, Any]) -> str:
    """Return the status of RFC 3463 that the event names, or nothing."""
    bounce = part(data.get("bounce"))
    said = (name_of(one) for one in (bounce.get("code"), bounce.get("status"), data.get("status")))
    return next((one for one in said if _STATUS.fullmatch(one)), "")


def _addresses(data: dict[str, Any]) -> list[str]:
    """Return the addresses of an event, each once."""
    found: dict[str, str] = {}
    for value in (data.get(place) for place in PLACES):
        for one in value if isinstance(value, list) else [value]:
            if "@" in (text := name_of(one).strip()):
                found.setdefault(text.lower(), text)
    return list(found.values())
