"""Signs callbacks as the platforms do: the other side of platforms/rules/signatures, on its own."""

import base64
import hashlib
import hmac
import json
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key


def b64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def hmac256(secret: str | bytes, message: bytes) -> bytes:
    key = secret.encode() if isinstance(secret, str) else secret
    return hmac.new(key, message, hashlib.sha256).digest()


def dumps(document: object) -> bytes:
    return json.dumps(document).encode()


def signed_request(payload: object, secret: str) -> str:
    encoded = b64url(dumps(payload))
    return f"{b64url(hmac256(secret, encoded.encode()))}.{encoded}"


def deletion(user: str = "7000001", **more: object) -> dict[str, object]:
    return {"algorithm": "HMAC-SHA256", "user_id": user, "issued_at": 1_795_000_000} | more


def hub(body: bytes, secret: str) -> str:
    return "sha256=" + hmac256(secret, body).hex()


def x(body: bytes, secret: str) -> str:
    return "sha256=" + base64.b64encode(hmac256(secret, body)).decode()


def linkedin(body: bytes, secret: str) -> str:
    return hmac256(secret, b"hmacsha256=" + body).hex()


def tiktok(body: bytes, secret: str, at: int) -> str:
    return f"t={at},s={hmac256(secret, f'{at}.'.encode() + body).hex()}"


def stripe(body: bytes, secret: str, at: int, version: str = "v1") -> str:
    return f"t={at},{version}={hmac256(secret, f'{at}.'.encode() + body).hex()}"


def email(body: bytes, secret: str | bytes, at: int, message_id: str = "msg_1") -> str:
    signed = f"{message_id}.{at}.".encode() + body
    return "v1," + base64.b64encode(hmac256(secret, signed)).decode()


@lru_cache
def rsa(name: str = "current", bits: int = 2048) -> RSAPrivateKey:
    """Return a key that is made once for each name."""
    return generate_private_key(65537, bits)


def jwk(name: str = "current", bits: int = 2048, **more: object) -> dict[str, object]:
    numbers = rsa(name, bits).public_key().public_numbers()
    n, e = (value.to_bytes((value.bit_length() + 7) // 8) for value in (numbers.n, numbers.e))
    return {"kty": "RSA", "kid": name, "use": "sig", "alg": "RS256", "n": b64url(n), "e": b64url(e)} | more


def claims(at: int, **more: object) -> dict[str, object]:
    return {
        "iss": "https://accounts.google.com/", "aud": "client-1", "iat": at, "jti": "j1",
        "events": {
            "https://schemas.openid.net/secevent/oauth/event-type/tokens-revoked": {
                "subject": {"subject_type": "iss-sub", "iss": "https://accounts.google.com/", "sub": "g-1"}
            }
        },
    } | more  # fmt: skip


def token(payload: object, *, name: str = "current", bits: int = 2048, **head: object) -> bytes:
    """Return a JWT signed by RS256, whatever its head says."""
    header = {"alg": "RS256", "kid": name} | head
    signed = f"{b64url(dumps(header))}.{b64url(dumps(payload))}".encode()
    return signed + b"." + b64url(rsa(name, bits).sign(signed, PKCS1v15(), hashes.SHA256())).encode()


def hs256(payload: object, secret: bytes, *, name: str = "current") -> bytes:
    """Return a JWT signed by HS256."""
    head = {"alg": "HS256", "kid": name}
    signed = f"{b64url(dumps(head))}.{b64url(dumps(payload))}".encode()
    return signed + b"." + b64url(hmac256(secret, signed)).encode()
