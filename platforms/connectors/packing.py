"""Keys of many rows in few bytes: all of one width, in ascending order, so that one can be found again.

A whole number takes its eight bytes, a UUID its sixteen. Any other key is replaced by a keyed digest of
sixteen bytes: it can be recognised by whoever holds the key ring, and says nothing else.
"""

import struct
import uuid
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LARGEST = 2**63


class KeyKind(StrEnum):
    """How a key is written."""

    NUMBER = "number"
    UUID = "uuid"
    DIGEST = "digest"


WIDTHS = {KeyKind.NUMBER: 8, KeyKind.UUID: 16, KeyKind.DIGEST: 16}


@dataclass(frozen=True, slots=True)
class Packed:
    """Keys of rows: `data` holds one after the other. Numbers ascend as numbers, others as bytes."""

    kind: KeyKind
    data: bytes = b""

    @property
    def width(self) -> int:
        """Return how many bytes one key takes."""
        return WIDTHS[self.kind]

    def __len__(self) -> int:
        return len(self.data) // self.width

    def __iter__(self) -> Iterator[bytes]:
        width = self.width
        return (self.data[start : start + width] for start in range(0, len(self.data), width))

    def place(self, key: bytes) -> int | None:
        """Return the place of one key, counted from 0, or None."""
        found: Sequence[Any] = _Places(self)
        place = bisect_left(found, _order(self.kind, key))
        return place if place < len(self) and found[place] == _order(self.kind, key) else None

    def values(self) -> list[int] | list[uuid.UUID] | list[bytes]:
        """Return the keys as numbers, UUIDs, or digests."""
        if self.kind == KeyKind.NUMBER:
            return list(struct.unpack(f">{len(self)}q", self.data))
        return [uuid.UUID(bytes=one) for one in self] if self.kind == KeyKind.UUID else list(self)

    def ends(self) -> tuple[int | None, int | None]:
        """Return the least and the greatest key, where keys are numbers and there is one."""
        if self.kind != KeyKind.NUMBER or not self.data:
            return None, None
        low, high = self.data[:8], self.data[-8:]
        return int.from_bytes(low, "big", signed=True), int.from_bytes(high, "big", signed=True)

    def without(self, others: "Packed") -> "Packed":
        """Return the keys that are not among others of the same kind."""
        gone = set(others)
        return Packed(self.kind, b"".join(one for one in self if one not in gone))

    def small(self) -> bytes:
        """Return the keys compressed: equal bytes of neighbours side by side."""
        width = self.width
        planes = b"".join(self.data[place::width] for place in range(width))
        return zlib.compress(planes, 6)

    @classmethod
    def from_small(cls, kind: str, small: bytes) -> "Packed":
        """Return what `small` compressed. Raises ValueError for bytes that are none."""
        try:
            planes = zlib.decompress(small)
        except zlib.error as fault:
            raise ValueError("These are no packed keys.") from fault
        width = WIDTHS[KeyKind(kind)]
        if len(planes) % width:
            raise ValueError("These are no packed keys.")
        data, rows = bytearray(len(planes)), len(planes) // width
        for place in range(width):
            data[place::width] = planes[place * rows : (place + 1) * rows]
        return cls(KeyKind(kind), bytes(data))


class _Places(Sequence[Any]):
    """The keys in order, unpacked one at a time, for the search."""

    def __init__(self, packed: Packed) -> None:
        self.packed = packed

    def __len__(self) -> int:
        return len(self.packed)

    def __getitem__(self, place: Any) -> Any:
        width = self.packed.width
        return _order(self.packed.kind, self.packed.data[place * width : (place + 1) * width])


def _order(kind: KeyKind, key: bytes) -> Any:
    return int.from_bytes(key, "big", signed=True) if kind == KeyKind.NUMBER else key


def one(kind: KeyKind, key: Sequence[Any], seal: Callable[[tuple[Any, ...]], bytes]) -> bytes:
    """Return the bytes of one key. Raises ValueError where the key is not of the kind."""
    if kind == KeyKind.NUMBER:
        number = int(key[0])
        if not -LARGEST <= number < LARGEST:
            raise ValueError(f"{number} is too large for a key.")
        return number.to_bytes(8, "big", signed=True)
    if kind == KeyKind.UUID:
        return uuid.UUID(str(key[0])).bytes
    return seal(tuple(key))


def pack(kind: KeyKind, keys: Iterable[Sequence[Any]], seal: Callable[[tuple[Any, ...]], bytes]) -> Packed:
    """Return keys packed, in their order."""
    if kind == KeyKind.NUMBER:
        numbers = sorted(int(key[0]) for key in keys)
        return Packed(kind, struct.pack(f">{len(numbers)}q", *numbers))
    return Packed(kind, b"".join(sorted(one(kind, key, seal) for key in keys)))


def in_order(kind: KeyKind, data: bytes) -> Packed:
    """Return keys packed that stand one after the other in any order."""
    if kind == KeyKind.NUMBER:
        places = f">{len(data) // 8}q"
        return Packed(kind, struct.pack(places, *sorted(struct.unpack(places, data))))
    return Packed(kind, b"".join(sorted(Packed(kind, data))))
