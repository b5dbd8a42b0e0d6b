"""What the verifier of Meta's signed request must say: secrets, shape, and what it says."""

import base64
from collections.abc import Callable, Mapping
from typing import Any

from tests.platforms.callbacks import signing as sign
from tests.platforms.rules.signature_rows import LISTED, Rows

Call = Callable[[Any], Any]


def signed_request() -> Rows:
    """Yield the cases of a signed request."""
    payload = sign.deletion()
    good = sign.signed_request(payload, "current")
    yield from _secrets(payload, good)
    yield from _padding(payload, good)
    yield from _shapes(good)
    yield from _spellings(payload, good)
    yield from _contents(payload)


def _check(value: str | bytes, listed: tuple[str, ...] = LISTED) -> Call:
    raw = value if isinstance(value, bytes) else value.encode()
    return lambda rules: rules.signed_request(raw, listed)


def _told(payload: Mapping[str, Any], **more: object) -> Call:
    return _check(sign.signed_request(dict(payload) | more, "current"))


def _raw(body: bytes) -> Call:
    text = sign.b64url(body)
    return _check(f"{sign.b64url(sign.hmac256('current', text.encode()))}.{text}")


def _secrets(payload: dict[str, Any], good: str) -> Rows:
    """Whose signature it is, and what an old or expired request says."""
    yield "right", _check(good), (0, payload)
    yield "previous secret", _check(sign.signed_request(payload, "previous")), (1, payload)
    yield (
        "product's own secret, third",
        _check(sign.signed_request(payload, "c"), ("a", "b", "c")),
        (2, payload),
    )
    yield "the same secret twice", _check(good, ("current", "current")), (0, payload)
    yield "other secret", _check(sign.signed_request(payload, "else")), "!signature"
    yield "no secret", _check(good, ()), "!signature"
    yield "number as user", _told(payload, user_id=42), (0, payload | {"user_id": 42})
    yield "old", _told(payload, issued_at=1), (0, payload | {"issued_at": 1})
    yield "expired", _told(payload, expires=1), (0, payload | {"expires": 1})


def _padding(payload: dict[str, Any], good: str) -> Rows:
    """Base64 with and without its padding."""
    signature, encoded = good.split(".")
    yield "padded signature", _check(f"{signature}=.{encoded}"), (0, payload)
    for user in ("1", "12", "123"):
        document = {"user_id": user, "algorithm": "HMAC-SHA256"}
        text = base64.urlsafe_b64encode(sign.dumps(document))
        whole = sign.b64url(sign.hmac256("current", text)).encode() + b"." + text
        yield f"payload with {text.count(b'=')} pads", _check(whole), (0, document)
    yield "three pads", _check(f"{signature}===.{encoded}"), "!malformed"
    yield "padding inside", _check(f"{signature[:8]}={signature[8:]}.{encoded}"), "!malformed"


def _shapes(good: str) -> Rows:
    """Too many parts, too few, or cut ones."""
    signature, encoded = good.split(".")
    yield "empty", _check(""), "!malformed"
    yield "one part", _check(signature), "!malformed"
    yield "three parts", _check(f"{good}.{encoded}"), "!malformed"
    yield "no signature", _check(f".{encoded}"), "!malformed"
    yield "no payload", _check(f"{signature}."), "!malformed"
    yield "padding alone", _check(f"==.{encoded}"), "!malformed"
    yield "truncated signature", _check(f"{signature[:-3]}.{encoded}"), "!signature"
    yield "truncated payload", _check(good[:-4]), "!signature"
    yield "impossible length", _check(f"{signature[:-2]}.{encoded}"), "!malformed"


def _spellings(payload: dict[str, Any], good: str) -> Rows:
    """The same bytes written in another way."""
    signature, encoded = good.split(".")
    yield (
        "signature in plain base64",
        _check(base64.b64encode(sign.hmac256("current", encoded.encode())).decode() + "+." + encoded),
        "!malformed",
    )
    yield (
        "signature in hex",
        _check(sign.hmac256("current", encoded.encode()).hex() + "." + encoded),
        "!signature",
    )
    other = sign.b64url(sign.dumps(payload).replace(b": ", b":"))
    yield "encoded again", _check(f"{signature}.{other}"), "!signature"
    loose = signature[:-1] + chr(ord(signature[-1]) + 1)
    yield "loose last bits", _check(f"{loose}.{encoded}"), "!malformed"
    yield "not ASCII", _check(f"{signature}.é{encoded}"), "!malformed"
    yield "blank at the end", _check(f"{good} "), "!malformed"
    yield "line at the end", _check(f"{good}\n"), "!malformed"


def _contents(payload: dict[str, Any]) -> Rows:
    """What a right signature may not stand under."""
    yield "wrong algorithm", _told(payload, algorithm="HMAC-SHA1"), "!algorithm"
    yield "algorithm in small letters", _told(payload, algorithm="hmac-sha256"), "!algorithm"
    yield "algorithm none", _told(payload, algorithm="none"), "!algorithm"
    yield "no algorithm", _told(payload, algorithm=None), "!algorithm"
    yield (
        "wrong algorithm and signature",
        _check(sign.signed_request(payload | {"algorithm": "none"}, "else")),
        "!signature",
    )
    for name, value in {"nobody": "", "blank": "  ", "null": None, "true": True, "list": ["1"], "half": 1.5,
                        "control": "1\n2", "surrogate": "\ud800"}.items():  # fmt: skip
        yield f"user is {name}", _told(payload, user_id=value), "!user_id"
    yield "no object", _raw(b"[1]"), "!malformed"
    yield "no JSON", _raw(b"hello"), "!malformed"
    yield (
        "not a number",
        _raw(b'{"algorithm": "HMAC-SHA256", "user_id": "1", "issued_at": NaN}'),
        "!malformed",
    )
    yield "not UTF-8", _raw(b'{"user_id": "\xff"}'), "!malformed"
    yield "endless", _raw(b"[" * 40_000), "!malformed"
