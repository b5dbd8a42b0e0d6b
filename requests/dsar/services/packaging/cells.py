"""Values of any source as CSV cells and as JSON, a column at a time: a loop over cells would cost three
times as much.

CSV: numbers stay numbers; text that a spreadsheet program would run as a formula gets a leading apostrophe;
documents are JSON text. Both formats: times in ISO 8601 with their offset, bytes as `base64:…`, nothing
dropped.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from json import JSONEncoder
from math import isfinite
from types import NoneType
from typing import Any, NamedTuple

import orjson
from django.utils.duration import duration_iso_string

from config.spreadsheets import PATTERN, guarded

_WHOLE_MINUTES = 1972
_FORMULA_IN_COLUMN = re.compile(f"\0{PATTERN}")


class Cells(NamedTuple):
    """A column for CSV. `quoted`: its cells stand between quotation marks; `simple`: orjson writes its values
    exactly as they are, so that rows need no look at each value.
    """

    csv: Sequence[object]
    quoted: bool
    simple: bool = True


def plain(value: Any) -> Any:
    """Return what JSON can hold: null, a truth value, a number, text, a list or an object."""
    kind = type(value)
    if kind in (NoneType, bool, int, str):
        return value
    if kind is float:
        return value if isfinite(value) else str(value)
    return _plain_other(value)


def _plain_other(value: Any) -> Any:
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(inner) for inner in value), key=str)
    return as_text(value)


def as_text(value: Any) -> str:
    """Return a single value as text: ISO 8601 for times, base64 for bytes, `str` for what has no better
    form.
    """
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(duration_iso_string(value))
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"base64:{b64encode(bytes(value)).decode()}"
    return str(value)


_encode = JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def encode(value: Any) -> str:
    """Return the JSON of a single value. A decimal number keeps all its digits."""
    if type(value) is Decimal and value.is_finite():
        return str(value)
    return _encode(plain(value))


def column(values: Sequence[Any]) -> Cells:
    """Return the cells of one column; all kinds of value may be mixed in it."""
    kinds = set(map(type, values))
    kinds.discard(NoneType)
    known = _KINDS.get(next(iter(kinds))) if len(kinds) == 1 else None
    if not kinds:
        return Cells([""] * len(values), False)
    return known(values) if known else _mixed(values)


def _text(values: Sequence[str | None]) -> Cells:
    return Cells(_quotable(["" if value is None else value for value in values]), True)


def _quotable(cells: list[str]) -> list[str]:
    """Return text cells with formulas disarmed and quotation marks doubled: many in one look, parted by
    NUL.
    """
    joined = "\0".join(cells)
    if joined.count("\0") >= len(cells):
        cells = [cell.replace("\0", "\ufffd") for cell in cells]
        joined = "\0".join(cells)
    if _FORMULA_IN_COLUMN.search(f"\0{joined}"):
        cells = [guarded(cell) for cell in cells]
        joined = "\0".join(cells)
    return joined.replace('"', '""').split("\0") if '"' in joined else cells


def _numbers(values: Sequence[int | bool | None]) -> Cells:
    try:
        return Cells(_flat(values), False)
    except orjson.JSONEncodeError:  # beyond 64 bits
        return Cells(["" if value is None else str(value) for value in values], False, simple=False)


def _flat(values: Sequence[Any]) -> list[str]:
    """Return numbers, truth values or times as text, all at once: nothing in them is a comma."""
    return orjson.dumps(values)[1:-1].decode().replace("null", "").replace('"', "").split(",")


def _floats(values: Sequence[float | None]) -> Cells:
    finite = all(value is None or isfinite(value) for value in values)
    return Cells(_flat(values), False) if finite else _mixed(values)


def _decimals(values: Sequence[Decimal | None]) -> Cells:
    if not all(value is None or value.is_finite() for value in values):
        return _mixed(values)
    return Cells(["" if value is None else str(value) for value in values], False)


def _dates(values: Sequence[date | None]) -> Cells:
    return Cells(_flat(values), False)


def _moments(values: Sequence[datetime | None]) -> Cells:
    # Offsets of old times have seconds, which orjson rounds away.
    if any(value is not None and value.year < _WHOLE_MINUTES for value in values):
        return _mixed(values)
    return Cells(_flat(values), False)


def _mixed(values: Sequence[Any]) -> Cells:
    """Cell by cell: documents, bytes, identifiers, and columns of several kinds."""
    cells = [_cell(value) for value in values]
    return Cells([cell.replace("\0", "\ufffd").replace('"', '""') for cell in cells], True, simple=False)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    written = encode(value)
    if written[0] == '"':
        return guarded(value if type(value) is str else str(plain(value)))
    # Numbers and truth values are as harmless as documents, which begin with a bracket.
    return written


_KINDS: dict[type, Callable[[Sequence[Any]], Cells]] = {
    str: _text,
    int: _numbers,
    bool: _numbers,
    float: _floats,
    Decimal: _decimals,
    datetime: _moments,
    date: _dates,
}


def csv_line(names: Sequence[str]) -> str:
    """Return the CSV header."""
    return ",".join(f'"{cell}"' for cell in _quotable(list(names)))


def csv_rows(columns: Sequence[Cells]) -> str:
    """Return complete CSV lines, the last line break included (RFC 4180)."""
    shape = ",".join('"%s"' if cells.quoted else "%s" for cells in columns) + "\r\n"
    return "".join(map(shape.__mod__, zip(*(cells.csv for cells in columns), strict=True)))


def json_rows(rows: Sequence[Mapping[str, Any]], *, simple: bool) -> bytes:
    """Return JSON objects, one a line, parted by commas. `simple`: every column of the rows is."""
    if simple:
        try:
            return b",\n".join([orjson.dumps(row, _decimal) for row in rows])
        except (
            orjson.JSONEncodeError
        ):  # text that is no Unicode, or a row that is no dict: once more with care
            pass
    return b",\n".join([_json_row(row) for row in rows])


def _decimal(value: Any) -> Any:
    if type(value) is Decimal:
        return orjson.Fragment(str(value))
    raise TypeError


def _json_row(row: Mapping[str, Any]) -> bytes:
    inner = ",".join(f"{_encode(name)}:{encode(value)}" for name, value in row.items())
    return f"{{{inner}}}".encode("utf-8", "backslashreplace")
