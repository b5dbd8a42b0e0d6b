"""Every collection of every system in use that can be walked row by row."""

from collections.abc import Iterator
from dataclasses import dataclass

from platforms.connectors import TableRef
from platforms.datasets import CollectionSpec, DatasetSpec
from platforms.models import System
from platforms.services import specs_of
from platforms.services.checking import table_of


@dataclass(frozen=True)
class Place:
    """One collection of one system, and the table that it is."""

    system: System
    dataset: DatasetSpec
    collection: CollectionSpec
    table: TableRef

    @property
    def key(self) -> str:
        """Return `dataset.collection`."""
        return self.collection.key


def places_of(system: System) -> Iterator[Place]:
    """Yield the collections that the datasets of a system describe."""
    for dataset in system.datasets.all():
        for spec in specs_of(dataset):
            for collection in spec.collections:
                yield Place(system, spec, collection, table_of(spec, collection.name))


def systems(only: System | None = None) -> list[System]:
    """Return the systems in use, or the one that is asked for, with their datasets."""
    found = System.objects.filter(enabled=True).prefetch_related("datasets")
    return list(found.filter(pk=only.pk) if only else found)
