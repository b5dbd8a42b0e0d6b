"""Files encrypted in chunks, so that a changed byte is found before the chunk that holds it is given out.

AES-256-GCM with a key of its own for each file. The nonce is a random prefix, the number of the chunk and a
mark on the last one; the header and the owner's name are authenticated with every chunk. So a changed,
missing, added, swapped or moved chunk, a shortened file and the file of another package are all refused.
"""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"PORTAL-PACKAGE-1"
PREFIX_BYTES = 7
CHUNK = 64 * 1024
TAG_BYTES = 16
HEADER_BYTES = len(MAGIC) + PREFIX_BYTES


class PackageDamaged(Exception):
    """The file is gone, was changed, cut short, or belongs to another package."""


class _Cipher:
    def __init__(self, key: bytes, header: bytes, owner: str) -> None:
        self._gcm = AESGCM(key)
        self._prefix = header[len(MAGIC) :]
        self._aad = header + owner.encode()

    def _nonce(self, number: int, last: bool) -> bytes:
        return self._prefix + number.to_bytes(4, "big") + bytes([last])

    def seal(self, number: int, last: bool, plain: bytes) -> bytes:
        return self._gcm.encrypt(self._nonce(number, last), plain, self._aad)

    def open(self, number: int, last: bool, sealed: bytes) -> bytes:
        try:
            return self._gcm.decrypt(self._nonce(number, last), sealed, self._aad)
        except (InvalidTag, ValueError):
            raise PackageDamaged(
                f"Part {number + 1} of the package file was changed or is missing."
            ) from None


class SealedFile:
    """A new encrypted file. It appears under its name only when all of it is on the disk; else nothing is
    left.

    `size` and `sha256` (hex) are those of the plain content.
    """

    def __init__(self, path: Path, *, key: bytes, owner: str) -> None:
        self._path, self._partial = path, path.with_suffix(".part")
        header = MAGIC + os.urandom(PREFIX_BYTES)
        self._cipher, self._buffer, self._number = _Cipher(key, header, owner), bytearray(), 0
        self._digest, self.size = sha256(), 0
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._out = os.fdopen(handle, "wb")
        self._out.write(header)

    @property
    def sha256(self) -> str:
        """Return the hash of what was written so far."""
        return self._digest.hexdigest()

    def write(self, data: bytes) -> None:
        """Append plain bytes."""
        self._digest.update(data)
        self.size += len(data)
        self._buffer += data
        # The last chunk is marked, so one is always kept back.
        while len(self._buffer) > CHUNK:
            self._chunk(bytes(self._buffer[:CHUNK]), last=False)
            del self._buffer[:CHUNK]

    def _chunk(self, plain: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.seal(self._number, last, plain))
        self._number += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._out.close()
            self._partial.unlink(missing_ok=True)
            return
        with self._out:
            self._chunk(bytes(self._buffer), last=True)
            self._out.flush()
            os.fsync(self._out.fileno())
        self._partial.rename(self._path)
        _sync_folder(self._path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_sealed(path: Path, *, key: bytes, owner: str) -> Iterator[bytes]:
    """Return an iterator over the plain content. The first chunk is checked at once, each other before it
    is given.

    Raises PackageDamaged, here or from the iterator.
    """
    try:
        source = path.open("rb")
    except OSError as fault:
        raise PackageDamaged(f"The package file cannot be read: {fault.strerror}.") from None
    try:
        chunks = _chunks(source, key, owner)
        first = next(chunks)
    except BaseException:
        source.close()
        raise
    return _with_first(first, chunks)


def _with_first(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _chunks(source: IO[bytes], key: bytes, owner: str) -> Iterator[bytes]:
    with source:
        header = source.read(HEADER_BYTES)
        if len(header) != HEADER_BYTES or not header.startswith(MAGIC):
            raise PackageDamaged("This is not a package file.")
        cipher = _Cipher(key, header, owner)
        number, sealed = 0, source.read(CHUNK + TAG_BYTES)
        while True:
            following = source.read(CHUNK + TAG_BYTES)
            yield cipher.open(number, not following, sealed)
            if not following:
                return
            number, sealed = number + 1, following
