"""Rows that a step has collected, until the case closes: a file with a key of its own, never in a table.

Rows of a source keep their types (dates, decimals), so they are pickled; the file is authenticated before a
byte of it is read, and only this module writes it.
"""

import base64
import os
import pickle
import secrets
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from dsar.models import Step
from dsar.services.packaging.vault import SealedFile, open_sealed

FOLDER = "collected"
BATCH = 500
LENGTH_BYTES = 4
Entry = tuple[str, Mapping[str, Any], Mapping[str, str]]


def _file(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / FOLDER / name


def _owner(step: Step) -> str:
    return f"dsar.Step:{step.pk}"


def write(step: Step, rows: Iterable[Entry]) -> dict[str, int]:
    """Store (collection, row, reasons) entries of a step; returns rows per collection.

    The caller saves the step.
    """
    name, key = f"{secrets.token_hex(16)}.bin", os.urandom(32)
    counts: dict[str, int] = {}
    with SealedFile(_file(name), key=key, owner=_owner(step)) as out:
        batch: list[Entry] = []
        for entry in rows:
            counts[entry[0]] = counts.get(entry[0], 0) + 1
            batch.append(entry)
            if len(batch) == BATCH:
                _put(out, batch)
                batch = []
        _put(out, batch)
    before = step.spool
    step.spool, step.spool_key = name, base64.b64encode(key).decode()
    _forget(before)
    return counts


def _put(out: SealedFile, batch: list[Entry]) -> None:
    block = pickle.dumps(batch, protocol=5)
    out.write(len(block).to_bytes(LENGTH_BYTES, "big") + block)


def read(step: Step) -> Iterator[Entry]:
    """Yield the entries of a step. Raises packaging.PackageDamaged when the file is gone or was changed."""
    rest = bytearray()
    for chunk in open_sealed(_file(step.spool), key=base64.b64decode(step.spool_key), owner=_owner(step)):
        rest += chunk
        while len(rest) >= LENGTH_BYTES:
            end = LENGTH_BYTES + int.from_bytes(rest[:LENGTH_BYTES], "big")
            if len(rest) < end:
                break
            # Authenticated by AES-GCM with a key that only this row holds, see above.
            yield from pickle.loads(bytes(rest[LENGTH_BYTES:end]))  # noqa: S301
            del rest[:end]


def drop(step: Step) -> None:
    """Destroy what a step has collected: the key at once, the file after the commit."""
    name, step.spool, step.spool_key = step.spool, "", ""
    step.save(update_fields=["spool", "spool_key"])
    _forget(name)


def _forget(name: str) -> None:
    if name:
        transaction.on_commit(lambda: _file(name).unlink(missing_ok=True))
