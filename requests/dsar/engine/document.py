"""The plan: everything that will be read or changed, decided before anything happens.

It holds the keys that were found, so that carrying it out never looks anything up through masked data.
Keys and identities are personal data: the plan is stored encrypted.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from dsar.engine import codec
from dsar.engine.choices import Choice
from dsar.engine.masks import Mask
from dsar.engine.narrow import Accounts, Only
from platforms.connectors.base import Key
from platforms.connectors.schema import TableRef

Right = Literal["access", "deletion"]
Status = Literal["ready", "unreachable", "deferred"]
VERSION = 1


@dataclass(slots=True)
class FieldPlan:
    """What happens to one field: `action` is keep, null, hash, rewrite, delete; disclose or omit for access.

    `edits`: changes inside a document, each {"path", "value", "guard"}.
    """

    action: str
    reason: str
    mask: Mask | None = None
    edits: list[dict[str, Any]] = field(default_factory=list)
    late: bool = False


@dataclass(slots=True)
class Group:
    """Rows that are treated alike.

    `fields`: masked; `delete`: rows go; `third`: another person's rows; `third_fields`: values about others
    in them; `shared`: also another person's; `held`: fields kept under `code`; `detach`: real columns of
    links that are emptied because the row they point at goes, or is no longer the person's; `decided`: what
    somebody decided about rows that belong to others too; `others`: fields with values about others, also
    when it was decided to mask them.
    """

    keys: list[Key]
    fields: list[str] = field(default_factory=list)
    delete: bool = False
    third: bool = False
    shared: bool = False
    third_fields: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    code: str = ""
    detach: list[str] = field(default_factory=list)
    decided: str = ""
    others: list[str] = field(default_factory=list)

    @property
    def changes(self) -> bool:
        """Return whether the rows are written."""
        return self.delete or bool(self.fields or self.detach)


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows or fields that stay although they are aimed at: the coded reason, and how many rows.

    `first_on`, `last_on`: ISO dates of the last day of the period for the row that is free first, and last;
    `undated`: rows whose date is not known, so that no such day can be named.
    """

    code: str
    fields: tuple[str, ...]
    rows: int
    reason: str
    first_on: str = ""
    last_on: str = ""
    undated: int = 0


@dataclass(frozen=True, slots=True)
class Blocked:
    """Something for which there is no legal way; nothing is changed while it stands.

    `line`, `kind`, `rows`: the held rows of which a decision cannot be carried out, where it is about one.
    Row keys can name people: they stand in the document alone, which is encrypted, never in a reason.
    """

    collection: str
    field: str
    code: str
    reason: str
    line: str = ""
    kind: str = ""
    rows: tuple[Key, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the block as JSON data; one about no held rows is spelled as before there were such."""
        plain = {name: getattr(self, name) for name in ("collection", "field", "code", "reason")}
        if not self.line:
            return plain
        return plain | {"line": self.line, "kind": self.kind, "rows": _encoded(list(self.rows))}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Blocked":
        """Return the block in JSON data."""
        return cls(**(dict(data) | {"rows": tuple(_keys(data.get("rows", [])))}))


@dataclass(slots=True)
class CollectionPlan:
    """One collection's part of a plan. `columns`: declared → real; `locators`: path → values looked for
    (`folded`: without regard to case; `bare`: as telephone numbers);
    `documents`: columns that hold documents or lists; `only`: what rows must hold beside (the accounts at
    platforms that the plan is about)."""

    source: str
    table: TableRef
    key: list[str]
    columns: dict[str, str]
    fields: dict[str, FieldPlan] = field(default_factory=dict)
    exceptions: list[Kept] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    locators: dict[str, list[Any]] = field(default_factory=dict)
    folded: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    targeted: list[str] = field(default_factory=list)
    whole_row: bool = False
    only: list[Only] = field(default_factory=list)

    @property
    def found(self) -> int:
        """Return how many rows were reached, held ones included."""
        return sum(len(group.keys) for group in self.groups)

    @property
    def to_change(self) -> int:
        """Return how many rows will be written."""
        return sum(len(group.keys) for group in self.groups if group.changes)

    def summary(self) -> dict[str, Any]:
        """Return counts, actions and reasons without any personal value."""
        return {
            "found": self.found,
            "to_change": self.to_change,
            "fields": {
                name: {"action": one.action, "reason": one.reason} for name, one in self.fields.items()
            },
            "exceptions": [
                {"code": one.code, "fields": list(one.fields), "rows": one.rows, "reason": one.reason}
                for one in self.exceptions
            ],
        }


@dataclass(slots=True)
class Step:
    """One write: `op` is mask, detach (empty links of rows that stay), delete, or links (masked last)."""

    op: str
    collection: str
    columns: list[str] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)


@dataclass(slots=True)
class SourcePlan:
    """One system's part: `fingerprint` of its schema; `steps` in the order in which they are carried out."""

    level: str
    status: Status = "ready"
    reason: str = ""
    fingerprint: str = ""
    passes: int = 0
    steps: list[Step] = field(default_factory=list)


@dataclass(slots=True)
class PlanDocument:
    """The whole plan. `hash` names exactly this document; approval is given to that hash.

    `platforms`: where the plan is about the data of some platforms alone, those.
    """

    right: Right
    made_at: datetime
    categories: list[str]
    identities: dict[str, list[str]]
    mask: str
    salt: str
    sources: dict[str, SourcePlan] = field(default_factory=dict)
    collections: dict[str, CollectionPlan] = field(default_factory=dict)
    blocked: list[Blocked] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unreachable: list[dict[str, str]] = field(default_factory=list)
    problems: list[Blocked] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    platforms: list[Accounts] = field(default_factory=list)

    def of(self, source: str) -> Iterator[tuple[str, CollectionPlan]]:
        """Yield the collections of one source."""
        return ((key, part) for key, part in self.collections.items() if part.source == source)

    @property
    def found(self) -> int:
        """Return how many rows were reached in all systems."""
        return sum(part.found for part in self.collections.values())

    @property
    def to_change(self) -> int:
        """Return how many rows will be written in all systems."""
        return sum(part.to_change for part in self.collections.values())

    @property
    def review_rows(self) -> int:
        """Return how many shared or third-person rows wait for a decision."""
        groups = [group for part in self.collections.values() for group in part.groups]
        waiting = (group for group in groups if (group.third or group.shared) and not group.decided)
        return sum(len(group.keys) for group in waiting)

    def summary(self) -> dict[str, Any]:
        """Return the plan per collection without any personal value."""
        return {key: part.summary() for key, part in self.collections.items()}

    def to_json(self) -> dict[str, Any]:
        """Return the plan as JSON data; `from_json` gives an equal plan back."""
        data = asdict(self._without_keys())
        data["version"] = VERSION
        data["made_at"] = self.made_at.isoformat()
        data["choices"] = [one.to_json() for one in self.choices]
        data["blocked"] = [one.to_json() for one in self.blocked]
        data["problems"] = [one.to_json() for one in self.problems]
        for key, part in data["collections"].items():
            part["locators"] = {
                path: [codec.encode(v) for v in values] for path, values in part["locators"].items()
            }
            for group, own in zip(part["groups"], self.collections[key].groups, strict=True):
                group["keys"] = _encoded(own.keys)
            if not part["only"]:
                del part["only"]
            for one in part["fields"].values():
                if one["mask"]:
                    one["mask"]["value"] = codec.encode(one["mask"]["value"])
        data["platforms"] = [one.to_json() for one in self.platforms]
        if not self.platforms:
            del data["platforms"]
        for key, source in data["sources"].items():
            for step, doing in zip(source["steps"], self.sources[key].steps, strict=True):
                step["keys"] = _encoded(doing.keys)
        return data

    def _without_keys(self) -> "PlanDocument":
        """Return the plan without the keys of its rows: there are many, and they are written otherwise."""
        parts = {
            key: replace(part, groups=[replace(group, keys=[]) for group in part.groups])
            for key, part in self.collections.items()
        }
        sources = {
            key: replace(source, steps=[replace(step, keys=[]) for step in source.steps])
            for key, source in self.sources.items()
        }
        return replace(self, collections=parts, sources=sources, choices=[], blocked=[], problems=[])

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "PlanDocument":
        """Return the plan in JSON data. Raises ValueError for another version."""
        if data.get("version") != VERSION:
            raise ValueError(
                f"This plan has version {data.get('version')}; version {VERSION} is needed: plan again."
            )
        given = {
            name: data[name] for name in ("right", "categories", "mask", "salt", "warnings", "unreachable")
        }
        return cls(
            **given,
            made_at=datetime.fromisoformat(data["made_at"]),
            identities={key: list(values) for key, values in data["identities"].items()},
            sources={key: _source(part) for key, part in data["sources"].items()},
            collections={key: _collection(part) for key, part in data["collections"].items()},
            blocked=[Blocked.from_json(one) for one in data["blocked"]],
            problems=[Blocked.from_json(one) for one in data["problems"]],
            choices=[Choice.from_json(one) for one in data.get("choices", ())],
            platforms=[Accounts.from_json(one) for one in data.get("platforms", ())],
        )

    def canonical(self) -> bytes:
        """Return the one spelling of the plan that the hash is taken over."""
        return json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @property
    def hash(self) -> str:
        """Return the SHA-256 of the canonical JSON, in hex."""
        return hashlib.sha256(self.canonical()).hexdigest()


def _encoded(keys: list[Key]) -> list[list[Any]]:
    return [[codec.encode(part) for part in key] for key in keys]


def _keys(data: list[list[Any]]) -> list[Key]:
    return [tuple(codec.decode(part) for part in key) for key in data]


def _source(data: Mapping[str, Any]) -> SourcePlan:
    steps = [Step(**(dict(step) | {"keys": _keys(step["keys"])})) for step in data["steps"]]
    return SourcePlan(**(dict(data) | {"steps": steps}))


def _field(data: Mapping[str, Any]) -> FieldPlan:
    mask = data["mask"]
    made = Mask(**(dict(mask) | {"value": codec.decode(mask["value"])})) if mask else None
    return FieldPlan(**(dict(data) | {"mask": made}))


def _collection(data: Mapping[str, Any]) -> CollectionPlan:
    return CollectionPlan(
        source=data["source"],
        table=TableRef(**data["table"]),
        key=list(data["key"]),
        columns=dict(data["columns"]),
        fields={name: _field(one) for name, one in data["fields"].items()},
        exceptions=[Kept(**(dict(one) | {"fields": tuple(one["fields"])})) for one in data["exceptions"]],
        groups=[Group(**(dict(one) | {"keys": _keys(one["keys"])})) for one in data["groups"]],
        locators={path: [codec.decode(v) for v in values] for path, values in data["locators"].items()},
        folded=list(data["folded"]),
        bare=list(data["bare"]),
        documents=list(data["documents"]),
        targeted=list(data["targeted"]),
        whole_row=data["whole_row"],
        only=[dict(one) for one in data.get("only", ())],
    )
