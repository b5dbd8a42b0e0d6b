"""Which fields a request aims at, by data category."""

from collections.abc import Sequence

from platforms.datasets import CollectionSpec, DatasetSpec, FieldSpec, covers_any

# Categories that name a person directly: a shared row with one of these is taken for another person's.
DIRECT = (
    "user.name",
    "user.contact.email",
    "user.contact.phone_number",
    "user.government_id",
    "user.account.username",
)


def row_categories(collection: CollectionSpec, dataset: DatasetSpec) -> tuple[str, ...]:
    """Return the categories that cover whole rows.

    A dataset's own categories count only for collections that say nothing themselves.
    """
    if collection.categories or any(found.categories for found in collection.walk()):
        return collection.categories
    return dataset.categories


def targeted_paths(
    collection: CollectionSpec, dataset: DatasetSpec, categories: Sequence[str]
) -> frozenset[str]:
    """Return the paths of all fields at or below `categories`.

    A match of the collection takes every field; a field without categories takes those of the field above.
    """
    if covers_any(categories, row_categories(collection, dataset)):
        return frozenset(found.path for found in collection.walk())
    hits: set[str] = set()
    for top in collection.fields:
        _collect(top, False, categories, hits)
    return frozenset(hits)


def _collect(found: FieldSpec, above: bool, categories: Sequence[str], hits: set[str]) -> None:
    hit = covers_any(categories, found.categories) if found.categories else above
    if hit:
        hits.add(found.path)
    for child in found.fields:
        _collect(child, hit, categories, hits)


def field_categories(collection: CollectionSpec, dataset: DatasetSpec, path: str) -> tuple[str, ...]:
    """Return the categories in force for a field: its own, else those above it, else the row's."""
    parts = path.split(".")
    for end in range(len(parts), 0, -1):
        found = collection.field_at(".".join(parts[:end]))
        if found and found.categories:
            return found.categories
    return row_categories(collection, dataset)


def targeted_columns(collection: CollectionSpec, paths: frozenset[str]) -> list[str]:
    """Return the columns that hold any targeted path, in the order of the file."""
    return [top.name for top in collection.fields if any(one.path in paths for one in top.walk())]


def has_a_name(collection: CollectionSpec) -> bool:
    """Return whether the rows carry a person's name."""
    return any(covers_any(("user.name",), found.categories) for found in collection.walk())


def names_a_person(collection: CollectionSpec) -> bool:
    """Return whether some field identifies a person directly."""
    return any(covers_any(DIRECT, found.categories) for found in collection.walk())
