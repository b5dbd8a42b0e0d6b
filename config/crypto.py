"""Keys and the few cryptographic operations of the portal. Fails closed: no key, no value.

KEY_RING is a comma-separated list `id:base64` of 32-byte keys; the first one encrypts, all of them decrypt.
Purpose keys are derived by HKDF-SHA256, so that no key is used for two purposes. Independent of SECRET_KEY.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES = 12
KEY_BYTES = 32
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")


class DecryptionFailed(Exception):
    """The value was not written by this key, or was moved or changed since."""


@lru_cache(maxsize=8)
def _parse(ring: str) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for part in filter(None, (p.strip() for p in ring.split(","))):
        name, _, encoded = part.partition(":")
        if not _KEY_ID.fullmatch(name) or name in keys:
            raise ImproperlyConfigured(
                f"KEY_RING: the key id {name!r} must be 1 to 40 letters, digits, - or _, and occur once."
            )
        try:
            keys[name] = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise ImproperlyConfigured(f"KEY_RING: the key {name!r} is not valid base64.") from None
        if len(keys[name]) != KEY_BYTES:
            raise ImproperlyConfigured(f"KEY_RING: the key {name!r} must be {KEY_BYTES} bytes long.")
    if not keys:
        raise ImproperlyConfigured("KEY_RING is empty. Make a key with `manage.py new_key`.")
    return keys


def key_ring() -> dict[str, bytes]:
    """Return the master keys by id, the active one first; raises ImproperlyConfigured when there is none."""
    return _parse(settings.KEY_RING)


def active_key_id() -> str:
    """Return the id of the key that encrypts new values."""
    return next(iter(key_ring()))


def oldest_key_id() -> str:
    """Return the id of the key that indexes and signs: the last of the ring."""
    return list(key_ring())[-1]


@lru_cache(maxsize=256)
def _derive(master: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(master)


def derived_key(purpose: str, key_id: str | None = None) -> bytes:
    """Return the 32-byte key for one purpose; raises DecryptionFailed when `key_id` is not in the ring."""
    ring = key_ring()
    try:
        return _derive(ring[key_id or next(iter(ring))], purpose)
    except KeyError:
        raise DecryptionFailed(f"The key {key_id!r} is not in KEY_RING.") from None


def encrypt(plain: bytes, *, aad: str) -> str:
    """Encrypt with AES-256-GCM; `aad` names model, field and row: a value moved elsewhere is unreadable."""
    key_id, nonce = active_key_id(), os.urandom(NONCE_BYTES)
    sealed = AESGCM(derived_key("field", key_id)).encrypt(nonce, plain, aad.encode())
    return f"{key_id}.{base64.b64encode(nonce + sealed).decode()}"


def decrypt(envelope: str, *, aad: str) -> bytes:
    """Return the plain value; raises DecryptionFailed when key, place or content do not fit."""
    key_id, _, encoded = envelope.partition(".")
    try:
        blob = base64.b64decode(encoded, validate=True)
        return AESGCM(derived_key("field", key_id)).decrypt(
            blob[:NONCE_BYTES], blob[NONCE_BYTES:], aad.encode()
        )
    except (InvalidTag, binascii.Error, ValueError):
        raise DecryptionFailed(f"A value of {aad.rsplit(':', 1)[0]} cannot be decrypted.") from None


def blind_index(value: str, *, purpose: str) -> str:
    """Return a keyed hash for exact look-ups, by the oldest key: it stays while others rotate in front."""
    key = derived_key(f"index:{purpose}", oldest_key_id())
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()


def commitment(value: str, *, purpose: str) -> str:
    """Return a keyed commitment that stands for a personal value in the audit trail (design, evidence)."""
    return blind_index(value, purpose=f"audit:{purpose}")


def signing_key(key_id: str | None = None) -> Ed25519PrivateKey:
    """Return the Ed25519 key that signs seals and evidence; raises DecryptionFailed when there is none."""
    return Ed25519PrivateKey.from_private_bytes(derived_key("signing", key_id or oldest_key_id()))


def new_key(name: str) -> str:
    """Return a fresh `id:base64` entry for KEY_RING."""
    return f"{name}:{base64.b64encode(os.urandom(KEY_BYTES)).decode()}"
