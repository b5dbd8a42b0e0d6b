"""Which column says when a period begins, and by which links a row reaches it. Pure: over datasets alone."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from platforms.datasets import CollectionSpec
from retention.rules.exceptions import TRIGGER_NAMES, normal_name

MAX_STEPS = 3
BORN = "user.demographic.date_of_birth"


@dataclass(frozen=True, slots=True)
class Link:
    """`column` of a collection holds the `key` of another collection (`dataset.collection`)."""

    column: str
    target: str
    key: str


@dataclass(frozen=True, slots=True)
class Way:
    """From a collection over links to the column that says when the period begins.

    `collection`: where the column stands, as `dataset.collection`.
    """

    collection: str
    column: str
    links: tuple[Link, ...] = ()

    @property
    def words(self) -> str:
        """Return the way as staff read it: `account_id → social_accounts.disconnected_at`."""
        steps = [link.column for link in self.links]
        own = self.column if not self.links else f"{self.collection.partition('.')[2]}.{self.column}"
        return " → ".join([*steps, own])


def own_column(collection: CollectionSpec, trigger: str) -> str:
    """Return the column of a collection that holds the moment of a trigger; empty where none does.

    What the dataset marks under `trigger_fields` counts; else the names of TRIGGER_NAMES, best first.
    """
    if trigger in collection.trigger_fields:
        return collection.trigger_fields[trigger]
    names = {normal_name(one.name): one.name for one in collection.fields if BORN not in one.categories}
    for pattern in TRIGGER_NAMES.get(trigger, ()):
        for plain, name in names.items():
            if fnmatchcase(plain, pattern):
                return name
    return ""


def ways(
    start: CollectionSpec,
    trigger: str,
    collections: Mapping[str, CollectionSpec],
    links: Callable[[CollectionSpec], Iterable[Link]],
    covers: Callable[[CollectionSpec], bool],
) -> Iterator[Way]:
    """Yield the shortest ways from a collection to a trigger's column.

    `covers`: whether a schedule covers a collection; a column elsewhere says nothing about this schedule.
    """
    level: list[tuple[CollectionSpec, tuple[Link, ...]]] = [(start, ())]
    seen = {start.key}
    for _ in range(MAX_STEPS + 1):
        found = [
            Way(one.key, column, path)
            for one, path in level
            if covers(one) and (column := own_column(one, trigger))
        ]
        if found:
            yield from found
            return
        level = [step for one, path in level for step in _next(one, path, collections, links, seen)]


def _next(
    one: CollectionSpec,
    path: tuple[Link, ...],
    collections: Mapping[str, CollectionSpec],
    links: Callable[[CollectionSpec], Iterable[Link]],
    seen: set[str],
) -> Iterator[tuple[CollectionSpec, tuple[Link, ...]]]:
    for link in links(one):
        if link.target in collections and link.target not in seen:
            seen.add(link.target)
            yield collections[link.target], (*path, link)
