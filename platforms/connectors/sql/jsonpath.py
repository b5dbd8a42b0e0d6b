"""Values inside documents: following dotted paths through objects and lists."""

import json
from collections.abc import Iterator, Sequence
from typing import Any


def decode(value: Any) -> Any:
    """Return the document in a column's value; text that is no JSON comes back as it is."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        value = bytes(value).decode("utf-8", "replace")
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def values_at(document: Any, path: Sequence[str]) -> Iterator[Any]:
    """Yield the plain values at `path`, going through every list on the way."""
    if isinstance(document, list):
        for element in document:
            yield from values_at(element, path)
    elif path and isinstance(document, dict):
        yield from values_at(document.get(path[0]), path[1:])
    elif not path and document is not None and not isinstance(document, dict):
        yield document
