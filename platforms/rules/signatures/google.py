"""Google's security events (RISC): a signed JWT, checked against keys that the caller already has.

Codes are those that Google reads. `exp` is not looked at: a security event does not lose its meaning.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from platforms.rules.signatures.base import Refused, Signed, not_ahead, object_of, url_safe

ALGORITHM = "RS256"
LEAST_BITS = 2048
Keys = Mapping[str, RSAPublicKey]


def keys_of(document: Any) -> dict[str, RSAPublicKey]:
    """Return the usable keys of a JWKS by key id; raises ValueError when it is none or holds none."""
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise ValueError("This is no JSON Web Key Set.")
    found = {entry["kid"]: _public_key(entry) for entry in document["keys"] if _is_usable(entry)}
    strong = {kid: key for kid, key in found.items() if key.key_size >= LEAST_BITS}
    if not strong:
        raise ValueError("The JSON Web Key Set holds no key for RS256.")
    return strong


def _is_usable(entry: Any) -> bool:
    """Whether an entry is an RSA key for signatures."""
    wanted = {"kty": "RSA", "use": "sig", "alg": ALGORITHM}
    return (
        isinstance(entry, dict)
        and all(isinstance(entry.get(name), str) for name in ("kid", "n", "e"))
        and all(entry.get(name, value) == value for name, value in wanted.items())
    )


def _public_key(entry: Mapping[str, str]) -> RSAPublicKey:
    e, n = (int.from_bytes(base64.urlsafe_b64decode(entry[name] + "==")) for name in ("e", "n"))
    return RSAPublicNumbers(e, n).public_key()


def key_id(token: bytes) -> str:
    """Return the id of the key that a token says it is signed with. Keys and addresses of keys in its head
    are not looked at.
    """
    parts = token.split(b".")
    if len(parts) != 3:
        raise Refused("invalid_request")
    head = _object(parts[0])
    if head.get("alg") != ALGORITHM or "crit" in head:
        raise Refused("invalid_request")
    kid = head.get("kid")
    if not isinstance(kid, str):
        raise Refused("invalid_key")
    return kid


def risc_set(token: bytes, *, keys: Keys, issuer: str, audiences: Sequence[str], now: float) -> Signed:
    """Check a security event token. `now` in seconds since 1970; `audiences`: our client ids at Google."""
    key = keys.get(key_id(token))
    if key is None:
        raise Refused("invalid_key")
    signed, _, signature = token.rpartition(b".")
    _must_fit(key, signed, signature)
    claims = _object(signed.partition(b".")[2])
    _must_be_ours(claims, issuer, audiences)
    _must_be_an_event(claims, now)
    return Signed(claims)


def _must_fit(key: RSAPublicKey, signed: bytes, signature: bytes) -> None:
    try:
        key.verify(url_safe(signature), signed, PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, Refused):
        raise Refused("authentication_failed") from None


def _must_be_ours(claims: Mapping[str, Any], issuer: str, audiences: Sequence[str]) -> None:
    said = claims.get("iss")
    if not isinstance(said, str) or said.removesuffix("/") != issuer.removesuffix("/"):
        raise Refused("invalid_issuer")
    named = claims.get("aud")
    listed = named if isinstance(named, list) else [named]
    if not any(audience in listed for audience in audiences):
        raise Refused("invalid_audience")


def _must_be_an_event(claims: Mapping[str, Any], now: float) -> None:
    """An ID token of Google has the same issuer, audience and keys, but no events."""
    issued, jti, events = claims.get("iat"), claims.get("jti"), claims.get("events")
    if type(issued) is not int or not isinstance(jti, str) or not jti:
        raise Refused("invalid_request")
    if not isinstance(events, dict) or not events:
        raise Refused("invalid_request")
    try:
        not_ahead(issued, now)
    except Refused:
        raise Refused("invalid_request") from None


def _object(part: bytes) -> dict[str, Any]:
    try:
        return object_of(url_safe(part))
    except Refused:
        raise Refused("invalid_request") from None
