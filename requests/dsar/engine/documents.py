"""Masking inside documents and lists: targeted values go, their positions stay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from platforms.connectors.sql.values import canon


class Wanted:
    """The values by which list elements are known, in their comparable form; `fold`: whatever their case."""

    def __init__(self, values: Iterable[Any], *, fold: bool) -> None:
        self.fold = fold
        self.values = {self._plain(value) for value in values}

    def _plain(self, value: Any) -> str:
        return canon(value).strip().lower() if self.fold else canon(value)

    def __contains__(self, value: object) -> bool:
        return self._plain(value) in self.values


@dataclass(frozen=True, slots=True)
class Edit:
    """One change in a document.

    `path`: keys from the document's root; `value`: what is written; `guard`: None, or the path at which a
    list element must hold one of `wanted` to be changed.
    """

    path: tuple[str, ...]
    value: Any = None
    guard: tuple[str, ...] | None = None
    wanted: "Wanted | None" = None


def masked(document: Any, edits: Sequence[Edit]) -> Any:
    """Return a copy of a document with the edits applied; lists keep their length and order.

    What decides whether an element is changed is masked last.
    """
    for edit in sorted(edits, key=lambda one: one.guard is not None and one.path == one.guard):
        document = _apply(document, edit.path, edit.guard, edit)
    return document


def _apply(part: Any, path: Sequence[str], guard: Sequence[str] | None, edit: Edit) -> Any:
    if isinstance(part, list):
        return [
            element
            if guard is not None and edit.wanted is not None and not _holds(element, guard, edit.wanted)
            else _apply(element, path, guard, edit)
            for element in part
        ]
    if not path:
        return part if part is None else edit.value
    if not isinstance(part, dict) or path[0] not in part:
        return part
    further = guard[1:] if guard and guard[0] == path[0] else None
    return part | {path[0]: _apply(part[path[0]], path[1:], further, edit)}


def matching(value: Any, path: Sequence[str], wanted: Wanted) -> Any:
    """Return a value with only those list elements that hold one of `wanted` at `path`."""
    if isinstance(value, list):
        return [element for element in value if _holds(element, path, wanted)]
    if path and isinstance(value, dict) and path[0] in value:
        return value | {path[0]: matching(value[path[0]], path[1:], wanted)}
    return value


def _holds(value: Any, path: Sequence[str], wanted: Wanted) -> bool:
    if isinstance(value, list):
        return any(_holds(element, path, wanted) for element in value)
    if path:
        return isinstance(value, dict) and _holds(value.get(path[0]), path[1:], wanted)
    return value in wanted
