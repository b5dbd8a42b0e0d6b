"""ID tokens (OpenID Connect Core, 3.1.3.7): who signed, for whom, when, and for which attempt."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from platforms.services.oauth.clients import Caller
from platforms.services.oauth.faults import PlatformFault

SKEW = timedelta(minutes=5)


@dataclass(frozen=True)
class Issuer:
    """Who signs ID tokens of a family. LinkedIn's documents know no nonce: it counts where one comes back."""

    names: tuple[str, ...]
    keys: str
    nonce_always: bool


ISSUERS = {
    "google": Issuer(
        ("https://accounts.google.com", "accounts.google.com"),
        "https://www.googleapis.com/oauth2/v3/certs",
        True,
    ),
    "linkedin": Issuer(
        ("https://www.linkedin.com/oauth", "https://www.linkedin.com"),
        "https://www.linkedin.com/oauth/openid/jwks",
        False,
    ),
}


def read(caller: Caller, token: Any, *, nonce: str, now: datetime) -> Mapping[str, Any]:
    """Return the claims of a sound ID token. Raises PlatformFault with what is wrong as its code."""
    issuer = ISSUERS[str(caller.entry.family)]
    if not isinstance(token, str):
        raise PlatformFault("id_token_missing")
    keys = caller.ask("GET", issuer.keys)
    try:
        claims = jwt.decode(token, KeySet.import_key_set(dict(keys.body)), algorithms=["RS256"]).claims  # type: ignore[arg-type]
    except (JoseError, ValueError, KeyError, TypeError):
        raise PlatformFault("id_token_signature") from None
    if wrong := fault_of(claims, issuer, audience=caller.own.id, nonce=nonce, now=now):
        raise PlatformFault(f"id_token_{wrong}")
    return claims


def fault_of(
    claims: Mapping[str, Any], issuer: Issuer, *, audience: str, nonce: str, now: datetime
) -> str:  # fmt: skip
    """Return which claim is wrong, or nothing."""
    checks = {
        "issuer": claims.get("iss") in issuer.names,
        "audience": audience in _listed(claims.get("aud")) and claims.get("azp", audience) == audience,
        "expired": _seconds(claims.get("exp")) > (now - SKEW).timestamp(),
        "issued": 0 < _seconds(claims.get("iat")) <= (now + SKEW).timestamp(),
        "nonce": _same_nonce(claims, issuer, nonce),
        "subject": isinstance(claims.get("sub"), str) and bool(claims["sub"]),
    }
    return next((name for name, good in checks.items() if not good), "")


def _same_nonce(claims: Mapping[str, Any], issuer: Issuer, nonce: str) -> bool:
    if "nonce" not in claims and not issuer.nonce_always:
        return True
    return hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode())


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _seconds(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
