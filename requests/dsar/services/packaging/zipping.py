"""A ZIP file written front to back. Members are compressed before they are added, so two can grow side by
side.

The library's writer has one open member at a time and would need a second pass over the rows for the second
format. Sizes are known when a member is added: no data descriptors, and Zip64 only where it is needed
(APPNOTE 6.3.10).
"""

import struct
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from isal import isal_zlib

from dsar.services.packaging.spool import Spool

LEVEL = 1
_UTF8_NAME, _DEFLATED, _UNIX = 0x0800, 8, 3
# What does not fit four bytes (two for the count) stands as this mark, and in full in a Zip64 record.
_MARK, _COUNT_MARK = 0xFFFFFFFF, 0xFFFF
LIMIT, COUNT_LIMIT = _MARK, _COUNT_MARK
_REGULAR_FILE = 0o100600 << 16


class Compressed:
    """One member while it grows, compressed on the way into a spool."""

    def __init__(self, folder: Path) -> None:
        self._deflate = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)
        self.folder = folder
        self.spool = Spool(folder)
        self.crc = 0
        self.size = 0

    def write(self, data: bytes) -> None:
        """Append plain bytes."""
        self.crc = isal_zlib.crc32(data, self.crc)
        self.size += len(data)
        if packed := self._deflate.compress(data):
            self.spool.write(packed)

    def finish(self) -> None:
        """End the member; afterwards it can be added to a ZIP file."""
        self.spool.write(self._deflate.flush())


class _Entry(NamedTuple):
    name: bytes
    crc: int
    packed: int
    size: int
    offset: int


class ZipWriter:
    """Writes to anything that takes bytes. `moment` is the time that all members show, in UTC."""

    def __init__(self, write: Callable[[bytes], object], *, moment: datetime) -> None:
        self._to, self._position, self._entries = write, 0, list[_Entry]()
        utc = moment.astimezone(UTC)
        self._time = utc.hour << 11 | utc.minute << 5 | utc.second // 2
        self._date = max(utc.year - 1980, 0) << 9 | utc.month << 5 | utc.day

    def _write(self, data: bytes) -> None:
        self._to(data)
        self._position += len(data)

    def add(self, name: str, member: Compressed) -> None:
        """Append a finished member and give its spool back."""
        self._begin(name, member.crc, member.spool.size, member.size)
        for block in member.spool.read():
            self._write(block)
        member.spool.close()

    def add_bytes(self, name: str, data: bytes) -> None:
        """Append a small member as a whole."""
        deflate = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)
        packed = deflate.compress(data) + deflate.flush()
        self._begin(name, isal_zlib.crc32(data), len(packed), len(data))
        self._write(packed)

    def _begin(self, name: str, crc: int, packed: int, size: int) -> None:
        entry = _Entry(name.encode(), crc, packed, size, self._position)
        self._entries.append(entry)
        large = max(packed, size) >= LIMIT
        extra = struct.pack("<HHQQ", 1, 16, size, packed) if large else b""
        shown = (_MARK, _MARK) if large else (packed, size)
        fixed = self._common(entry, large) + struct.pack("<II", *shown)
        self._write(b"PK\3\4" + fixed + struct.pack("<HH", len(entry.name), len(extra)) + entry.name + extra)

    def _common(self, entry: _Entry, large: bool) -> bytes:
        version = 45 if large else 20
        return struct.pack("<HHHHHI", version, _UTF8_NAME, _DEFLATED, self._time, self._date, entry.crc)

    def close(self) -> None:
        """Write the list of members."""
        start = self._position
        for entry in self._entries:
            self._write(self._listed(entry))
        self._end(start, self._position - start)

    def _listed(self, entry: _Entry) -> bytes:
        wide = [value for value in (entry.size, entry.packed, entry.offset) if value >= LIMIT]
        extra = struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
        packed, size, offset = (_narrow(value) for value in (entry.packed, entry.size, entry.offset))
        made_by = struct.pack("<BB", 45, _UNIX)
        fixed = made_by + self._common(entry, bool(wide)) + struct.pack("<II", packed, size)
        lengths = struct.pack("<HHHHHII", len(entry.name), len(extra), 0, 0, 0, _REGULAR_FILE, offset)
        return b"PK\1\2" + fixed + lengths + entry.name + extra

    def _end(self, start: int, length: int) -> None:
        count, here = len(self._entries), self._position
        if count >= COUNT_LIMIT or max(start, length) >= LIMIT:
            self._write(
                b"PK\6\6" + struct.pack("<QBBHIIQQQQ", 44, 45, _UNIX, 45, 0, 0, count, count, length, start)
            )
            self._write(b"PK\6\7" + struct.pack("<IQI", 0, here, 1))
        shown = _COUNT_MARK if count >= COUNT_LIMIT else count
        sizes = (_narrow(length), _narrow(start))
        self._write(b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, shown, shown, *sizes, 0))


def _narrow(value: int) -> int:
    return _MARK if value >= LIMIT else value
