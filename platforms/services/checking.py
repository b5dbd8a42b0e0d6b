"""Is a system there, and does it look as its datasets say?"""

from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches

from django.db import transaction

from accounts.services import audit
from accounts.services.audit import SYSTEM, Actor
from platforms.connectors import Connector, ConnectorError, TableRef
from platforms.connectors.schema import SchemaInfo, Table
from platforms.datasets import CollectionSpec, DatasetSpec
from platforms.models import System
from platforms.services.datasets import specs_of
from platforms.services.sources import connector_of


def check_system(*, system: System, now: datetime, actor: Actor = SYSTEM) -> str:
    """Reach a system and compare tables and columns with its datasets; store and return what is wrong.

    Returns the empty string when everything fits. Systems that take whole requests are only checked for
    settings: asking them would start work.
    """
    try:
        problem = " ".join(_problems(system, connector_of(system)))
    except ConnectorError as fault:
        problem = str(fault)
    with transaction.atomic():
        system.checked_at, system.check_error = now, problem
        system.save(update_fields=["checked_at", "check_error"])
        audit.record(actor=actor, action="system.checked", obj=system, details={"fits": not problem})
    return problem


def _problems(system: System, connector: Connector) -> Iterator[str]:
    specs = [spec for dataset in system.datasets.all() for spec in specs_of(dataset)]
    if connector.level != "rows":
        return
    if not specs:
        yield "It has no dataset: nothing in it can be found. Import one."
        return
    tables = {table_of(spec, one.name): one for spec in specs for one in spec.collections if not one.skip}
    with connector.session() as session, session.transaction(write=False):
        schema = session.inspect(list(tables))
    for ref, collection in tables.items():
        yield from _compare(ref, collection, schema)


def table_of(spec: DatasetSpec, collection: str) -> TableRef:
    """Return the table that a collection of a dataset is, in the schema that the dataset names."""
    space = spec.namespace
    schema = space.get("schema") or space.get("schema_name") or space.get("database_name")
    return TableRef(collection, schema or None)


def _compare(ref: TableRef, collection: CollectionSpec, schema: SchemaInfo) -> Iterator[str]:
    table = schema.tables.get(ref)
    if table is None:
        yield f"There is no table {ref} for {collection.key}.{_nearest(ref.name, schema.names)}"
        return
    for name in _missing(collection, table):
        yield f"The table {ref} has no column {name}.{_nearest(name, tuple(table.columns))}"


def _missing(collection: CollectionSpec, table: Table) -> list[str]:
    there = {name.lower() for name in table.columns}
    return [one.name for one in collection.fields if one.name.lower() not in there]


def _nearest(name: str, names: tuple[str, ...]) -> str:
    near = get_close_matches(name.lower(), [one.lower() for one in names], 1, 0.5)
    return f" The nearest name is {near[0]}." if near else ""
