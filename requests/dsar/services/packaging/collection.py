"""One collection in both formats at the same time, block by block."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dsar.services.packaging import cells
from dsar.services.packaging.zipping import Compressed

BOM = b"\xef\xbb\xbf"
FIRST_BLOCK, LARGEST_BLOCK = 64, 512
BLOCK_BYTES = 256 * 1024
SHOWN_ROWS = 20
SHOWN_TEXT = 300
Row = Mapping[str, Any]


class Part:
    """A CSV and a JSON file with the same columns: those of the first block.

    A row with further fields ends the part; the next one has a last column for whatever else comes
    (`spare`), so that nothing is lost and there are never more than two. Blocks adapt to the width of the
    rows, so that memory stays flat.
    """

    def __init__(self, folder: Path, names: Sequence[str] = (), *, spare: bool = False) -> None:
        self.csv, self.json = Compressed(folder), Compressed(folder)
        self.names, self.rows = tuple(names), 0
        self.preview: list[list[str]] = []
        self._spare = spare
        self._block: list[Row] = []
        self._size = FIRST_BLOCK

    def add(self, row: Row) -> "Part | None":
        """Take a row. Returns the part to go on with when a row has fields that this part has no column
        for.
        """
        self._block.append(row)
        return self.flush() if len(self._block) >= self._size else None

    def flush(self) -> "Part | None":
        """Write what waits; returns the part to go on with, or None = this one."""
        block, self._block = self._block, []
        if not self.names:
            self.names = _all_names(block)
        if self._spare or not all(map(self.names.__eq__, map(tuple, block))):
            return self._flush_uneven(block)
        if self.names:
            self._write(block)
        return None

    def _flush_uneven(self, block: list[Row]) -> "Part | None":
        known = set(self.names)
        first = next((number for number, row in enumerate(block) if not row.keys() <= known), len(block))
        following = None
        if first < len(block) and not self._spare:
            following = Part(self.csv.folder, _all_names([dict.fromkeys(self.names), *block]), spare=True)
            block, following._block = block[:first], block[first:]
        if block:
            self._write([self._even(row) for row in block])
        return following

    def _write(self, block: Sequence[Row]) -> None:
        columns = [cells.column(values) for values in zip(*[row.values() for row in block], strict=True)]
        as_csv = cells.csv_rows(columns).encode("utf-8", "backslashreplace")
        as_json = cells.json_rows(block, simple=all(column.simple for column in columns))
        if not self.rows:
            as_csv = BOM + f"{cells.csv_line(list(block[0]))}\r\n".encode() + as_csv
        self.csv.write(as_csv)
        self.json.write((b",\n" if self.rows else b"[\n") + as_json)
        self._show(block)
        self.rows += len(block)
        wanted = len(block) * BLOCK_BYTES // max(len(as_csv) + len(as_json), 1)
        self._size = max(1, min(wanted, LARGEST_BLOCK))

    def _even(self, row: Row) -> Row:
        """Return a row with all fields of this part, and the further ones in the last column."""
        found = {name: row.get(name) for name in self.names}
        if self._spare:
            further = {name: value for name, value in row.items() if name not in found}
            found[_spare_name(self.names)] = further or None
        return found

    def _show(self, block: Sequence[Row]) -> None:
        for row in block[: SHOWN_ROWS - len(self.preview)]:
            self.preview.append([_shown(row.get(name)) for name in self.names])

    def finish(self) -> "Part | None":
        """End both files; returns the part that has to be finished next, if any."""
        following = self.flush() if self._block else None
        self.json.write(b"\n]\n" if self.rows else b"[]\n")
        self.csv.finish()
        self.json.finish()
        return following


def _all_names(rows: Iterable[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for row in rows for name in row))


def _spare_name(names: Sequence[str]) -> str:
    """Return a name for the last column that no field has."""
    name = "other_fields"
    while name in names:
        name += "_"
    return name


def _shown(value: Any) -> str:
    """Return a value for the page: one line of bounded length."""
    if value is None:
        return ""
    text = (
        value
        if isinstance(value, str)
        else cells.as_text(value)
        if _is_single(value)
        else cells.encode(value)
    )
    return text if len(text) <= SHOWN_TEXT else f"{text[: SHOWN_TEXT - 1]}…"


def _is_single(value: Any) -> bool:
    return not isinstance(value, (Mapping, list, tuple, set, frozenset, bool))
