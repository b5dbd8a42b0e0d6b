"""How audit events are encoded, hashed, sealed and proved (docs/decisions/0003): plain Python verifies it.

Every hash is SHA-256 with a tag of its own in front, so that no value of one kind passes for another kind.
"""

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

LEAF_EVENTS = 64
MARK_BYTES = 4
NO_PREVIOUS = "0" * 64
LIMIT = 2**63 - 1
EVENT_TAG, LEAF_TAG, NODE_TAG, EMPTY_TAG = b"portal-event-1\n", b"\x01", b"\x02", b"\x03"
SEAL_TAG, SIGNATURE_TAG = b"portal-seal-1\n", b"portal-seal-signature-1\n"

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
_quote = json.encoder.encode_basestring
_decode = json.JSONDecoder().decode
_PLAIN = {"[]", "{}"}


class Event(NamedTuple):
    """One audit event as it is hashed. `at` is UTC, six decimals and a Z; the last three are JSON values."""

    id: int
    at: str
    xid: int
    actor_kind: str
    actor: int | None
    action: str
    object_type: str
    object_id: str
    request_id: str
    fields: Any
    details: Any
    commitments: Any


def canonical(event: Sequence[Any]) -> bytes:
    """Return the bytes that are hashed: the JSON list of the twelve values, keys sorted, no spaces, UTF-8."""
    return _encode([*event]).encode()


def digest(event: Sequence[Any]) -> bytes:
    """Return the 32-byte digest of an event."""
    return sha256(EVENT_TAG + canonical(event)).digest()


def digest_of_row(row: Sequence[Any], at: str) -> bytes:
    """Return the digest of a row whose JSON columns are still text: the same as `digest`, at half the cost.

    `row` is (id, _, xid, actor_kind, actor, action, object_type, object_id, request_id, fields, details,
    commitments).
    """
    actor = "null" if row[4] is None else row[4]
    tail = ",".join([text if text in _PLAIN else _encode(_decode(text)) for text in row[9:12]])
    words = ",".join([_quote(word) for word in row[5:9]])
    body = f'[{row[0]},"{at}",{row[2]},{_quote(row[3])},{actor},{words},{tail}]'
    return sha256(EVENT_TAG + body.encode()).digest()


def leaves(digests: Sequence[bytes]) -> list[bytes]:
    """Return one hash for each run of 64 event digests; the last run may be shorter."""
    starts = range(0, len(digests), LEAF_EVENTS)
    return [sha256(LEAF_TAG + b"".join(digests[i : i + LEAF_EVENTS])).digest() for i in starts]


class Tally:
    """Counts digests one by one into leaves and marks: what a seal needs, without keeping the digests."""

    def __init__(self) -> None:
        self.events, self.marks = 0, bytearray()
        self._leaves: list[bytes] = []
        self._open = sha256(LEAF_TAG)

    def add(self, digest: bytes) -> None:
        """Take the next digest in order."""
        self._open.update(digest)
        self.marks += digest[:MARK_BYTES]
        self.events += 1
        if self.events % LEAF_EVENTS == 0:
            self._leaves.append(self._open.digest())
            self._open = sha256(LEAF_TAG)

    def root(self) -> bytes:
        """Return the Merkle root of what was taken so far."""
        rest = [self._open.digest()] if self.events % LEAF_EVENTS else []
        return levels(self._leaves + rest)[-1][0]


def levels(hashes: Sequence[bytes]) -> list[list[bytes]]:
    """Return the tree from the leaves up to the root; a node without a partner moves up unchanged."""
    if not hashes:
        return [[sha256(EMPTY_TAG).digest()]]
    tree = [list(hashes)]
    while len(tree[-1]) > 1:
        below = tree[-1]
        tree.append([_join(below[i : i + 2]) for i in range(0, len(below), 2)])
    return tree


def _join(pair: Sequence[bytes]) -> bytes:
    return sha256(NODE_TAG + pair[0] + pair[1]).digest() if len(pair) == 2 else pair[0]


def chain(header: dict[str, Any]) -> bytes:
    """Return the chained hash of a seal. `header` holds everything about it except chain and signature."""
    return sha256(SEAL_TAG + _encode(header).encode()).digest()


def signed(chained: bytes) -> bytes:
    """Return the bytes that the Ed25519 key signs."""
    return SIGNATURE_TAG + chained


def path(hashes: Sequence[bytes], index: int) -> list[dict[str, str]]:
    """Return the neighbours from leaf `index` up to the root: [{"side": "left"|"right", "hash": hex}]."""
    steps: list[dict[str, str]] = []
    for level in levels(hashes)[:-1]:
        other = index ^ 1
        if other < len(level):
            steps.append({"side": "left" if other < index else "right", "hash": level[other].hex()})
        index //= 2
    return steps


def climb(leaf: bytes, steps: Iterable[dict[str, str]]) -> bytes:
    """Return the root that a leaf and its neighbours lead to."""
    for step in steps:
        other = bytes.fromhex(step["hash"])
        leaf = _join([other, leaf] if step["side"] == "left" else [leaf, other])
    return leaf


def first_difference(kept: bytes, found: Sequence[bytes]) -> tuple[int, str]:
    """Return the position of the first event that differs from the marks, and how.

    The second value is `changed`, `missing` (one was removed before it) or `alien` (one was put in).
    """
    expected = [kept[i : i + MARK_BYTES] for i in range(0, len(kept), MARK_BYTES)]
    actual = [digest[:MARK_BYTES] for digest in found]
    both = min(len(expected), len(actual))
    position = next((i for i in range(both) if expected[i] != actual[i]), both)
    if len(actual) < len(expected):
        return position, "missing"
    return position, "alien" if len(actual) > len(expected) else "changed"


class Region(NamedTuple):
    """The events with floor < id <= ceiling and start <= xid < stop."""

    floor: int
    ceiling: int
    start: int
    stop: int

    @property
    def by_id(self) -> bool:
        """Whether it is counted by event ids alone: its events are in order of id, others of (xid, id)."""
        return (self.start, self.stop) == (0, LIMIT)

    def follows(self, before: "Region | None", top: int) -> bool:
        """Whether this region begins where the one before ends. `top` is the highest ceiling of its floor."""
        if before is None:
            return (self.floor, self.start) == (0, 0)
        if before.stop == LIMIT:
            return (self.floor, self.start) == (top, 0)
        return (self.floor, self.start) == (before.floor, before.stop)
