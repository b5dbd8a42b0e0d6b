"""Datasets as the portal uses them: frozen, complete, independent of the library that validated them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Direction = Literal["from", "to"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A link to a field of another (or the same) collection.

    `direction`: "from" = this field is filled from the referenced one; "to" = this value feeds it;
    None = both ways.
    """

    dataset: str
    collection: str
    path: str
    direction: Direction | None
    declared_at: str

    @property
    def target(self) -> str:
        """Return `dataset.collection`."""
        return f"{self.dataset}.{self.collection}"


@dataclass(frozen=True, slots=True)
class MaskOverride:
    """The mask a dataset orders for one field."""

    strategy: str
    configuration: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlatformScope:
    """Rows that stand for accounts at social platforms; what hangs off one is data of its platform.

    `id_field`: holds the account's id at the platform; `platform_field`: says which platform it is, in words
    that `values` leads to keys of the registry; `platform`: the one platform of all rows instead.
    """

    id_field: str
    platform_field: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    platform: str = ""

    def words_for(self, platform: str) -> tuple[str, ...]:
        """Return the values of `platform_field` that stand for a platform; empty where no field says it."""
        return tuple(word for word, key in self.values.items() if key == platform)

    def holds(self, platform: str) -> bool:
        """Return whether rows can be of a platform."""
        return self.platform == platform or bool(self.words_for(platform))


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field. `path` is dotted from the collection's root; `subjects` are the declared data subjects.

    `verification`: whether people may be asked about it to show who they are; None: by its category.
    """

    name: str
    path: str
    categories: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    data_type: str | None = None
    is_array: bool = False
    length: int | None = None
    identity: str | None = None
    primary_key: bool = False
    read_only: bool = False
    return_all_elements: bool = False
    provided_by: str = ""
    custom_request_field: str | None = None
    verification: bool | None = None
    override: MaskOverride | None = None
    references: tuple[Reference, ...] = ()
    fields: tuple["FieldSpec", ...] = ()

    @property
    def column(self) -> str:
        """Return the name of the column that holds the field (the first part of its path)."""
        return self.path.partition(".")[0]

    def walk(self) -> Iterator["FieldSpec"]:
        """Yield this field and every field below it."""
        yield self
        for child in self.fields:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class RowsWhere:
    """Rows whose `column` is one of `values`, or whose row behind the reference has such a `field`."""

    column: str
    values: tuple[Any, ...]
    through: Reference | None = None
    field: str = ""


@dataclass(frozen=True, slots=True)
class PlatformElement:
    """A data element of a social platform in a collection (our extension, see `datasets.marks`).

    `fetched_at`, `verified_at`: columns with the moments of the last fetch and the last verification;
    `content_id`: the column with the item's id at the platform, by which a deletion there finds it here;
    `present`: a column that is empty where the row holds nothing; `when`: which rows are meant.
    """

    platform: str
    element: str
    fetched_at: str
    verified_at: str = ""
    content_id: str = ""
    present: str = ""
    when: tuple[RowsWhere, ...] = ()


@dataclass(frozen=True, slots=True)
class CollectionSpec:
    """One collection (table). `deletes_rows`: the dataset orders that erasure deletes whole rows.

    `provided_by`, here and on a field: `subject`, `observed`, `derived` or `third_party`, for portability.
    `trigger_fields`: event that starts a retention period → the field with its moment.
    """

    dataset: str
    name: str
    fields: tuple[FieldSpec, ...]
    categories: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    erase_after: tuple[str, ...] = ()
    skip: bool = False
    deletes_rows: bool = False
    provided_by: str = ""
    platform_elements: tuple[PlatformElement, ...] = ()
    platform_scope: PlatformScope | None = None
    trigger_fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return `dataset.collection`."""
        return f"{self.dataset}.{self.name}"

    def walk(self) -> Iterator[FieldSpec]:
        """Yield every field of every depth, in the order of the file."""
        for top in self.fields:
            yield from top.walk()

    def field_at(self, path: str) -> FieldSpec | None:
        """Return the field at a dotted path, or None."""
        return next((found for found in self.walk() if found.path == path), None)


@dataclass(frozen=True, slots=True)
class DatasetSpec:
    """One dataset. `namespace` may give the database schema its tables are in."""

    key: str
    name: str
    collections: tuple[CollectionSpec, ...]
    description: str = ""
    categories: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    namespace: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""
