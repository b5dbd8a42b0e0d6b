"""What a schedule may remove. Pure.

Narrower than what it may keep (`ScheduleRule.reach`): a row kept by mistake can still be removed, a row
removed by mistake is gone. So rows go only where the schedule names their collection, or where the dataset
gives the whole collection a category of the schedule; one field of such a category removes no row.
"""

from collections.abc import Iterable
from typing import Any, Literal

from platforms.datasets import CollectionSpec, DatasetSpec

Removal = Literal["row", "fields"]


def removes(schedule: Any, system: str, dataset: DatasetSpec, collection: CollectionSpec) -> Removal | None:
    """Return whether a schedule of the profile removes rows of a collection, fields of it, or nothing."""
    if collection.skip or (schedule.systems and system not in schedule.systems):
        return None
    whole = schedule.names(collection.name) or _takes(schedule, row_categories(dataset, collection))
    if whole:
        return "row" if schedule.whole_row or not schedule.categories else "fields"
    if not schedule.whole_row and any(_takes(schedule, one.categories) for one in collection.walk()):
        return "fields"
    return None


def row_categories(dataset: DatasetSpec, collection: CollectionSpec) -> tuple[str, ...]:
    """Return the categories that hold for whole rows of a collection."""
    return (*dataset.categories, *collection.categories)


def fields_of(schedule: Any, collection: CollectionSpec) -> tuple[str, ...]:
    """Return the columns that a schedule empties: those with a category of it, but no key and no mark."""
    found = [
        top.column
        for top in collection.fields
        if not top.primary_key
        and not top.read_only
        and any(_takes(schedule, f.categories) for f in top.walk())
    ]
    return tuple(dict.fromkeys(found))


def personal_fields(collection: CollectionSpec) -> tuple[str, ...]:
    """Return the columns that say something about a person: but for keys, and what the dataset keeps."""
    found = [
        top.column
        for top in collection.fields
        if not top.primary_key
        and not top.read_only
        and any(one == "user" or one.startswith("user.") for f in top.walk() for one in f.categories)
    ]
    return tuple(dict.fromkeys(found))


def _takes(schedule: Any, categories: Iterable[str]) -> bool:
    return any(schedule.takes(one) for one in categories)


def is_of_persons(collection: CollectionSpec) -> bool:
    """Return whether rows of a collection are persons: one of its fields is an identity."""
    return any(field.identity for field in collection.walk())
