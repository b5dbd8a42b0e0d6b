"""Where systems hold content of a platform, as their datasets mark it."""

from collections.abc import Iterator
from dataclasses import dataclass

from platforms.connectors import Linked, Match, TableRef
from platforms.datasets import DatasetSpec, PlatformElement
from platforms.models import System
from platforms.services.checking import table_of
from platforms.services.datasets import specs_of


@dataclass(frozen=True)
class Place:
    """One mark of a collection: its table, the column with the item's id, and which rows are meant."""

    table: TableRef
    column: str
    where: tuple[Match, ...]
    linked: tuple[Linked, ...]


def places_in(system: System, platform: str) -> list[Place]:
    """Return where a system holds items of a platform that can be found by their id there."""
    return [_place(spec, table, mark) for spec, table, mark in _marks(system, platform) if mark.content_id]


def holders(platform: str) -> list[System]:
    """Return the systems in use in which copies of a platform's content can be.

    Those whose dataset names the column of its ids, and those that take whole requests and name the platform
    in their settings. Where no dataset names the column, every system with data of the platform: its job
    then says that somebody has to look, instead of nobody.
    """
    systems = list(System.objects.filter(enabled=True).prefetch_related("datasets"))
    found = [one for one in systems if places_in(one, platform)]
    marked = found or [one for one in systems if any(_marks(one, platform))]
    told = [one for one in systems if one not in marked and platform in (one.options.get("platforms") or ())]
    return [*marked, *told]


def _marks(system: System, platform: str) -> Iterator[tuple[DatasetSpec, TableRef, PlatformElement]]:
    for dataset in system.datasets.all():
        for spec in specs_of(dataset):
            for collection in spec.collections:
                for mark in collection.platform_elements:
                    if mark.platform == platform:
                        yield spec, table_of(spec, collection.name), mark


def _place(spec: DatasetSpec, table: TableRef, mark: PlatformElement) -> Place:
    plain = tuple(Match(one.column, one.values) for one in mark.when if one.through is None)
    linked = tuple(
        Linked(one.column, table_of(spec, one.through.collection), one.through.path,
               Match(one.field, one.values))
        for one in mark.when
        if one.through is not None
    )  # fmt: skip
    return Place(table, mark.content_id, plain, linked)
