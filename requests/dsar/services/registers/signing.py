"""Signatures over exports, by the key that signs the audit trail's seals; and checking them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils.translation import gettext as _

from accounts.services import sealing
from config import crypto
from config.canonical import canonical

TAG = b"portal-register-1\n"
ALGORITHM = "Ed25519"


class Untrue(Exception):
    """A file or its signature is not what we signed. The message names what was changed."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What is signed (everything but `value`) and the signature, all text: a small JSON file."""

    register: str
    form: str
    as_of: str
    made_at: str
    rows: int
    sha256: str
    key_id: str
    public_key: str
    algorithm: str = ALGORITHM
    value: str = ""

    def as_json(self) -> str:
        """Return the signature file."""
        return json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"


def _signed(facts: Mapping[str, Any]) -> bytes:
    return TAG + canonical({name: value for name, value in facts.items() if name != "value"})


def sign(*, register: str, form: str, as_of: str, made_at: str, rows: int, digest: str) -> Signature:
    """Return the signature over a file with this SHA-256 (hex)."""
    key_id = crypto.oldest_key_id()
    plain = Signature(register, form, as_of, made_at, rows, digest, key_id, sealing.public_key(key_id).hex())
    made = crypto.signing_key(key_id).sign(_signed(asdict(plain))).hex()
    return Signature(**{**asdict(plain), "value": made})


def read(text: str | bytes) -> Signature:
    """Return a signature file. Raises Untrue."""
    try:
        return Signature(**json.loads(text))
    except (ValueError, TypeError):
        raise Untrue(_("This is not a signature file of the registers.")) from None


def check(signature: Signature, *, digest: str, ours: bool = True) -> None:
    """Raise Untrue unless the signature is ours and fits a file with this SHA-256.

    `ours` False accepts the public key in the signature: for those who know it from elsewhere.
    """
    if digest != signature.sha256:
        raise Untrue(
            _("The content was changed: its SHA-256 is %(is)s, signed was %(was)s.")
            % {"is": digest, "was": signature.sha256}
        )
    try:
        public = sealing.public_key(signature.key_id) if ours else bytes.fromhex(signature.public_key)
        Ed25519PublicKey.from_public_bytes(public).verify(
            bytes.fromhex(signature.value), _signed(asdict(signature))
        )
    except crypto.DecryptionFailed:
        raise Untrue(_("We have no key called %(key)s.") % {"key": signature.key_id}) from None
    except (InvalidSignature, ValueError):
        raise Untrue(_("The signature does not fit: the file was not signed by us as it stands.")) from None


def check_json(document: bytes, *, ours: bool = True) -> Signature:
    """Return the signature inside a JSON export after checking it. Raises Untrue naming what was changed."""
    try:
        whole = json.loads(document)
        content, seal = whole["content"], whole["seal"]
    except (ValueError, TypeError, KeyError):
        raise Untrue(_("This is not a JSON export of the registers.")) from None
    signature = read(json.dumps(seal))
    check(signature, digest=sha256(canonical(content)).hexdigest(), ours=ours)
    if len(content.get("rows", ())) != signature.rows:
        raise Untrue(_("The number of rows is not the one that was signed."))
    return signature
