"""Writing a package: rows in, one encrypted ZIP file out, in one pass."""

import base64
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from dsar.models import Package
from dsar.services.packaging import keeping, page
from dsar.services.packaging.collection import Part
from dsar.services.packaging.contents import PackageIndex
from dsar.services.packaging.names import MemberNames
from dsar.services.packaging.vault import SealedFile
from dsar.services.packaging.withholding import HeldValues, Released, Withholder
from dsar.services.packaging.zipping import Compressed, ZipWriter

Entry = tuple[str, Mapping[str, Any], Mapping[str, str]]


class Overtaken(Exception):
    """Another worker has made this package: what was written now must not replace it."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a system's owner handed in. `name` may be anything; it is made safe."""

    name: str
    content: Iterable[bytes]
    system: str = ""


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A written package. `path` is relative to MEDIA_ROOT, `sha256` and `size` are those of the ZIP file.

    `contents`: rows per collection; `held`: the values about other persons that were left out.
    """

    path: str
    sha256: str
    size: int
    contents: dict[str, int]
    held: HeldValues = field(compare=False)


def write_package(
    *,
    package: Package,
    rows: Iterable[Entry],
    index: PackageIndex,
    released: Released,
    attachments: Iterable[Attachment] = (),
) -> PackageFile:
    """Write the package's file and store path, key, hash, size and contents on the package.

    `rows`: (collection, row, {field: why it concerns another person}), collection after collection. Such a
    value is replaced unless `released(collection, row_key, field)`; dotted fields reach into documents, `*`
    means every field. A file that the package had before goes when the transaction commits; when anything
    raises, nothing is changed. Raises Overtaken when the package was made by another worker meanwhile.
    """
    folder, name, before = keeping.folder(), keeping.new_name(), package.path
    key, withholder = os.urandom(32), Withholder(released, folder)
    with SealedFile(keeping.file_of(name), key=key, owner=keeping.owner_of(package)) as sealed:
        writer = _Writer(sealed, folder, index, withholder)
        writer.data(rows)
        writer.attach(attachments)
        writer.describe()
    written = PackageFile(name, sealed.sha256, sealed.size, writer.contents(), withholder.held)
    with transaction.atomic():
        _check_status(package)
        _store(package, written, key)
        keeping.forget_file(before)
    return written


def _check_status(package: Package) -> None:
    same = Package.objects.select_for_update().filter(pk=package.pk, status=package.status)
    if not same.values_list("pk", flat=True).first():
        raise Overtaken(f"{package} was made by another worker meanwhile.")


def _store(package: Package, written: PackageFile, key: bytes) -> None:
    package.path, package.key = written.path, base64.b64encode(key).decode()
    package.sha256, package.size = written.sha256, written.size
    # PostgreSQL's JSON holds no NUL, and a name from a foreign source may.
    package.contents = {name.replace("\x00", "\ufffd"): n for name, n in written.contents.items()}
    package.save(update_fields=["path", "key", "sha256", "size", "contents"])


class _Writer:
    def __init__(self, sealed: SealedFile, folder: Path, index: PackageIndex, withholder: Withholder) -> None:
        self._zip = ZipWriter(sealed.write, moment=index.made_at)
        self._folder, self._index, self._withholder = folder, index, withholder
        self._names, self._notes = MemberNames(), {note.key: note for note in index.collections}
        self._parts: list[page.Written] = []
        self._attached: list[page.Attached] = []

    def data(self, rows: Iterable[Entry]) -> None:
        """Write every collection. One that comes again after others gets further files."""
        collection, part = "", None
        key_fields: tuple[str, ...] = ()
        for name, row, reasons in rows:
            if part is None or name != collection:
                self._finish(collection, part)
                collection, part = name, Part(self._folder)
                note = self._notes.get(name)
                key_fields = note.key_fields if note else ()
            cleaned = self._withholder.clean(name, row, reasons, key_fields) if reasons else row
            if following := part.add(cleaned):
                self._finish(collection, part)
                part = following
        self._finish(collection, part)

    def _finish(self, collection: str, part: Part | None) -> None:
        while part is not None:
            following = part.finish()
            stem = self._names.give("data", collection, ".csv", ".json")
            self._zip.add(f"{stem}.csv", part.csv)
            self._zip.add(f"{stem}.json", part.json)
            self._parts.append(page.Written(collection, part.rows, part.names, part.preview, stem))
            part = following

    def attach(self, attachments: Iterable[Attachment]) -> None:
        """Add files as they are."""
        for attachment in attachments:
            member = Compressed(self._folder)
            for block in attachment.content:
                member.write(block)
            member.finish()
            stem, dot, ending = attachment.name.rpartition(".")
            ending = (
                f".{ending.lower()}"
                if dot and ending.isascii() and ending.isalnum() and len(ending) < 6
                else ""
            )
            name = self._names.give("files", stem if ending else attachment.name, ending, otherwise="file")
            self._zip.add(f"{name}{ending}", member)
            self._attached.append(page.Attached(f"{name}{ending}", attachment.system, member.size))

    def describe(self) -> None:
        """Add the page, README.txt and about.json, and end the ZIP file."""
        told = page.Told(self._index, self._parts, self._attached, self._withholder.counts)
        for name, text in page.documents(told):
            self._zip.add_bytes(name, text.encode("utf-8", "backslashreplace"))
        self._zip.close()

    def contents(self) -> dict[str, int]:
        """Return the rows per collection."""
        counted: dict[str, int] = {}
        for part in self._parts:
            counted[part.collection] = counted.get(part.collection, 0) + part.rows
        return counted
