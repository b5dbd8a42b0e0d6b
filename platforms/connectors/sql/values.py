"""Values between people, YAML and columns: coercion to what a column can hold, and one form for comparing."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from platforms.connectors.schema import Column

_TRUE, _FALSE = {"true", "t", "yes", "1"}, {"false", "f", "no", "0"}


def canon(value: Any) -> str:
    """Return one text for equal values of different types: 5, "5" and Decimal("5.0") agree."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, (float, Decimal)):
        return (
            str(int(value))
            if value == value and abs(value) != float("inf") and value == int(value)
            else str(value)
        )
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).hex()
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    return str(value)


def _integer(value: Any, column: Column) -> int:
    if isinstance(value, bool):
        raise ValueError("a truth value is no number")
    number = Decimal(str(value).strip())
    if number != number.to_integral_value():
        raise ValueError("not a whole number")
    found = int(number)
    if column.bits and not -(2 ** (column.bits - 1)) <= found < 2**column.bits:
        raise ValueError("out of range")
    return found


def _number(value: Any, column: Column) -> Decimal:
    del column
    number = Decimal(str(value).strip())
    if not number.is_finite():
        raise ValueError("not finite")
    return number


def _boolean(value: Any, column: Column) -> bool:
    del column
    word = str(value).strip().lower()
    if word not in _TRUE | _FALSE:
        raise ValueError("not a truth value")
    return word in _TRUE


def _date(value: Any, column: Column) -> Any:
    if not column.strict:
        return value.isoformat() if isinstance(value, dt.date) else value
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value).strip()[:10])


def _datetime(value: Any, column: Column) -> Any:
    if not column.strict:
        return value.isoformat(" ") if isinstance(value, dt.datetime) else value
    return value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value).strip())


def _time(value: Any, column: Column) -> Any:
    if isinstance(value, dt.time) or not column.strict:
        return value
    return dt.time.fromisoformat(str(value).strip())


def _uuid(value: Any, column: Column) -> Any:
    found = value if isinstance(value, uuid.UUID) else uuid.UUID(str(value).strip())
    return found if column.strict else str(value)


def _bytes(value: Any, column: Column) -> bytes:
    del column
    return bytes(value) if isinstance(value, (bytes, bytearray, memoryview)) else str(value).encode()


def _enum(value: Any, column: Column) -> str:
    if column.labels and str(value) not in column.labels:
        raise ValueError("not one of the labels")
    return str(value)


def _text(value: Any, column: Column) -> str:
    del column
    found = canon(value) if not isinstance(value, bool) else str(value)
    if "\x00" in found:
        raise ValueError("contains a zero byte")
    return found


_COERCE: dict[str, Callable[[Any, Column], Any]] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "uuid": _uuid,
    "bytes": _bytes,
    "enum": _enum,
}


def coerce(value: Any, column: Column) -> Any:
    """Return `value` as the column would hold it. Raises ValueError when it cannot hold it."""
    convert: Callable[[Any, Column], Any] = _COERCE.get(column.family, _text)
    try:
        return convert(value, column)
    except (InvalidOperation, OverflowError, AttributeError) as fault:
        raise ValueError(f"{column.name} cannot hold the value") from fault


def _loose(value: Any) -> Iterator[Any]:
    """Both spellings of a number, for a column without a type of its own."""
    yield value
    if isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, str) and value.isdecimal() and len(value) < 19:
        yield int(value)


def fitting(values: Iterable[Any], column: Column) -> list[Any]:
    """Return the distinct values that the column can hold; the others cannot be in it."""
    found: dict[str, Any] = {}
    for value in values:
        try:
            held = coerce(value, column)
        except ValueError:
            continue
        spellings = _loose(value) if not column.strict and column.family == "other" else (held,)
        found.update({f"{type(one).__name__}:{one}": one for one in spellings})
    return list(found.values())
