"""How keys of rows are sealed, and read back from a batch."""

from typing import Any

from config import crypto
from platforms.connectors import SourceFailed
from platforms.connectors.packing import Packed
from platforms.models import System
from retention.models import SweepBatch


def seal(system: System, collection: str, key: tuple[Any, ...]) -> bytes:
    """Return the keyed digest, 16 bytes, of a key of a collection."""
    text = "\x1f".join(str(part) for part in key)
    return bytes.fromhex(crypto.commitment(text, purpose=f"removed:{system.key}:{collection}"))[:16]


def no_digest(key: tuple[Any, ...]) -> bytes:
    """Refuse keys that are no numbers and no UUIDs, where they are needed again as they were."""
    raise SourceFailed(f"A key of {len(key)} parts cannot be read back from its digest.")


def keys_of(batch: SweepBatch) -> Packed:
    """Return the keys of a batch."""
    return Packed.from_small(batch.kind, bytes(batch.keys))
