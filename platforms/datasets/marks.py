"""Our own extension of the format: which data elements of social platforms a collection holds.

Under the `fides_meta` of a collection:

    platform_elements:
      - element: google_youtube.comments      # platform and data element, as the registry calls them
        fetched_at_field: fetched_at          # when the item was last fetched from the platform
        verified_at_field: checked_at         # optional: when it was last verified there
        content_id_field: item_id             # optional: the item's id at the platform
        field: access_token                   # optional: rows in which it is empty hold nothing
        when: {kind: comment, account_id.platform: [youtube]}   # optional: which rows are meant

A name with a dot in `when` goes through the one reference that the first field declares.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from platforms.datasets.spec import FieldSpec, PlatformElement, RowsWhere

KEYS = {"element", "fetched_at_field", "verified_at_field", "content_id_field", "field", "when"}
Refuse = Callable[[str], Exception]


@dataclass(frozen=True)
class _Reader:
    collection: str
    fields: Mapping[str, FieldSpec]
    refuse: Refuse

    def mark(self, raw: Any) -> PlatformElement:
        """Return one mark. Raises what `refuse` gives."""
        if not isinstance(raw, Mapping):
            raise self.refuse(f"{self.collection}: each of platform_elements is a mapping.")
        if unknown := sorted(set(map(str, raw)) - KEYS):
            known = ", ".join(sorted(KEYS))
            raise self.refuse(f"{self.collection}: platform_elements knows {known}, not {unknown[0]}.")
        platform, dot, element = str(raw.get("element") or "").partition(".")
        if not (platform and dot and element):
            raise self.refuse(f"{self.collection}: element is written as platform.element.")
        return PlatformElement(
            platform=platform,
            element=element,
            fetched_at=self.column(raw.get("fetched_at_field"), "fetched_at_field"),
            verified_at=self.optional(raw, "verified_at_field"),
            content_id=self.optional(raw, "content_id_field"),
            present=self.optional(raw, "field"),
            when=tuple(self.where(str(name), value) for name, value in (raw.get("when") or {}).items()),
        )

    def optional(self, raw: Mapping[str, Any], key: str) -> str:
        """Return the column that a key names, or nothing."""
        return self.column(raw[key], key) if raw.get(key) else ""

    def column(self, name: Any, key: str) -> str:
        """Return a column's name. Raises what `refuse` gives when the collection has none such."""
        if str(name) not in self.fields:
            raise self.refuse(f"{self.collection}: {key} names a field of the collection, not {name!r}.")
        return str(name)

    def where(self, name: str, value: Any) -> RowsWhere:
        """Return a condition on the rows; `a.b` goes through the reference of `a`."""
        values = tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
        column, dot, other = name.partition(".")
        field = self.fields[self.column(column, "when")]
        if not dot:
            return RowsWhere(column, values)
        if len(field.references) != 1:
            raise self.refuse(f"{self.collection}: {column} needs one reference for {name!r}.")
        return RowsWhere(column, values, through=field.references[0], field=other)


def read(
    raw: Any, collection: str, fields: Sequence[FieldSpec], refuse: Refuse
) -> tuple[PlatformElement, ...]:
    """Return the marks of a collection. `refuse` makes the error for a sentence; what it gives is raised."""
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise refuse(f"{collection}: platform_elements is a list.")
    reader = _Reader(collection, {one.name: one for one in fields}, refuse)
    return tuple(reader.mark(one) for one in raw)
