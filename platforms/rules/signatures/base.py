"""What all verifiers share: the verdict, comparison of bytes in constant time, and strict readings."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

# How far a signed time may be from ours; the figure that Stripe and TikTok name.
TOLERANCE_SECONDS = 300
_SECONDS = re.compile(r"[0-9]{1,12}")
_URL_SAFE = re.compile(rb"[A-Za-z0-9_-]+")


class Refused(Exception):
    """The callback is not believed. `code` is a word of ours, or Google's own for its security events."""

    @property
    def code(self) -> str:
        """Return why."""
        return str(self.args[0])


@dataclass(frozen=True)
class Signed:
    """A message that is believed: what it says, and which of the listed secrets signed it, from 0."""

    document: dict[str, Any]
    secret: int = 0


def mac(secret: str, message: bytes) -> bytes:
    """Return the raw HMAC-SHA256."""
    return hmac.new(secret.encode(), message, hashlib.sha256).digest()


def hex_mac(secret: str, message: bytes) -> bytes:
    """Return the HMAC-SHA256 as lower-case hexadecimal digits."""
    return mac(secret, message).hex().encode()


def matching(secrets: Sequence[str], given: Sequence[bytes], expected: Callable[[str], bytes]) -> int:
    """Return the place of the secret that made one of the given signatures.

    `expected` writes a secret's signature as the sender would. Raises Refused when none fits; all are tried,
    so that the time taken tells nothing about which one came close.
    """
    found = [
        place
        for place, secret in enumerate(secrets)
        for wanted in [expected(secret)]
        for one in given
        if hmac.compare_digest(one, wanted)
    ]
    if not found:
        raise Refused("signature")
    return found[0]


def raw(header: str) -> bytes:
    """Return a header as bytes to compare: what is not ASCII fits nothing, and fails nowhere."""
    return header.encode("ascii", "backslashreplace")


def object_of(body: bytes) -> dict[str, Any]:
    """Return the JSON object that a body holds; raises Refused when it is anything else."""
    try:
        document = json.loads(body.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Refused("malformed") from None
    if not isinstance(document, dict):
        raise Refused("malformed")
    return document


def _no_number(word: str) -> None:
    raise ValueError(word)


def url_safe(text: bytes) -> bytes:
    """Return what base64url without padding stands for, in its one spelling; raises Refused otherwise."""
    if not _URL_SAFE.fullmatch(text) or len(text) % 4 == 1:
        raise Refused("malformed")
    value = base64.urlsafe_b64decode(text + b"==")
    if base64.urlsafe_b64encode(value)[: len(text)] != text:
        raise Refused("malformed")
    return value


def pairs(header: str) -> dict[str, list[str]]:
    """Return the values by name of `t=1,v1=a,v1=b`."""
    found: dict[str, list[str]] = {}
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        found.setdefault(name, []).append(value)
    return found


def moment(values: Sequence[str]) -> int:
    """Return the one time that was signed, in seconds since 1970; raises Refused when there is not one."""
    if len(values) != 1 or not _SECONDS.fullmatch(values[0]):
        raise Refused("malformed")
    return int(values[0])


def not_older(at: int, now: float) -> None:
    """Raise Refused when a signed time lies too far back."""
    if now - at > TOLERANCE_SECONDS:
        raise Refused("too_old")


def not_ahead(at: int, now: float) -> None:
    """Raise Refused when a signed time lies too far ahead."""
    if at - now > TOLERANCE_SECONDS:
        raise Refused("too_early")


def name_of(value: Any) -> str:
    """Return an id that a platform gave, a text or a whole number, as text; empty when it is neither."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value).strip()
    return text if text.isprintable() else ""
