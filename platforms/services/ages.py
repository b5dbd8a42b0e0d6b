"""How old the stored data of each platform are: measured in the systems, one statement a collection.

A dataset says which collections hold which data elements (`platform_elements`), the registry how long they
may be held. Nothing personal is read: counts and the oldest moment.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from platforms import registry
from platforms.connectors import Age, Aged, ConnectorError, Linked, Match, RowSession, SourceFailed, TableRef
from platforms.connectors.schema import SchemaInfo
from platforms.datasets import CollectionSpec, DatasetSpec, PlatformElement, RowsWhere
from platforms.enums import AgeMeasure, LimitAction
from platforms.models import StoredAge, System
from platforms.registry import Entry
from platforms.rules import limits
from platforms.rules.limits import Schedule
from platforms.services.checking import table_of
from platforms.services.datasets import specs_of
from platforms.services.sources import connector_of

log = logging.getLogger(__name__)
ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)
Limits = dict[tuple[str, str, str], Schedule]


@dataclass(frozen=True)
class _Part:
    """One figure of a collection: what is counted, and against which limit; `fault`: why it says little."""

    mark: PlatformElement
    measure: AgeMeasure
    limit: Schedule | None
    asked: Aged
    fault: str = ""


@dataclass(frozen=True)
class _Bound:
    """What the registry says: limits by place, and every data element that it knows."""

    limits: Limits
    known: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class _Work:
    """One collection with its figures, asked in one statement."""

    collection: CollectionSpec
    table: TableRef
    parts: tuple[_Part, ...]


def limits_by_place() -> Limits:
    """Return every limit by platform, data element and what it is counted from."""
    return _limits(registry.entries())


def _limits(entries: Iterable[Entry]) -> Limits:
    found = limits.schedules(entries)
    return {(one.platform, one.element, measure_of(one)): one for one in found}


def _bound() -> _Bound:
    entries = registry.entries()
    known = frozenset((entry.key, one.key) for entry in entries for one in entry.data_elements)
    return _Bound(_limits(entries), known)


def measure_of(schedule: Schedule) -> AgeMeasure:
    """Return from which moment the period of a schedule counts."""
    return AgeMeasure.FETCHED if schedule.counts_from_fetch else AgeMeasure.VERIFIED


def measure(*, now: datetime) -> int:
    """Measure every marked collection of every system in use that has rows; returns how many figures.

    A system that cannot be read keeps its figures of the last time, with the error beside them.
    """
    bound, figures = _bound(), 0
    for system in System.objects.filter(enabled=True).prefetch_related("datasets"):
        figures += _measure_system(system, bound, now)
    StoredAge.objects.filter(system__enabled=False).delete()
    return figures


def _measure_system(system: System, bound: _Bound, now: datetime) -> int:
    specs = [spec for dataset in system.datasets.all() for spec in specs_of(dataset)]
    works = [work for spec in specs for work in _works(spec, bound, now)]
    try:
        answers = _answers(system, works) if works else {}
    except ConnectorError as fault:
        log.warning("The ages of %s could not be measured: %s", system.key, fault)
        return _failed(system, works, str(fault), now)
    _keep(system, works, answers, now)
    return sum(len(work.parts) for work in works)


def _works(spec: DatasetSpec, bound: _Bound, now: datetime) -> Iterator[_Work]:
    for collection in spec.collections:
        parts = tuple(
            part for mark in collection.platform_elements for part in _parts(spec, mark, bound, now)
        )
        if parts:
            yield _Work(collection, table_of(spec, collection.name), parts)


def _parts(spec: DatasetSpec, mark: PlatformElement, bound: _Bound, now: datetime) -> Iterator[_Part]:
    columns = {AgeMeasure.FETCHED: mark.fetched_at, AgeMeasure.VERIFIED: mark.verified_at}
    known = (mark.platform, mark.element) in bound.known
    fault = "" if known else f"The registry knows no data element {mark.platform}.{mark.element}."
    for measure_, column in columns.items():
        limit = bound.limits.get((mark.platform, mark.element, measure_))
        if measure_ == AgeMeasure.FETCHED or (column and limit):
            before = _before(limit, now) if limit else None
            yield _Part(mark, measure_, limit, _aged(spec, mark, column, before), fault)


def _before(limit: Schedule, now: datetime) -> datetime:
    """Return before which moment an item is over its limit; what may not be stored is over at any time."""
    return ALWAYS if limit.action == LimitAction.NEVER_STORE else limits.cutoff(limit.period, now)


def _aged(spec: DatasetSpec, mark: PlatformElement, column: str, before: datetime | None) -> Aged:
    plain = tuple(Match(one.column, one.values) for one in mark.when if one.through is None)
    linked = tuple(_linked(spec, one) for one in mark.when if one.through is not None)
    return Aged(column, before, plain, linked, mark.present)


def _linked(spec: DatasetSpec, one: RowsWhere) -> Linked:
    assert one.through is not None
    target = table_of(spec, one.through.collection)
    return Linked(one.column, target, one.through.path, Match(one.field, one.values))


def _answers(system: System, works: list[_Work]) -> dict[str, tuple[list[Age], str]]:
    """Return collection → ages and error; one collection that cannot be read leaves the others alone."""
    connector = connector_of(system)
    if connector.level != "rows":
        raise SourceFailed("Ages are measured in systems with rows alone.")
    asked = {work.table for work in works}
    asked |= {link.table for work in works for part in work.parts for link in part.asked.linked}
    with connector.session() as session, session.transaction(write=False):
        schema = session.inspect(sorted(asked, key=str))
        return {work.collection.key: _ask(session, schema, work) for work in works}


def _ask(session: RowSession, schema: SchemaInfo, work: _Work) -> tuple[list[Age], str]:
    """Return the ages of a collection, or why they cannot be read."""
    try:
        return session.ages(_real(schema, work.table), [_named(schema, one.asked) for one in work.parts]), ""
    except SourceFailed as fault:
        return [], str(fault)


def _named(schema: SchemaInfo, asked: Aged) -> Aged:
    """Return the question with the tables as the system spells them."""
    return replace(asked, linked=tuple(replace(one, table=_real(schema, one.table)) for one in asked.linked))


def _real(schema: SchemaInfo, table: TableRef) -> TableRef:
    if table not in schema.tables:
        raise SourceFailed(f"There is no table {table}.")
    return schema.tables[table].ref


@transaction.atomic
def _keep(
    system: System, works: list[_Work], answers: dict[str, tuple[list[Age], str]], now: datetime
) -> None:
    kept: list[Any] = []
    for work in works:
        ages, error = answers[work.collection.key]
        for place, part in enumerate(work.parts):
            values = _values(ages[place], part.fault, now) if ages else {"error": error[:300]}
            kept.append(_store(system, work, part, values, now).pk)
    StoredAge.objects.filter(system=system).exclude(pk__in=kept).delete()


def _values(age: Age, fault: str, now: datetime) -> dict[str, Any]:
    figures = {"items": age.items, "oldest_at": age.oldest_at, "over": age.over}
    return figures | {"error": fault[:300], "measured_at": now}


def _store(system: System, work: _Work, part: _Part, values: dict[str, Any], now: datetime) -> StoredAge:
    """Store one figure. With an error alone the figures of the last time stay, and their moment with them."""
    limit = {"limit": part.limit.period if part.limit else ""}
    row, _made = StoredAge.objects.update_or_create(
        system=system, platform=part.mark.platform, element=part.mark.element,
        collection=work.collection.key, measure=part.measure, defaults=limit | values,
        create_defaults=limit | {"items": 0, "measured_at": now} | values,
    )  # fmt: skip
    return row


@transaction.atomic
def _failed(system: System, works: list[_Work], error: str, now: datetime) -> int:
    """Keep the figures of the last time, with the error; returns that nothing was measured."""
    for work in works:
        for part in work.parts:
            _store(system, work, part, {"error": error[:300]}, now)
    return 0
