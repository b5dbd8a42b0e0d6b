"""JSON that is the same bytes for the same value, for hashing and signing."""

import json
from hashlib import sha256
from typing import Any


def canonical(value: Any) -> bytes:
    """Return JSON that is the same bytes for the same value: sorted keys, no blanks, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value: Any) -> str:
    """Return the SHA-256 (hex) of a value."""
    return sha256(canonical(value)).hexdigest()
