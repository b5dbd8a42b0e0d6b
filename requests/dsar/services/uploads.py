"""Files that people hand in: checked for size and kind by their first bytes, kept encrypted, never
served inline.
"""

import base64
import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Protocol

from django.conf import settings
from django.db import transaction

from dsar.models import ManualTask
from dsar.models.decisions import ProofFile
from dsar.rules.transitions import NotAllowed
from dsar.services.packaging.vault import SealedFile, open_sealed

FOLDER = "proofs"
MAX_BYTES = 10 * 1024 * 1024
NAME_LENGTH = 120
SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "zip": (b"PK\x03\x04", b"PK\x05\x06"),
    "docx": (b"PK\x03\x04",),
    "xlsx": (b"PK\x03\x04",),
}
TEXTS = frozenset({"txt", "csv", "json", "eml", "log"})


class Upload(Protocol):
    """A file as Django hands it over."""

    name: str | None
    size: int | None

    def chunks(self) -> Iterable[bytes]:
        """Yield the content in pieces."""
        ...


@dataclass(frozen=True, slots=True)
class Stored:
    """A kept file: its random name below MEDIA_ROOT, the name it came with, key (base64) and hash."""

    path: str
    name: str
    key: str
    sha256: str


def _owner(task: ManualTask) -> str:
    return f"dsar.ManualTask:{task.pk}"


def safe_name(name: str) -> str:
    """Return the last part of a file name without control and bidirectional characters."""
    last = PurePath(name.replace("\\", "/")).name
    kept = "".join(
        c
        for c in last
        if c.isprintable() and not 0x202A <= ord(c) <= 0x202E and not 0x2066 <= ord(c) <= 0x2069
    )
    return kept.strip(". ")[-NAME_LENGTH:] or "file"


def _kind(name: str) -> str:
    kind = name.rpartition(".")[2].lower()
    if kind not in SIGNATURES and kind not in TEXTS:
        known = ", ".join(sorted({*SIGNATURES, *TEXTS}))
        raise NotAllowed(f"Files of this kind are not taken. Use one of: {known}.")
    return kind


def _check_start(kind: str, start: bytes) -> None:
    good = b"\0" not in start if kind in TEXTS else start.startswith(SIGNATURES[kind])
    if not good:
        raise NotAllowed(f"This is not a {kind} file, whatever its name says. Save it again and attach that.")


def _checked(file: Upload, kind: str) -> Iterator[bytes]:
    """Yield the content; raises NotAllowed when it is too large, empty, or not of its kind."""
    size, start = 0, b""
    for chunk in file.chunks():
        if not size:
            start = bytes(chunk[:4096])
            _check_start(kind, start)
        size += len(chunk)
        if size > MAX_BYTES:
            raise NotAllowed(
                f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Make it smaller or split it."
            )
        yield bytes(chunk)
    if not size:
        raise NotAllowed("The file is empty.")


def keep(*, task: ManualTask, file: Upload) -> Stored:
    """Store a file for a task, encrypted with a key of its own. Raises NotAllowed."""
    return keep_for(owner=_owner(task), file=file)


def keep_for(*, owner: str, file: Upload) -> Stored:
    """Store a file for a row that `owner` names (`app.Model:key`), encrypted with a key of its own.

    Raises NotAllowed for a kind that is not taken, too large, empty, or not what its name says.
    """
    name = safe_name(file.name or "")
    kind = _kind(name)
    path, key, digest = f"{FOLDER}/{secrets.token_hex(16)}.bin", os.urandom(32), hashlib.sha256()
    with SealedFile(_file(path), key=key, owner=owner) as out:
        for chunk in _checked(file, kind):
            digest.update(chunk)
            out.write(chunk)
    return Stored(path, name, base64.b64encode(key).decode(), digest.hexdigest())


def attach(row: ProofFile, file: Upload) -> None:
    """Store a file and name it on a row, which the caller saves. Raises NotAllowed."""
    stored = keep_for(owner=owner_of(row), file=file)
    row.proof_file, row.proof_name = stored.path, stored.name
    row.proof_key, row.proof_sha256 = stored.key, stored.sha256


def owner_of(row: ProofFile) -> str:
    """Return the name of a row that its file is bound to."""
    return f"{row._meta.label}:{row.pk}"


def read_from(row: ProofFile) -> Iterator[bytes]:
    """Yield the content of a row's file. Raises packaging.PackageDamaged when it is gone or was changed."""
    return open_sealed(_file(row.proof_file), key=base64.b64decode(row.proof_key), owner=owner_of(row))


def drop_from(row: ProofFile) -> None:
    """Destroy a row's file; its name goes too, its hash stays."""
    path, row.proof_file, row.proof_key, row.proof_name = row.proof_file, "", "", ""
    row.save(update_fields=["proof_file", "proof_key", "proof_name"])
    if path:
        transaction.on_commit(lambda: _file(path).unlink(missing_ok=True))


def _file(path: str) -> Path:
    return Path(settings.MEDIA_ROOT) / path


def read(task: ManualTask) -> Iterator[bytes]:
    """Yield the content of a task's file. Raises packaging.PackageDamaged when it is gone or was changed."""
    return open_sealed(_file(task.proof_file), key=base64.b64decode(task.proof_key), owner=_owner(task))


def drop(task: ManualTask) -> None:
    """Destroy a task's file; its name goes too, its hash stays."""
    path, task.proof_file, task.proof_key, task.proof_name = task.proof_file, "", "", ""
    task.save(update_fields=["proof_file", "proof_key", "proof_name"])
    if path:
        transaction.on_commit(lambda: _file(path).unlink(missing_ok=True))
