"""Signed marks in our letters that lead an answer back to its thread. A forged mark leads nowhere.

A mark names a letter and carries 80 bits of a keyed hash. It proves that somebody has a letter of ours, never
who somebody is.
"""

import base64
import hmac
import re
import uuid
from collections.abc import Iterable

from config import crypto
from config.profile import active_profile
from correspondence.enums import Counterpart, Direction
from correspondence.models import Letter, Message, Thread
from correspondence.rules.mime import Parsed
from correspondence.services import mailboxes

_MARK = re.compile(r"(?<![a-z2-7])r-([a-z2-7]{26})-([a-z2-7]{16})(?![a-z2-7])")
REFERENCES = 20


def _mac(pk: uuid.UUID) -> str:
    digest = bytes.fromhex(crypto.blind_index(str(pk), purpose="mail-token"))
    return base64.b32encode(digest[:10]).decode().lower()


def mark_of(pk: uuid.UUID) -> str:
    """Return the mark of a letter: letters, digits and hyphens, 45 characters."""
    return f"r-{base64.b32encode(pk.bytes).decode().rstrip('=').lower()}-{_mac(pk)}"


def read_mark(text: str) -> uuid.UUID | None:
    """Return the letter that the first genuine mark in a text names, or None."""
    for name, mac in _MARK.findall(text.lower()):
        pk = uuid.UUID(bytes=base64.b32decode(name.upper() + "======"))
        if hmac.compare_digest(_mac(pk), mac):
            return pk
    return None


def named_by(parsed: Parsed) -> uuid.UUID | None:
    """Return the letter that a message names: in the address it came to, its subject or its header."""
    places: Iterable[str] = [*parsed.recipients, parsed.subject, parsed.first("x-reference")]
    return next(filter(None, map(read_mark, places)), None)


def reply_address(letter: Letter, address: str) -> str:
    """Return where answers go: our address, with the mark where our mail server takes such addresses."""
    if not mailboxes.plus_addresses():
        return address
    local, _, domain = address.rpartition("@")
    return f"{local}+{mark_of(letter.pk)}@{domain}"


def headers_for(letter: Letter) -> dict[str, str]:
    """Return the mark, and the headers that keep a letter in its thread (RFC 5322, 3.6.4)."""
    headers = {"X-Reference": f"{letter.reference} {mark_of(letter.pk)}".strip()}
    thread = _thread(letter)
    if thread is None:
        return headers
    came = Message.objects.filter(thread=thread, direction=Direction.IN).exclude(message_id="")
    ids = [one.message_id for one in came.order_by("-received_at")[:REFERENCES]]
    if ids:
        headers |= {"In-Reply-To": ids[0], "References": " ".join(reversed(ids))}
    return headers


def _thread(letter: Letter) -> Thread | None:
    """Return the thread of a letter; one about a case counts only when it goes to the thread's person."""
    if letter.thread or not letter.case_id:
        return letter.thread
    found = Thread.objects.of_case(letter.case_id).filter(counterpart=Counterpart.PERSON).first()
    return found if found and found.address.casefold() == letter.to.casefold() else None


def own_id(message_id: str) -> uuid.UUID | None:
    """Return the letter that a Message-ID of ours names, or None; whether it exists is another question."""
    local, _, domain = message_id.strip("<>").rpartition("@")
    if domain.casefold() != active_profile().identity.website_domain.casefold():
        return None
    try:
        return uuid.UUID(local)
    except ValueError:
        return None
