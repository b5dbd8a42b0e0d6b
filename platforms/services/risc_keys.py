"""Google's keys for security events: from a file or an address, kept in memory, asked for again in time.

The JWKS is fetched when it is older than KEEP, and at once when a token names a key that is not in it; never
more often than every PAUSE, whoever asks.
"""

import json
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.conf import settings

from platforms import outgoing
from platforms.rules import signatures

KEEP = timedelta(hours=6)
PAUSE = timedelta(seconds=30)
TIMEOUT_SECONDS = 3.0
GOOGLE = "https://www.googleapis.com/oauth2/v3/certs"
Keys = dict[str, RSAPublicKey]


class KeysUnavailable(Exception):
    """The keys cannot be had now, so that nothing can be said about a signature."""


class _Kept:
    """What is known of one source, and when it was last asked."""

    def __init__(self) -> None:
        self.keys: Keys = {}
        self.fetched_at: datetime | None = None
        self.asked_at: datetime | None = None
        self.lock = threading.Lock()


_kept: dict[str, _Kept] = {}


def keys_for(kid: str, *, now: datetime) -> Keys:
    """Return the keys, among them `kid` where Google has it; raises KeysUnavailable.

    Keys that could not be asked for again in time stay good: Google announces new ones long before use.
    """
    kept = _kept.setdefault(_source(), _Kept())
    with kept.lock:
        if _may_ask(kept, kid, now):
            kept.asked_at = now
            _ask(kept, now)
    if not kept.keys:
        raise KeysUnavailable
    return kept.keys


def forget() -> None:
    """Forget every key, so that the next token asks for them anew."""
    _kept.clear()


def _may_ask(kept: _Kept, kid: str, now: datetime) -> bool:
    """Whether the keys are missing, old or do not hold `kid`, and the last question is long enough ago."""
    old = kept.fetched_at is None or now - kept.fetched_at > KEEP
    rested = kept.asked_at is None or abs(now - kept.asked_at) >= PAUSE
    return rested and (old or kid not in kept.keys)


def _ask(kept: _Kept, now: datetime) -> None:
    try:
        kept.keys = signatures.keys_of(_document())
        kept.fetched_at = now
    except (OSError, httpx.HTTPError, ValueError) as fault:
        if not kept.keys:
            raise KeysUnavailable from fault


def _source() -> str:
    return settings.RISC_JWKS_FILE or settings.RISC_JWKS_URL or GOOGLE


def _document() -> Any:
    """Return the JWKS; raises OSError, httpx.HTTPError or ValueError."""
    if settings.RISC_JWKS_FILE:
        return json.loads(Path(settings.RISC_JWKS_FILE).read_text(encoding="utf-8"))
    with outgoing.client(timeout=TIMEOUT_SECONDS) as client:
        return client.get(outgoing.url(_source())).raise_for_status().json()
