"""Service accounts of Google: a signed claim becomes an access token (RFC 7523)."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from platforms.connectors.base import SourceFailed, WrongSettings
from platforms.connectors.processors.calling import Remote

HOST = "https://oauth2.googleapis.com"
AUDIENCE = f"{HOST}/token"
SCOPE = "https://www.googleapis.com/auth/analytics.user.deletion"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SECONDS = 600


@dataclass(frozen=True)
class Account:
    """A service account: who signs, with which key."""

    email: str
    key_id: str
    key: rsa.RSAPrivateKey


def read(text: str) -> Account:
    """Return the account of a JSON key file. Raises WrongSettings for anything else."""
    try:
        data = json.loads(text)
        key = serialization.load_pem_private_key(data["private_key"].encode(), None)
        account = Account(str(data["client_email"]), str(data["private_key_id"]), _rsa(key))
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise WrongSettings("The secret is no JSON key of a service account.") from fault
    return account


def _rsa(key: Any) -> rsa.RSAPrivateKey:
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("not RSA")
    return key


def token(client: httpx.Client, account: Account, *, now: datetime) -> str:
    """Return an access token for deleting users. Raises SourceUnreachable, SourceFailed."""
    remote = Remote("Google", client, HOST, {})
    answer = remote.call("POST", "/token", data={"grant_type": GRANT, "assertion": claim(account, now)})
    found = answer.get("access_token")
    if not isinstance(found, str) or not found:
        raise SourceFailed("Google answered without an access token.")
    return found


def claim(account: Account, now: datetime) -> str:
    """Return the signed claim (JWT, RS256) of an account, good for ten minutes."""
    begun = int(now.timestamp())
    head = {"alg": "RS256", "typ": "JWT", "kid": account.key_id}
    body = {"iss": account.email, "scope": SCOPE, "aud": AUDIENCE, "iat": begun, "exp": begun + SECONDS}
    signed = b".".join(_coded(json.dumps(part, separators=(",", ":")).encode()) for part in (head, body))
    signature = account.key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    return (signed + b"." + _coded(signature)).decode()


def _coded(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
