"""The key with which the stand-ins sign ID tokens and security events."""

from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

KID = "fake-key-1"


@cache
def key() -> RSAKey:
    """Return the key of this process."""
    return RSAKey.generate_key(2048, {"kid": KID, "use": "sig", "alg": "RS256"})


def jwks() -> dict[str, Any]:
    """Return the public key set."""
    return {"keys": [key().as_dict(private=False)]}


def sign(claims: dict[str, Any], typ: str = "JWT") -> str:
    """Return a signed JWT."""
    return jwt.encode({"alg": "RS256", "kid": KID, "typ": typ}, claims, key())


def id_token(*, issuer: str, audience: str, subject: str, nonce: str, name: str, now: int) -> str:
    """Return an ID token that is good for an hour."""
    claims = {"iss": issuer, "aud": audience, "sub": subject, "iat": now, "exp": now + 3600, "name": name}
    extra = {"email": f"{name}@example.org"} if "google" in issuer else {}
    return sign(claims | extra | ({"nonce": nonce} if nonce else {}))
