"""Message files: encrypted in chunks with a key of their own, named by their row, removed with it."""

import base64
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from config.sealed import PackageDamaged, SealedFile, open_sealed
from correspondence.models import Attachment, RawMessage

Kept = RawMessage | Attachment
ORPHAN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file that was written: key (base64), size in bytes and hash of the plain content."""

    key: str
    size: int
    sha256: str


def folder(model: type[Kept]) -> Path:
    """Return where the files of a kind of row are."""
    return Path(settings.MEDIA_ROOT) / "mail" / str(model._meta.model_name)


def path_of(model: type[Kept], pk: UUID) -> Path:
    """Return the file of a row; two letters of its name make the folder, so that none grows too long."""
    return folder(model) / pk.hex[:2] / f"{pk.hex}.bin"


def write(model: type[Kept], pk: UUID, chunks: Iterable[bytes]) -> Sealed:
    """Write the file of a row that is about to be stored. Whatever stops it leaves no file."""
    key = os.urandom(32)
    with SealedFile(path_of(model, pk), key=key, owner=f"{model._meta.label}:{pk}") as out:
        for chunk in chunks:
            out.write(chunk)
    return Sealed(base64.b64encode(key).decode(), out.size, out.sha256)


def read(row: Kept) -> Iterator[bytes]:
    """Yield the content of a row's file. Raises config.sealed.PackageDamaged, also when it was destroyed."""
    model = type(row)
    if not row.file_key:
        raise PackageDamaged("The file was destroyed.")
    owner = f"{model._meta.label}:{row.pk}"
    return open_sealed(path_of(model, row.pk), key=base64.b64decode(row.file_key), owner=owner)


def destroy(row: Kept) -> None:
    """Destroy the file of a row: its key at once, the file after the commit; its hash stays."""
    model, pk = type(row), row.pk
    if row.file_key:
        row.file_key = ""
        row.save(update_fields=["file_key"])
    transaction.on_commit(lambda: forget(model, pk))


def forget(model: type[Kept], pk: UUID) -> None:
    """Remove the file of a row that was not stored, or whose key is destroyed."""
    path_of(model, pk).unlink(missing_ok=True)


def sweep(*, now: datetime) -> int:
    """Remove files older than a day that no row can open; returns how many.

    A killed fetcher leaves files without a row, a process killed after it destroyed a key one without a key.
    """
    return sum(_sweep(model, now) for model in (RawMessage, Attachment))


def _sweep(model: type[Kept], now: datetime) -> int:
    removed = 0
    for part in folder(model).glob("*"):
        old = [
            path for path in part.glob("*")
            if now.timestamp() - path.stat().st_mtime > ORPHAN_AFTER.total_seconds()
        ]  # fmt: skip
        by_name = {path: UUID(path.stem) for path in old}
        rows = model._default_manager.filter(pk__in=by_name.values()).exclude(file_key="")
        known = set(rows.values_list("pk", flat=True))
        for path in (path for path, pk in by_name.items() if pk not in known):
            path.unlink(missing_ok=True)
            removed += 1
    return removed
