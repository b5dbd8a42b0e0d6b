"""How the removal of rows is proved: a Merkle tree over the keys, 64 in a leaf (docs/decisions/0014).

One record is shown to be among those removed by its leaf of at most 64 keys and the path to the root; the
root stands in an audit event, and that under a signed seal (docs/decisions/0003). No row is kept a record.
"""

from hashlib import sha256
from typing import Any

from accounts.rules import trail
from platforms.connectors.packing import Packed

LEAF_KEYS = 64
TAG = b"portal-removal-leaf-1\n"


def leaves(keys: Packed) -> list[bytes]:
    """Return the digests of the leaves: SHA-256 of the tag and up to 64 keys, one after the other."""
    size, data = keys.width * LEAF_KEYS, keys.data
    return [sha256(TAG + data[start : start + size]).digest() for start in range(0, len(data), size)]


def root(keys: Packed) -> str:
    """Return the root of the tree over the keys, hex."""
    return trail.levels(leaves(keys))[-1][0].hex()


def inclusion(keys: Packed, place: int) -> dict[str, Any]:
    """Return the leaf that holds the key at a place, and the path from it to the root. JSON values only."""
    leaf, size = place // LEAF_KEYS, keys.width * LEAF_KEYS
    return {
        "kind": str(keys.kind),
        "width": keys.width,
        "position": place % LEAF_KEYS,
        "leaf": keys.data[leaf * size : (leaf + 1) * size].hex(),
        "path": trail.path(leaves(keys), leaf),
    }
