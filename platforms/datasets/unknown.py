"""Keys that the format does not know. They are accepted, but never silently."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from platforms.datasets.errors import DatasetWarning
from platforms.datasets.yamltree import Path, Tree

_COMMON = {"name", "description", "data_categories", "data_uses", "data_purposes", "data_subjects"}
_META = {"fides_meta", "fidesops_meta"}
_IGNORED = {"data_qualifier"}
DATASET = _COMMON | _META | _IGNORED | {"fides_key", "organization_fides_key", "tags", "meta", "collections"}
COLLECTION = _COMMON | _META | _IGNORED | {"fields"}
FIELD = COLLECTION
DATASET_META = {"resource_id", "after", "namespace", "redact"}
COLLECTION_META = {
    "after",
    "erase_after",
    "skip_processing",
    "masking_strategy_override",
    "partitioning",
    "platform_elements",
    "platform_scope",
    "provided_by",
    "redact",
    "trigger_fields",
}
FIELD_META = {
    "references",
    "identity",
    "primary_key",
    "data_type",
    "length",
    "return_all_elements",
    "read_only",
    "custom_request_field",
    "verification",
    "masking_strategy_override",
    "provided_by",
    "redact",
}
REFERENCE = {"dataset", "field", "direction"}
PLATFORM_SCOPE = {"id_field", "platform", "platform_field", "values"}


class _Finder:
    def __init__(self, tree: Tree, origin: str) -> None:
        self.tree = tree
        self.origin = origin

    def check(self, raw: Any, known: set[str], path: Path, words: str) -> Iterator[DatasetWarning]:
        if not isinstance(raw, dict):
            return
        for key in raw:
            if key not in known:
                near = get_close_matches(str(key), known, 1)
                hint = f" Did you mean {near[0]}?" if near else ""
                message = f"unknown key {key!r}, ignored.{hint}"
                yield DatasetWarning(message, self.origin, self.tree.line((*path, key)), words)

    def meta(self, raw: dict[str, Any], known: set[str], path: Path, words: str) -> Iterator[DatasetWarning]:
        for name in _META & set(raw):
            yield from self.check(raw[name], known, (*path, name), f"{words}.{name}")

    def fields(self, raw: Any, path: Path, words: str) -> Iterator[DatasetWarning]:
        for number, field in enumerate(raw if isinstance(raw, list) else ()):
            if not isinstance(field, dict):
                continue
            here, name = (*path, number), f"{words}.{field.get('name', number)}"
            yield from self.check(field, FIELD, here, name)
            yield from self.meta(field, FIELD_META, here, name)
            for kind in _META & set(field):
                references = field[kind].get("references") if isinstance(field[kind], dict) else None
                for place, reference in enumerate(references if isinstance(references, list) else ()):
                    where = (*here, kind, "references", place)
                    yield from self.check(reference, REFERENCE, where, f"{name}.references")
            yield from self.fields(field.get("fields"), (*here, "fields"), name)


def unknown_keys(raw: dict[str, Any], tree: Tree, path: Path, origin: str) -> Iterator[DatasetWarning]:
    """Yield a warning, with its path, for every key of a dataset that fideslang does not know."""
    finder = _Finder(tree, origin)
    words = str(raw.get("fides_key", "dataset"))
    yield from finder.check(raw, DATASET, path, words)
    yield from finder.meta(raw, DATASET_META, path, words)
    collections = raw.get("collections")
    for number, collection in enumerate(collections if isinstance(collections, list) else ()):
        if isinstance(collection, dict):
            here, name = (*path, "collections", number), f"{words}.{collection.get('name', number)}"
            yield from finder.check(collection, COLLECTION, here, name)
            yield from finder.meta(collection, COLLECTION_META, here, name)
            for kind in _META & set(collection):
                scope = collection[kind].get("platform_scope") if isinstance(collection[kind], dict) else None
                yield from finder.check(scope, PLATFORM_SCOPE, (*here, kind, "platform_scope"), name)
            yield from finder.fields(collection.get("fields"), (*here, "fields"), name)
