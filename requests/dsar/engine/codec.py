"""Values of keys and masks in JSON and back, without losing their type."""

import base64
import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

_READ: Mapping[str, Callable[[str], Any]] = {
    "uuid": uuid.UUID,
    "decimal": Decimal,
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
    "bytes": base64.b64decode,
    "seconds": lambda text: dt.timedelta(seconds=float(text)),
}


def encode(value: Any) -> Any:
    """Return a JSON form; types that JSON lacks become {"$type": text}."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, uuid.UUID):
        return {"$uuid": str(value)}
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    for kind in (dt.datetime, dt.date, dt.time):
        if isinstance(value, kind):
            return {f"${kind.__name__}": value.isoformat()}
    if isinstance(value, dt.timedelta):
        return {"$seconds": str(value.total_seconds())}
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"$bytes": base64.b64encode(bytes(value)).decode()}
    return str(value)


def decode(value: Any) -> Any:
    """Return the value that `encode` was given."""
    if isinstance(value, dict) and len(value) == 1:
        ((name, text),) = value.items()
        if name.startswith("$") and name[1:] in _READ:
            return _READ[name[1:]](text)
    return value


def jsonable(value: Any) -> Any:
    """Return a value as it may stand in an answer: bytes as base64, everything else readable, no NaN."""
    if isinstance(value, dict):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [jsonable(item) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)
    found = encode(value)
    if isinstance(found, dict):
        ((_, text),) = found.items()
        return text
    return found
