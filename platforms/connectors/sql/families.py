"""What kind of value a column holds, from the name of its type."""

import re

from platforms.connectors.schema import Family

_WORDS: tuple[tuple[str, Family], ...] = (
    ("bool", "boolean"),
    ("timestamp", "datetime"),
    ("datetime", "datetime"),
    ("date", "date"),
    ("interval", "other"),
    ("time", "time"),
    ("int", "integer"),
    ("serial", "integer"),
    ("year", "integer"),
    ("uuid", "uuid"),
    ("json", "json"),
    ("char", "text"),
    ("clob", "text"),
    ("text", "text"),
    ("string", "text"),
    ("blob", "bytes"),
    ("bytea", "bytes"),
    ("binary", "bytes"),
    ("real", "number"),
    ("floa", "number"),
    ("doub", "number"),
    ("dec", "number"),
    ("num", "number"),
)
_BITS = {"tinyint": 8, "smallint": 16, "int2": 16, "mediumint": 24, "bigint": 64, "int8": 64}


def family_of(type_name: str) -> Family:
    """Return the family of a type by its written name; "other" for what we do not know."""
    lowered = type_name.lower()
    if lowered.endswith("[]"):
        return "array"
    if "point" in lowered or "range" in lowered or lowered.startswith("interval"):
        return "other"
    return next((family for word, family in _WORDS if word in lowered), "other")


def length_of(type_name: str) -> int | None:
    """Return the length in `varchar(40)`."""
    found = re.search(r"char\w*(?: varying)?\s*\(\s*(\d+)", type_name, re.I)
    return int(found.group(1)) if found else None


def bits_of(type_name: str) -> int | None:
    """Return the width of a whole-number type."""
    lowered = type_name.lower()
    return next((bits for word, bits in _BITS.items() if word in lowered), 32 if "int" in lowered else None)


def precision_of(type_name: str) -> tuple[int | None, int | None]:
    """Return precision and scale of `numeric(10,2)`."""
    found = re.search(r"(?:numeric|decimal)\s*\(\s*(\d+)\s*(?:,\s*(\d+))?", type_name, re.I)
    return (int(found.group(1)), int(found.group(2) or 0)) if found else (None, None)
