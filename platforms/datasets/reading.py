"""Validated raw data into specs, with the rules that go beyond the library's."""

from typing import Any

from platforms.datasets import marks
from platforms.datasets.errors import DatasetError, DatasetWarning
from platforms.datasets.spec import (
    CollectionSpec,
    DatasetSpec,
    FieldSpec,
    MaskOverride,
    PlatformScope,
    Reference,
)
from platforms.datasets.yamltree import Path, Tree

STRATEGIES = ("null_rewrite", "string_rewrite", "random_string_rewrite")
_SECRET_BASED = ("hash", "hmac", "encrypt", "aes")
PROVIDERS = ("subject", "observed", "derived", "third_party")
_COLLECTION_STRATEGIES = ("delete",)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value or ())


class Reader:
    """Reads one file's datasets; collects warnings as it goes."""

    def __init__(self, tree: Tree, origin: str) -> None:
        self.tree = tree
        self.origin = origin
        self.warnings: list[DatasetWarning] = []

    def refuse(self, message: str, path: Path) -> DatasetError:
        """Return the error for something at `path`."""
        return DatasetError(message, origin=self.origin, line=self.tree.line(path))

    def dataset(self, raw: dict[str, Any], path: Path) -> DatasetSpec:
        """Return the spec of one dataset. Raises DatasetError."""
        key, meta = str(raw["fides_key"]), raw.get("fides_meta") or {}
        collections = tuple(
            self.collection(item, key, (*path, "collections", number))
            for number, item in enumerate(raw.get("collections") or ())
        )
        return DatasetSpec(
            key=key,
            name=str(raw.get("name") or key),
            description=str(raw.get("description") or ""),
            collections=collections,
            categories=_texts(raw.get("data_categories")),
            subjects=_texts(raw.get("data_subjects")),
            after=_texts(meta.get("after")),
            namespace={str(name): str(value) for name, value in (meta.get("namespace") or {}).items()},
            origin=self.origin,
        )

    def collection(self, raw: dict[str, Any], dataset: str, path: Path) -> CollectionSpec:
        """Return the spec of one collection. Raises DatasetError."""
        meta, name = raw.get("fides_meta") or {}, str(raw["name"])
        override = (meta.get("masking_strategy_override") or {}).get("strategy")
        if override is not None and str(override).lower() not in _COLLECTION_STRATEGIES:
            raise self.refuse(
                f"{name}: the strategy {override!r} is not known for rows.", (*path, "fides_meta")
            )
        fields = tuple(
            self.field(item, dataset, name, "", (*path, "fields", number))
            for number, item in enumerate(raw.get("fields") or ())
        )
        return CollectionSpec(
            dataset=dataset,
            name=name,
            fields=fields,
            categories=_texts(raw.get("data_categories")),
            subjects=_texts(raw.get("data_subjects")),
            after=_texts(meta.get("after")),
            erase_after=_texts(meta.get("erase_after")),
            skip=bool(meta.get("skip_processing")),
            deletes_rows=override is not None,
            provided_by=self._provided_by(meta, name, path),
            platform_scope=self._platform_scope(meta.get("platform_scope"), fields, name, path),
            platform_elements=marks.read(
                meta.get("platform_elements"), name, fields,
                lambda words: self.refuse(words, (*path, "fides_meta", "platform_elements")),
            ),
            trigger_fields=self._triggers(meta.get("trigger_fields"), fields, name, path),
        )  # fmt: skip

    def _platform_scope(
        self, raw: Any, fields: tuple[FieldSpec, ...], name: str, path: Path
    ) -> PlatformScope | None:
        """Return which rows stand for accounts at platforms. Raises DatasetError."""
        if raw is None:
            return None
        where = (*path, "fides_meta", "platform_scope")
        raw = raw if isinstance(raw, dict) else {}
        by, values, one = raw.get("platform_field"), raw.get("values"), raw.get("platform")
        named = {top.name for top in fields}
        unknown = [field for field in (raw.get("id_field"), by or raw.get("id_field")) if field not in named]
        if unknown or not isinstance(values or {}, dict) or bool(one) == bool(by and values):
            raise self.refuse(
                f"{name}: platform_scope names an id_field of this collection, and either one platform or a "
                "platform_field with the values that stand for platforms.",
                where,
            )
        words = {str(word): str(key) for word, key in (values or {}).items()}
        return PlatformScope(str(raw["id_field"]), str(by or ""), words, str(one or ""))

    def _triggers(self, raw: Any, fields: tuple[FieldSpec, ...], name: str, path: Path) -> dict[str, str]:
        """Return which field says when a retention period begins. Raises DatasetError."""
        named = {top.name for top in fields}
        found = {str(event): str(one) for event, one in raw.items()} if isinstance(raw, dict) else {}
        if (raw is not None and not isinstance(raw, dict)) or set(found.values()) - named:
            raise self.refuse(
                f"{name}: trigger_fields leads events such as created, closed, last_used to fields of this "
                "collection.",
                (*path, "fides_meta", "trigger_fields"),
            )
        return found

    def field(self, raw: dict[str, Any], dataset: str, collection: str, above: str, path: Path) -> FieldSpec:
        """Return the spec of one field and the fields below it. Raises DatasetError."""
        meta, name = raw.get("fides_meta") or {}, str(raw["name"])
        dotted = f"{above}.{name}" if above else name
        words = f"{dataset}.{collection}.{dotted}"
        kind = meta.get("data_type")
        children = tuple(
            self.field(item, dataset, collection, dotted, (*path, "fields", number))
            for number, item in enumerate(raw.get("fields") or ())
        )
        self._unique(children, words, path)
        return FieldSpec(
            name=name,
            path=dotted,
            categories=_texts(raw.get("data_categories")),
            subjects=_texts(raw.get("data_subjects")),
            data_type=kind.removesuffix("[]") if kind else None,
            is_array=bool(kind and kind.endswith("[]")),
            length=meta.get("length"),
            identity=meta.get("identity"),
            primary_key=bool(meta.get("primary_key")),
            read_only=bool(meta.get("read_only")),
            return_all_elements=bool(meta.get("return_all_elements")),
            provided_by=self._provided_by(meta, words, path),
            custom_request_field=meta.get("custom_request_field"),
            verification=self._yes_or_no(meta.get("verification"), words, (*path, "fides_meta")),
            override=self._override(meta.get("masking_strategy_override"), words, (*path, "fides_meta")),
            references=tuple(self._reference(item, words, path) for item in meta.get("references") or ()),
            fields=children,
        )

    def _unique(self, children: tuple[FieldSpec, ...], words: str, path: Path) -> None:
        names = [child.name for child in children]
        double = next((name for name in names if names.count(name) > 1), None)
        if double:
            raise self.refuse(f"{words}: the field {double} stands twice.", path)

    def _yes_or_no(self, value: Any, words: str, path: Path) -> bool | None:
        if value is None or isinstance(value, bool):
            return value
        raise self.refuse(f"{words}: verification is true or false, not {value!r}.", (*path, "verification"))

    def _provided_by(self, meta: dict[str, Any], words: str, path: Path) -> str:
        """Return who data come from (GDPR Art. 20): subject, observed, derived or third_party."""
        found = str(meta.get("provided_by") or "")
        if found and found not in PROVIDERS:
            raise self.refuse(
                f"{words}: provided_by is {' or '.join(PROVIDERS)}, not {found!r}.", (*path, "fides_meta")
            )
        return found

    def _reference(self, raw: dict[str, Any], words: str, path: Path) -> Reference:
        collection, dot, rest = str(raw["field"]).partition(".")
        if not dot or not collection or not rest:
            message = f"{words}: a reference names `collection.field`, not {raw['field']!r}."
            raise self.refuse(message, (*path, "fides_meta", "references"))
        return Reference(str(raw["dataset"]), collection, rest, raw.get("direction"), words)

    def _override(self, raw: dict[str, Any] | None, words: str, path: Path) -> MaskOverride | None:
        if not raw:
            return None
        strategy = str(raw.get("strategy"))
        if strategy not in STRATEGIES:
            secret = any(part in strategy.lower() for part in _SECRET_BASED)
            why = "a field mask may need no secret" if secret else "it is not known"
            message = (
                f"{words}: the strategy {strategy!r} cannot be used: {why}. Use {' or '.join(STRATEGIES)}."
            )
            raise self.refuse(message, (*path, "masking_strategy_override"))
        return MaskOverride(strategy, raw.get("configuration") or {})
