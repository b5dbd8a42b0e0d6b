"""Drift: what systems really hold, compared with what their datasets say."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from config.sentences import Sentence, say
from platforms.connectors import ConnectorError, TableRef
from platforms.connectors.sampling import Sampling
from platforms.connectors.schema import SchemaInfo, Table
from platforms.datasets import CollectionSpec
from platforms.enums import FindingKind
from platforms.models import Finding, System
from platforms.rules.found import Found
from platforms.services import connector_of
from retention.rules.recognising import LOOKS, recognised
from retention.services.places import places_of, systems

log = logging.getLogger(__name__)
KINDS = (FindingKind.UNDECLARED, FindingKind.VANISHED, FindingKind.CONTENT)
SAMPLE = 200
TEXT = ("text", "json", "array")
OF_THE_DATABASE = ("sqlite_", "pg_", "mysql.")
"""How tables begin that the database keeps for itself."""

Collections = dict[TableRef, CollectionSpec]


def find(*, now: datetime) -> Iterator[Found]:
    """Yield what is undeclared, what has vanished, and content that its dataset does not say.

    A system that does not answer keeps the findings that it has: nothing about it is known to be mended.
    """
    del now
    for system in systems():
        try:
            yield from look(system)
        except ConnectorError as fault:
            log.warning("The drift of %s could not be looked for: %s", system.key, fault)
            yield from _still(system)


def look(system: System) -> list[Found]:
    """Compare one system with its datasets. Reads only, and keeps no value. Raises ConnectorError."""
    declared = {place.table: place.collection for place in places_of(system)}
    connector = connector_of(system)
    if connector.level != "rows" or not declared:
        return []
    with connector.session() as session, session.transaction(write=False):
        schema = session.inspect(list(declared))
        return [
            *_tables(system, declared, schema),
            *_columns(system, declared, schema),
            *_contents(system, declared, schema, session),
        ]


def _still(system: System) -> Iterator[Found]:
    for row in Finding.objects.open().filter(kind__in=KINDS, platform=system.key):
        yield Found(row.kind, row.platform, row.element, detail=_said_before(row.detail))


def _said_before(kept: Mapping[str, Any]) -> Sentence:
    """Return the sentence of a stored detail, labels inside it included."""
    values = kept.get("v", {})
    return Sentence(kept["m"], {k: _said_before(v) if isinstance(v, dict) else v for k, v in values.items()})


def _found(kind: FindingKind, system: System, element: str, says: Sentence) -> Found:
    return Found(kind, system.key, element[:120], detail=says)


def _tables(system: System, declared: Collections, schema: SchemaInfo) -> Iterator[Found]:
    for ref, collection in declared.items():
        if not collection.skip and ref not in schema.tables:
            says = say("The table %(name)s is declared, and is not there.", name=str(ref))
            yield _found(FindingKind.VANISHED, system, str(ref), says)
    known = {ref.name.lower() for ref in declared}
    for name in schema.names:
        bare = name.rpartition(".")[2].lower()
        if bare not in known and not name.lower().startswith(OF_THE_DATABASE):
            says = say("The table %(name)s stands in no dataset.", name=name)
            yield _found(FindingKind.UNDECLARED, system, name, says)


def _columns(system: System, declared: Collections, schema: SchemaInfo) -> Iterator[Found]:
    for ref, collection, table in _present(declared, schema):
        said = {field.name.lower() for field in collection.fields}
        there = {name.lower() for name in table.columns}
        for name in table.columns:
            if name.lower() not in said:
                says = say("The column %(name)s stands in no dataset.", name=f"{ref}.{name}")
                yield _found(FindingKind.UNDECLARED, system, f"{ref}.{name}", says)
        for field in collection.fields:
            if field.name.lower() not in there:
                says = say("The column %(name)s is declared, and is not there.", name=f"{ref}.{field.name}")
                yield _found(FindingKind.VANISHED, system, f"{ref}.{field.name}", says)


def _present(declared: Collections, schema: SchemaInfo) -> Iterator[tuple[TableRef, CollectionSpec, Table]]:
    for ref, collection in declared.items():
        table = schema.tables.get(ref)
        if table is not None and not collection.skip:
            yield ref, collection, table


def _contents(system: System, declared: Collections, schema: SchemaInfo, session: Any) -> Iterator[Found]:
    if not isinstance(session, Sampling):
        return
    for ref, collection, table in _present(declared, schema):
        if table.is_view or not table.readable:
            continue
        for name, column in table.columns.items():
            if column.family not in TEXT:
                continue
            for kind in recognised(session.sample(table.ref, name, SAMPLE), _said(collection, name)):
                says = say("Values in %(name)s look like %(what)s, and the dataset does not say so.",
                           name=f"{ref}.{name}", what=LOOKS[kind])  # fmt: skip
                yield _found(FindingKind.CONTENT, system, f"{ref}.{name} ({kind})", says)


def _said(collection: CollectionSpec, column: str) -> Sequence[str]:
    """Return the data categories that the dataset gives a column."""
    tops = (field for field in collection.fields if field.column.lower() == column.lower())
    return [category for top in tops for field in top.walk() for category in field.categories]
