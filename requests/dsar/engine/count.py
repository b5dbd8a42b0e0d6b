"""How much is held about a person, per source and category, without reading what it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dsar.engine.planner import DEFAULT_CATEGORIES, make_plan
from dsar.engine.source import Source
from dsar.engine.targets import field_categories
from platforms.datasets import covers_any


@dataclass(slots=True)
class Holdings:
    """One source's counts: collection → rows, data category → rows. `reason` says why there are none."""

    source: str
    status: str
    reason: str = ""
    collections: dict[str, int] = field(default_factory=dict)
    categories: dict[str, int] = field(default_factory=dict)


def count(
    *,
    sources: Sequence[Source],
    identities: Mapping[str, Sequence[str]],
    now: datetime,
    categories: Sequence[str] = DEFAULT_CATEGORIES,
) -> list[Holdings]:
    """Return what every source holds about a person. Only keys, links and identifiers are
    read, never the data itself.

    Rows about third persons are not counted. A source that does not answer says so and the others go on.
    """
    plan = make_plan(sources=sources, identities=identities, right="access", categories=categories, now=now)
    found = []
    for source in sources:
        part = plan.sources[source.key]
        held = Holdings(source.key, part.status, part.reason)
        specs = {one.key: (one, dataset) for dataset in source.datasets for one in dataset.collections}
        for key, collection in plan.of(source.key):
            rows = sum(len(group.keys) for group in collection.groups if not group.third)
            if rows and collection.targeted:
                held.collections[key] = rows
                spec, dataset = specs[key]
                named = {one for path in collection.targeted for one in field_categories(spec, dataset, path)}
                for category in sorted(named):
                    if covers_any(categories, [category]):
                        held.categories[category] = held.categories.get(category, 0) + rows
        found.append(held)
    return found
