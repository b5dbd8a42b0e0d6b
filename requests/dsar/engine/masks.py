"""Masks: what may stand in a column instead of personal data. Pure; which one is legal here is decided by
`candidates` from the column alone, and by the planner from checks and unique values.
"""

import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from platforms.connectors.base import Key
from platforms.connectors.schema import Column
from platforms.connectors.sql.values import canon
from platforms.datasets import FieldSpec

Style = Literal["null", "constant", "token", "email", "number", "day", "uuid", "hash", "document"]
MaskName = Literal["null", "hash", "keyed_hash", "rewrite", "delete"]
_ERASED = ("[erased]", "erased", "-", "")
_DOMAIN = "@erased.invalid"
_NEUTRAL = (
    "erased",
    "deleted",
    "anonymous",
    "anonymized",
    "unknown",
    "undisclosed",
    "unspecified",
    "not_specified",
)
_NEUTRAL_SHORT = ("none", "n/a", "na", "other", "x")
_CONSTANTS: Mapping[str, tuple[Any, ...]] = {
    "integer": (0, 1),
    "number": (0, 1),
    "boolean": (False,),
    "date": ("1970-01-01", "1900-01-01"),
    "datetime": ("1970-01-02 00:00:00", "2000-01-01 00:00:00"),
    "time": ("00:00:00",),
    "uuid": ("00000000-0000-0000-0000-000000000000",),
    "bytes": (b"",),
    "json": ("{}", "[]", "null"),
    "array": ("{}",),
}
_BY_TYPE: Mapping[str, Any] = {
    "inet": "0.0.0.0",  # noqa: S104 - a neutral address, nothing listens on it
    "cidr": "0.0.0.0/32",
    "macaddr": "00:00:00:00:00:00",
    "interval": "0",
    "money": "0",
    "tsvector": "",
    "xml": "<erased/>",
}
_HEX = re.compile(r"[0-9a-f]*")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Mask:
    """One way to mask a column.

    `style`: how values are made; `value`: the constant; `length`: of generated text in characters, of numbers
    in digits; `prefix`, `suffix`: around generated text; `note`: why this one.
    """

    style: Style
    value: Any = None
    length: int = 0
    prefix: str = ""
    suffix: str = ""
    note: str = ""

    @property
    def action(self) -> str:
        """Return the word for plans: null, hash or rewrite."""
        return {"null": "null", "hash": "hash"}.get(self.style, "rewrite")

    @property
    def per_row(self) -> bool:
        """Return whether the value differs from row to row."""
        return self.style not in ("null", "constant")


def _digest(salt: str, *parts: str) -> bytes:
    return hmac.digest(salt.encode(), "\x1f".join(parts).encode(), "sha256")


def _text(digest: bytes, length: int) -> str:
    number = int.from_bytes(digest * (1 + length // 40), "big")
    signs: list[str] = []
    while len(signs) < length:
        number, rest = divmod(number, len(_DIGITS))
        signs.append(_DIGITS[rest])
    return "".join(signs)


def made_for_row(mask: Mask, salt: str, place: str, key: Key) -> Any:
    """Return the value of a generated mask for one row.

    It depends on salt, place (collection and field) and the row's key alone, so that it can be made again for
    the proof and says nothing about what stood there.
    """
    digest = _digest(salt, place, *(canon(part) for part in key))
    if mask.style == "number":
        return int.from_bytes(digest[:16], "big") % (10**mask.length - 1) + 1
    if mask.style == "day":
        return (date(1900, 1, 1) + timedelta(days=int.from_bytes(digest[:4], "big") % 36_000)).isoformat()
    if mask.style == "uuid":
        raw = digest[:6].hex() + "8" + digest[6:8].hex()[1:] + "8" + digest[8:16].hex()[1:]
        return f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:32]}"
    return f"{mask.prefix}{_text(digest, mask.length)}{mask.suffix}"


def hashed(mask: Mask, salt: str, value: Any) -> Any:
    """Return the keyed hash of a value: the same within a plan wherever the value stands; None stays None."""
    if value is None:
        return None
    return _digest(salt, "value", canon(value)).hex()[: mask.length]


def looks_hashed(mask: Mask, value: Any) -> bool:
    """Return whether a value has the form of a keyed hash."""
    text = str(value)
    return value is None or (len(text) == mask.length and _HEX.fullmatch(text) is not None)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a field: the mask of the request or the dataset's order, and the place it must fit."""

    mask: str
    unique: bool = False
    email: bool = False
    ordered: Mapping[str, Any] | None = None


def wish_for(field: FieldSpec, mask: MaskName | None, *, unique: bool, email: bool) -> Wish:
    """Return the wish for a field: the dataset's override first, then the request's mask, then null."""
    if field.override:
        return Wish(field.override.strategy, unique, email, field.override.configuration)
    return Wish({"delete": "null", None: "null"}.get(mask, mask or "null"), unique, email)


def candidates(column: Column, wish: Wish) -> Iterator[Mask]:
    """Yield the masks that the column's type, length and NOT NULL allow, the wished one first."""
    null = [Mask("null", note="")] if column.nullable else []
    if wish.mask in ("null", "null_rewrite"):
        yield from null
        why = "the column does not allow null, so it is rewritten"
        yield from _rewrites(column, wish, why)
        return
    if column.family == "text":
        yield from _wished_text(column, wish)
        yield from _rewrites(
            column, wish, "" if wish.mask == "rewrite" else "the wished mask is not legal here"
        )
        yield from null
        return
    for mask in null:
        yield Mask(mask.style, note=f"{wish.mask} makes text, and this column holds {column.family}")
    yield from _rewrites(column, wish, f"{wish.mask} makes text, and this column holds {column.family}")


def _limit(column: Column) -> int:
    return column.length if column.length is not None else 255


def _suffix(ordered: Mapping[str, Any]) -> str:
    kept = ordered.get("format_preservation")
    return str(kept.get("suffix") or "") if isinstance(kept, Mapping) else ""


def _wished_text(column: Column, wish: Wish) -> Iterator[Mask]:
    limit, ordered = _limit(column), wish.ordered or {}
    suffix = _suffix(ordered)
    if wish.mask == "string_rewrite" and not wish.unique:
        text = f"{ordered.get('rewrite_value', 'MASKED')}{suffix}"
        short = " (shortened to fit)" if len(text) > limit else ""
        yield Mask("constant", text[:limit], note=f"the dataset orders this value{short}")
    elif wish.mask == "string_rewrite":
        text = f"{ordered.get('rewrite_value', 'MASKED')}{suffix}"[:limit]
        yield Mask("constant", text, note="the dataset orders this value")
        yield Mask(
            "token", length=min(24, limit), note="the ordered value would stand twice in a unique column"
        )
    elif wish.mask == "random_string_rewrite":
        room = max(1, limit - len(suffix))
        length = min(int(ordered.get("length") or 30), room)
        if len(suffix) < limit:
            yield Mask("token", length=length, suffix=suffix, note="the dataset orders a random value")
    elif wish.mask in ("hash", "keyed_hash"):
        yield Mask("hash", length=min(64, limit))


def _rewrites(column: Column, wish: Wish, why: str) -> Iterator[Mask]:
    if column.family == "text":
        yield from _rewritten_text(column, wish, why)
    elif column.family == "enum":
        for label in _neutral_labels(column.labels):
            yield Mask("constant", label, note=why)
    else:
        yield from _unique_values(column, why) if wish.unique else _constants(column, why)


def _neutral_labels(labels: tuple[str, ...]) -> list[str]:
    words = (*_NEUTRAL, *_NEUTRAL_SHORT)
    plain = {label.lower().replace(" ", "_").replace("-", "_"): label for label in labels}
    return [plain[word] for word in words if word in plain]


def _rewritten_text(column: Column, wish: Wish, why: str) -> Iterator[Mask]:
    limit = _limit(column)
    if wish.email and limit >= len(_DOMAIN) + 1:
        room = min(24, limit - len(_DOMAIN))
        if wish.unique:
            yield Mask("email", length=room, suffix=_DOMAIN, note=why)
        elif limit >= len("erased" + _DOMAIN):
            yield Mask("constant", "erased" + _DOMAIN, note=why)
        else:
            yield Mask("constant", "x" + _DOMAIN, note=why)
    if wish.unique:
        prefix = "erased-" if limit >= 24 else ""
        yield Mask("token", length=min(24, limit) - len(prefix), prefix=prefix, note=why)
    else:
        yield from (Mask("constant", text, note=why) for text in _ERASED if len(text) <= limit)
        yield Mask("constant", "x" * min(limit, 8), note=why)


def _constants(column: Column, why: str) -> Iterator[Mask]:
    if column.type_name.lower() == "bit(1)":
        yield Mask("constant", "0", note=why)
        return
    if column.family in _CONSTANTS:
        yield from (Mask("constant", value, note=why) for value in _CONSTANTS[column.family])
    elif column.type_name in _BY_TYPE:
        yield Mask("constant", _BY_TYPE[column.type_name], note=why)
    elif not column.strict:
        yield from (Mask("constant", text, note=why) for text in _ERASED)


def _unique_values(column: Column, why: str) -> Iterator[Mask]:
    if column.family in ("integer", "number"):
        yield Mask("number", length=_number_digits(column), note=why)
    elif column.family == "uuid":
        yield Mask("uuid", note=why)
    elif column.family in ("date", "datetime"):
        yield Mask("day", note=why)
    elif not column.strict:
        yield Mask("token", length=24, note=why)


def _number_digits(column: Column) -> int:
    if column.precision is not None:
        return max(1, column.precision - (column.scale or 0))
    return {8: 2, 16: 4, 24: 6, 32: 9}.get(column.bits or 0, 15)
