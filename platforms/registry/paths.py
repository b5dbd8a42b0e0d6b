"""The places of an entry that a company may make stricter, and how a value gets there."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from platforms.registry.schema import Entry
from platforms.registry.schema.words import Fact

P = TypeVar("P", bound=Fact)


def paths(entry: Entry) -> Iterator[tuple[str, str | None]]:
    """Yield every path that may be overridden, with the value that stands there.

    `deletion.TRIGGER`, `data_elements.ELEMENT.ship` and `.platform_max`, `liveness.every`,
    `legal.review_every`.
    """
    for trigger, deadline in entry.deletion.items():
        yield f"deletion.{trigger}", deadline.platform
    for element in entry.data_elements:
        yield f"data_elements.{element.key}.ship", element.ship
        yield f"data_elements.{element.key}.platform_max", element.platform_max
    if entry.liveness:
        yield "liveness.every", entry.liveness.every
    yield "legal.review_every", entry.legal.review_every


def value_at(entry: Entry, path: str) -> str | None:
    """Return what stands at a path. Raises KeyError for one that cannot be overridden."""
    known = dict(paths(entry))
    if path not in known:
        raise KeyError(f"{entry.key} has nothing at {path[:120]!r} that could be made stricter.")
    return known[path]


def put(entry: Entry, values: Mapping[str, str]) -> Entry:
    """Return the entry with these values; one for a path that its file no longer has is left out."""
    known = dict(paths(entry))
    replaced = {path: known[path] or "" for path in values if path in known}
    for path in replaced:
        entry = _put(entry, path.split("."), values[path])
    made = entry.model_copy()
    made._overridden = replaced
    return made


def _put(entry: Entry, steps: list[str], value: str) -> Entry:
    head, *rest = steps
    part: Any = getattr(entry, head)
    if head == "deletion":
        changed: Any = {**part, rest[0]: _changed(part[rest[0]], "platform", value)}
    elif head == "data_elements":
        changed = tuple(_changed(one, rest[1], value) if one.key == rest[0] else one for one in part)
    else:
        changed = _changed(part, rest[0], value)
    return _changed(entry, head, changed)


def _changed(part: P, name: str, value: Any) -> P:
    return part.model_copy(update={name: value})
