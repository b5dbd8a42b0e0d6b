"""A temporary file for what has to wait for its place: in memory while small, then on disk, nameless and
encrypted.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

IN_MEMORY = 256 * 1024
BLOCK = 64 * 1024


class Spool:
    """Bytes to append, then to read from the start, as often as wanted. The key lives no longer than the
    object.
    """

    def __init__(self, folder: Path) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(folder))  # noqa: SIM115
        self._cipher = Cipher(AES(os.urandom(32)), CTR(os.urandom(16)))
        self._writer: CipherContext = self._cipher.encryptor()
        self.size = 0

    def write(self, data: bytes) -> None:
        """Append."""
        self._file.write(self._writer.update(data))
        self.size += len(data)

    def read(self) -> Iterator[bytes]:
        """Yield everything written so far. Nothing can be appended while this runs."""
        reader, here = self._cipher.decryptor(), 0
        while here < self.size:
            self._file.seek(here)
            block = self._file.read(BLOCK)
            here += len(block)
            yield reader.update(block)
        self._file.seek(0, os.SEEK_END)

    def close(self) -> None:
        """Give the disk space back."""
        self._file.close()
