"""What a person gets: rows streamed from a source, and the part of each row that may be disclosed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dsar.engine.choices import held_keys
from dsar.engine.document import CollectionPlan, Group, PlanDocument
from dsar.engine.documents import Wanted, matching
from dsar.engine.locating import known
from dsar.engine.source import Progress, Source
from platforms.connectors.base import Key
from platforms.connectors.sql.jsonpath import decode
from platforms.datasets import CollectionSpec, FieldSpec
from platforms.datasets.categories import covers_any

SECRETS = ("user.authorization.credentials", "user.authorization.password", "user.authorization.biometric")
"""Categories whose values open doors: a copy that goes astray must not hand them over (GDPR art. 32)."""

CCPA_SECRETS = (*SECRETS, "user.government_id", "user.financial.bank_account", "user.financial.credit_card")
"""What a Californian answer never holds, whatever was asked (11 CCR 7024(d))."""

CONCEALED = "[held, not shown: a password, key or account number]"

Row = dict[str, Any]
Collected = tuple[str, Row, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Sample:
    """A held row: its key, empty where the table has none, and whether its decision is impossible."""

    key: Key
    refused: bool
    row: Row


def collect(*, plan: PlanDocument, source: Source, progress: Progress | None = None) -> Iterator[Collected]:
    """Yield (collection, row, names of fields about third persons) for every row of the plan in one source.

    Rows hold all declared fields. For another person's row every targeted field is named. Rows are read by
    the stored keys, a chunk at a time, over one connection; memory does not grow with their number.
    Raises SourceUnreachable, SourceFailed.
    """
    parts = list(plan.of(source.key))
    total, done = sum(part.found for _, part in parts), 0
    if not total:
        return
    with source.connector.session() as session, session.transaction(write=False):
        known(session, [part.table for _, part in parts])
        for key, part in parts:
            names, columns = list(part.columns), list(part.columns.values())
            for group in part.groups:
                third = tuple(group.third_fields)
                for values in session.collect(part.table, columns, part.key, _once(part, group)):
                    done += 1
                    yield key, dict(zip(names, values, strict=True)), third
                    if progress and done % 1_000 == 0:
                        progress(done, total)
    if progress:
        progress(done, total)


def sample(*, plan: PlanDocument, source: Source, collection: str, kind: str, most: int) -> list[Sample]:
    """Return the first held rows of one kind, with what the plan aims at in them; no passwords and keys.

    Those come first of which a decision cannot be carried out. Raises SourceUnreachable, SourceFailed.
    """
    part, cut = plan.collections[collection], Disclosure(plan, source)
    refused = {key for one in plan.blocked if (one.line, one.kind) == (collection, kind) for key in one.rows}
    keys = sorted(held_keys(part, kind), key=lambda key: key not in refused)[:most]
    own = [] if part.whole_row else list(part.key)
    columns = list(dict.fromkeys([*part.columns.values(), *own]))
    with source.connector.session() as session, session.transaction(write=False):
        known(session, [part.table])
        read = list(session.collect(part.table, columns, part.key, keys))
    found = []
    for values in (dict(zip(columns, one, strict=True)) for one in read):
        row = cut.of(collection, {name: values[real] for name, real in part.columns.items()}, ())
        key = tuple(values[name] for name in own)
        found.append(Sample(key, key in refused, conceal(row, cut.specs[collection], SECRETS)))
    return sorted(found, key=lambda one: not one.refused)


def _once(part: CollectionPlan, group: Group) -> list[Key]:
    """The keys of a group; rows that look alike share one."""
    return list(dict.fromkeys(group.keys)) if part.whole_row else group.keys


def conceal(row: Row, collection: CollectionSpec, categories: Sequence[str]) -> Row:
    """Return a disclosable row in which the values of some categories are replaced by a remark."""
    return _concealed(row, _hidden(collection, categories))


def _hidden(collection: CollectionSpec, categories: Sequence[str]) -> frozenset[str]:
    return frozenset(
        top.name
        for top in collection.fields
        for part in top.walk()
        if covers_any(categories, part.categories or collection.categories)
    )


def _concealed(row: Row, hidden: frozenset[str]) -> Row:
    if not hidden:
        return row
    return {name: CONCEALED if name in hidden and row[name] is not None else row[name] for name in row}


class Disclosure:
    """Cuts rows down to what may be disclosed: targeted fields, without values about third persons."""

    def __init__(self, plan: PlanDocument, source: Source) -> None:
        self.plan = plan
        self.specs = {one.key: one for dataset in source.datasets for one in dataset.collections}
        self._aims: dict[str, tuple[frozenset[str], list[FieldSpec]]] = {}
        self._secret: dict[tuple[str, tuple[str, ...]], frozenset[str]] = {}

    def _aim(self, collection: str) -> tuple[frozenset[str], list[FieldSpec]]:
        """Return the targeted paths of a collection and its top fields with any; worked out once."""
        if collection not in self._aims:
            targeted = frozenset(self.plan.collections[collection].targeted)
            fields = self.specs[collection].fields
            tops = [top for top in fields if any(one.path in targeted for one in top.walk())]
            self._aims[collection] = targeted, tops
        return self._aims[collection]

    def conceal(self, collection: str, row: Row, categories: tuple[str, ...]) -> Row:
        """Do what `conceal` does, for many rows of a collection."""
        known = self._secret.get((collection, categories))
        if known is None:
            known = self._secret[collection, categories] = _hidden(self.specs[collection], categories)
        return _concealed(row, known)

    def of(self, collection: str, row: Mapping[str, Any], third: Sequence[str]) -> Row:
        """Return the disclosable part of a row; empty when nothing in it is targeted.

        Of a list through which the row was found only the matching elements are given, unless the dataset
        says `return_all_elements`.
        """
        part, spec = self.plan.collections[collection], self.specs[collection]
        targeted, tops = self._aim(collection)
        found: Row = {}
        for top in tops:
            if top.name not in third and top.name in row:
                found[top.name] = _cut(self._elements(part, spec, top, row[top.name]), top, targeted)
        return found

    def _elements(self, part: CollectionPlan, spec: CollectionSpec, top: FieldSpec, value: Any) -> Any:
        structured = bool(top.fields) or top.is_array or isinstance(value, (list, dict))
        if not structured or value is None:
            return value
        document = decode(value)
        for path, values in part.locators.items():
            column, _, inner = path.partition(".")
            if column == top.name and not _all_elements(spec, path):
                wanted = Wanted(values, fold=path in part.folded)
                document = matching(document, inner.split(".") if inner else [], wanted)
        return document


def _all_elements(spec: CollectionSpec, path: str) -> bool:
    parts = path.split(".")
    above = [spec.field_at(".".join(parts[:end])) for end in range(1, len(parts) + 1)]
    return any(one.return_all_elements for one in above if one)


def _cut(value: Any, field: FieldSpec, targeted: frozenset[str]) -> Any:
    """Keep only targeted fields inside a document; a field without declared parts is kept whole."""
    if not field.fields:
        return value
    if isinstance(value, list):
        return [_cut(element, field, targeted) for element in value]
    if not isinstance(value, dict):
        return value
    if field.path in targeted and all(one.path in targeted for one in field.walk()):
        return value
    return {
        child.name: _cut(value[child.name], child, targeted)
        for child in field.fields
        if child.name in value and any(one.path in targeted for one in child.walk())
    }
