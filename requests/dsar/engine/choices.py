"""Rows that are held because of other people, and what somebody decided to do with them.

Three kinds: `shared` rows also belong to another person; `third` rows are another person's; `values` are
other people's words or names in the person's own rows. A decision names the rows it was made about: what is
found later waits for a decision of its own.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dsar.engine import codec
from platforms.connectors.base import Key

SHARED, THIRD, VALUES = "shared", "third", "values"
KEEP, DETACH, MASK = "keep", "detach", "mask"
# What may be decided. Another person's row is never masked in the name of this person's request.
ACTIONS: Mapping[str, tuple[str, ...]] = {
    SHARED: (KEEP, DETACH, MASK),
    THIRD: (KEEP, DETACH),
    VALUES: (KEEP, MASK),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A decision about the held rows of one kind in one collection.

    `code`, `reason`: why they are kept, for the letter; `keys`: the rows it was made about.
    """

    collection: str
    kind: str
    action: str
    code: str
    reason: str
    keys: tuple[Key, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the decision as JSON data."""
        plain = {name: getattr(self, name) for name in ("collection", "kind", "action", "code", "reason")}
        return plain | {"keys": [[codec.encode(part) for part in key] for key in self.keys]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Choice":
        """Return the decision in JSON data."""
        keys = tuple(tuple(codec.decode(part) for part in key) for key in data["keys"])
        return cls(**(dict(data) | {"keys": keys}))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Held rows of one kind in one collection. `action` is empty while nobody has decided."""

    collection: str
    kind: str
    rows: int
    action: str = ""
    code: str = ""
    reason: str = ""


class Chosen:
    """The decisions of a plan, by collection, kind and row."""

    def __init__(self, choices: Iterable[Choice]) -> None:
        self._by: dict[tuple[str, str], dict[Key, Choice]] = {}
        for one in choices:
            known = self._by.setdefault((one.collection, one.kind), {})
            known.update(dict.fromkeys(one.keys, one))

    def of(self, collection: str, kind: str, key: Key) -> Choice | None:
        """Return the decision about one row, or None."""
        return self._by.get((collection, kind), {}).get(key)


def held_keys(part: Any, kind: str) -> list[Key]:
    """Return the rows of a collection's plan that are held for one kind of reason, decided or not."""
    return [key for group in part.groups if _is_held(group, kind) for key in group.keys]


def _is_held(group: Any, kind: str) -> bool:
    if group.third or kind == THIRD:
        return bool(group.third and kind == THIRD)
    if kind == SHARED:
        return bool(group.shared or group.decided in (MASK, DETACH))
    return bool(group.others) and not (group.shared or group.decided == DETACH)


def waiting(plan: Any, source: str) -> Iterator[Waiting]:
    """Yield the held rows of one source by collection, kind and decision; undecided ones first."""
    chosen = Chosen(plan.choices)
    for collection, part in plan.of(source):
        for kind in ACTIONS:
            found: dict[tuple[str, str, str], int] = {}
            for key in held_keys(part, kind):
                one = chosen.of(collection, kind, key)
                word = (one.action, one.code, one.reason) if one else ("", "", "")
                found[word] = found.get(word, 0) + 1
            for (action, code, reason), rows in sorted(found.items()):
                yield Waiting(collection, kind, rows, action, code, reason)


def chosen_for(plan: Any, decisions: Iterable[Mapping[str, str]]) -> list[Choice]:
    """Return the choices to plan with again: those of `plan`, replaced where `decisions` say otherwise.

    `decisions`: each {collection, kind, action, code, reason}, about all rows of that kind that `plan` holds.
    """
    new = {(one["collection"], one["kind"]): one for one in decisions}
    kept = [one for one in plan.choices if (one.collection, one.kind) not in new]
    return kept + [
        Choice(
            collection, kind, one["action"], one["code"], one["reason"],
            tuple(dict.fromkeys(held_keys(plan.collections[collection], kind))),
        )
        for (collection, kind), one in new.items()
        if collection in plan.collections
    ]  # fmt: skip
