"""Readings that several families share."""

import json
from typing import Any


def json_body(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a body that was verified; raises ValueError."""
    found = json.loads(body)
    if not isinstance(found, dict):
        raise ValueError("The body is no JSON object.")
    return found


def part(value: Any) -> dict[str, Any]:
    """Return a value that should be an object; an empty one when it is none."""
    return value if isinstance(value, dict) else {}


def parts(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a value that should be a list of them."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
