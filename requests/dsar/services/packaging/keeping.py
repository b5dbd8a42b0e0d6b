"""The files of packages on the disk: where they are, reading, destroying, and sweeping what nobody owns."""

import base64
import binascii
import re
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from dsar.models import Package
from dsar.services.packaging.vault import PackageDamaged, open_sealed

FOLDER = "packages"
ORPHAN_AFTER = timedelta(days=1)
_NAME = re.compile(r"packages/[0-9a-f]{32}\.bin")


def folder() -> Path:
    """Return the folder of the package files; made when it is not there, for this user alone."""
    path = Path(settings.MEDIA_ROOT) / FOLDER
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def new_name() -> str:
    """Return a random name, relative to MEDIA_ROOT: it tells nothing about the case."""
    return f"{FOLDER}/{secrets.token_hex(16)}.bin"


def file_of(name: str) -> Path:
    """Return where a package file is; raises PackageDamaged for a name that the portal did not make."""
    if not _NAME.fullmatch(name):
        raise PackageDamaged("The package has no file any more. Make the package again.")
    return Path(settings.MEDIA_ROOT) / name


def owner_of(package: Package) -> str:
    """Return what ties a file to its package."""
    return f"{package._meta.label}:{package.pk}"


def read_package(*, package: Package) -> Iterator[bytes]:
    """Return an iterator over the ZIP file of a package, decrypted.

    The beginning is checked before this returns, every further chunk before it is given out. Raises
    PackageDamaged when the file is gone, was changed, shortened or swapped, or the key was destroyed.
    """
    path = file_of(package.path)
    try:
        key = base64.b64decode(package.key, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise PackageDamaged("The key of the package was destroyed. Make the package again.")
    return open_sealed(path, key=key, owner=owner_of(package))


def destroy(*, package: Package) -> None:
    """Make a package unreadable for good: its key goes with this transaction, its file right after it
    commits.

    Without the key the file is noise, so that a crash between the two leaves nothing readable. Hash, size and
    contents stay: they prove what was given out. Destroying twice does no harm.
    """
    name = package.path
    package.key = package.path = ""
    package.save(update_fields=["key", "path"])
    forget_file(name)


def forget_file(name: str) -> None:
    """Remove a file when the running transaction commits."""
    if _NAME.fullmatch(name):
        transaction.on_commit(lambda: file_of(name).unlink(missing_ok=True))


def sweep_orphans(*, now: datetime) -> int:
    """Remove files older than a day that no package names: of a crash or a rolled-back transaction.

    Returns how many were removed.
    """
    owned = set(Package.objects.exclude(path="").values_list("path", flat=True).iterator())
    removed = 0
    for path in folder().iterdir():
        age = now.timestamp() - path.stat().st_mtime
        if f"{FOLDER}/{path.name}" not in owned and age > ORPHAN_AFTER.total_seconds():
            path.unlink(missing_ok=True)
            removed += 1
    return removed
