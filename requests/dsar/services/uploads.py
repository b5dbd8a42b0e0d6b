"""Files that people hand in: checked for size and kind by their first bytes, kept encrypted, never
served inline.
"""

import base64
import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from correspondence.rules.files import safe_name
from dsar.models import IdentityCheck, ManualTask
from dsar.models.decisions import ProofFile
from dsar.rules.transitions import NotAllowed
from dsar.services.packaging.vault import SealedFile, open_sealed

FOLDER = "proofs"
MAX_BYTES = 10 * 1024 * 1024
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


def _kind(name: str, kinds: Iterable[str] = ()) -> str:
    kind = name.rpartition(".")[2].lower()
    taken = set(kinds) or {*SIGNATURES, *TEXTS}
    if kind not in taken:
        known = ", ".join(sorted(taken))
        raise NotAllowed(_("Files of this kind are not taken. Use one of: %(known)s.") % {"known": known})
    return kind


def _check_start(kind: str, start: bytes) -> None:
    good = b"\0" not in start if kind in TEXTS else start.startswith(SIGNATURES[kind])
    if not good:
        said = _("This is not a %(kind)s file, whatever its name says. Save it again and attach that.")
        raise NotAllowed(said % {"kind": kind})


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
                _("The file is larger than %(n)s MB. Make it smaller or split it.")
                % {"n": MAX_BYTES // 1024 // 1024}
            )
        yield bytes(chunk)
    if not size:
        raise NotAllowed(_("The file is empty."))


def keep(*, task: ManualTask, file: Upload) -> Stored:
    """Store a file for a task, encrypted with a key of its own. Raises NotAllowed."""
    return keep_for(owner=_owner(task), file=file)


def keep_for(*, owner: str, file: Upload, kinds: Iterable[str] = ()) -> Stored:
    """Store a file for a row that `owner` names (`app.Model:key`), encrypted with a key of its own.

    `kinds`: the only kinds that are taken. Raises NotAllowed for another kind, too large, empty, or not what
    its name says.
    """
    name = safe_name(file.name or "")
    kind = _kind(name, kinds)
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


def owner_of(row: Model) -> str:
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
    return read_for(owner=_owner(task), path=task.proof_file, key=base64.b64decode(task.proof_key))


def read_check(check: IdentityCheck) -> Iterator[bytes]:
    """Yield what was handed in for an attempt to verify somebody. Raises packaging.PackageDamaged."""
    key = base64.b64decode(check.file_key)
    return read_for(path=check.file, key=key, owner=f"dsar.IdentityCheck:{check.pk}")


def read_for(*, path: str, key: bytes, owner: str) -> Iterator[bytes]:
    """Yield the content of a file. Raises packaging.PackageDamaged when it is gone or was changed."""
    return open_sealed(_file(path), key=key, owner=owner)


def forget(path: str) -> None:
    """Remove a file after the commit; who holds its key has destroyed that already."""
    if path:
        transaction.on_commit(lambda: _file(path).unlink(missing_ok=True))


def drop(task: ManualTask) -> None:
    """Destroy a task's file; its name goes too, its hash stays."""
    path, task.proof_file, task.proof_key, task.proof_name = task.proof_file, "", "", ""
    task.save(update_fields=["proof_file", "proof_key", "proof_name"])
    if path:
        transaction.on_commit(lambda: _file(path).unlink(missing_ok=True))
