"""From schedules to what is due where: one target for each schedule and collection, or why there is none."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from config.profile import Profile
from config.sentences import Sentence, say
from platforms.connectors import TableRef
from platforms.connectors.purging import ERASED, Due, Hop, Purging, Ripe
from platforms.connectors.schema import Column, ForeignKey, SchemaInfo, Table
from platforms.datasets import CollectionSpec
from retention.enums import ProblemKind, StepAction, StepMode
from retention.rules import last_past, last_reached, start_of
from retention.rules.covering import fields_of, is_of_persons, personal_fields, removes
from retention.rules.triggers import Link, Way, ways
from retention.services.places import Place

PERSONAL = "account_deleted"
ALWAYS_DATED = ("created", "issued", "last_used")
"""Events that every row has behind it; the others may not have happened yet."""
KEEPS_NOTHING = ("SET NULL", "SET DEFAULT")


@dataclass(frozen=True)
class Target:
    """What one schedule removes in one collection.

    `dated`: every row must have a date; `rest`: the masking of rows that cannot be deleted.
    """

    place: Place
    schedule: str
    mode: StepMode
    action: StepAction
    due: Due
    trigger: str
    through_on: date
    indexed: bool = True
    dated: bool = True
    rest: bool = False


@dataclass(frozen=True)
class Trouble:
    """Why a schedule cannot be carried out in a collection, or only badly."""

    kind: ProblemKind
    place: Place
    schedule: str
    detail: Sentence
    rows: int = 0


@dataclass
class Ground:
    """A system as it is: its collections, its real schema, and which columns an index begins with."""

    places: Mapping[str, Place]
    schema: SchemaInfo
    indexed: Mapping[TableRef, frozenset[str]]
    profile: Profile
    today: date
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone in which days are counted."""
        return ZoneInfo(self.profile.clocks.zone)

    def table(self, place: Place) -> Table | None:
        """Return the real table of a collection."""
        return self.schema.tables.get(place.table)


def survey_ground(session: Any, places: Iterable[Place], profile: Profile, today: date) -> Ground:
    """Read the schema of a system. `session`: inside a transaction that reads."""
    by_key = {place.key: place for place in places}
    schema = session.inspect(sorted({place.table for place in by_key.values()}, key=str))
    indexed: dict[TableRef, frozenset[str]] = {}
    if isinstance(session, Purging):
        indexed = {ref: session.leading(table.ref) for ref, table in schema.tables.items()}
    return Ground(by_key, schema, indexed, profile, today)


def targets(ground: Ground) -> list[Target]:
    """Return what is to be removed, children before the rows that they point at; fills `ground.troubles`."""
    found = [
        target
        for place in ground.places.values()
        for schedule in ground.profile.schedules
        for target in _target(ground, place, schedule)
    ]
    places = _children_first(ground)
    return sorted(found, key=lambda one: (one.mode != StepMode.ROWS, places[one.place.key]))


def _target(ground: Ground, place: Place, schedule: Any) -> Iterator[Target]:
    reach = removes(schedule, place.system.key, place.dataset, place.collection)
    if reach is None or schedule.max_period is None or (schedule.action == "keep" and reach == "fields"):
        return
    if str(schedule.trigger) == PERSONAL and not is_of_persons(place.collection):
        return  # the row goes with its person
    table = ground.table(place)
    if table is None:
        _trouble(
            ground, ProblemKind.NO_TABLE, place, schedule, say("There is no table %(t)s.", t=str(place.table))
        )
        return
    if not table.primary_key:
        why = say("The table %(t)s has no primary key: nothing could be proved.", t=str(place.table))
        _trouble(ground, ProblemKind.NO_KEY, place, schedule, why)
        return
    way = next(_ways(ground, place, schedule), None)
    if way is None:
        why = say(
            "No column says when “%(event)s” happened. Mark it in the dataset under trigger_fields.",
            event=str(schedule.trigger),
        )
        _trouble(ground, ProblemKind.NO_TRIGGER, place, schedule, why)
        return
    yield from _made(ground, place, schedule, table, way, reach)


def _trouble(ground: Ground, kind: ProblemKind, place: Place, schedule: Any, detail: Sentence) -> None:
    ground.troubles.append(Trouble(kind, place, schedule.key, detail))


def way_of(ground: Ground, place: Place, schedule: Any) -> Way | None:
    """Return by which way a collection reaches the column that says when a schedule's period begins."""
    return next(_ways(ground, place, schedule), None)


def _ways(ground: Ground, place: Place, schedule: Any) -> Iterator[Way]:
    def covers(collection: CollectionSpec) -> bool:
        other = ground.places[collection.key]
        return removes(schedule, other.system.key, other.dataset, collection) is not None

    collections = {key: one.collection for key, one in ground.places.items()}
    found = ways(
        place.collection, str(schedule.trigger), collections, lambda one: _links(ground, one), covers
    )
    for way in found:
        if all(ground.table(ground.places[link.target]) for link in way.links):
            yield way


def _links(ground: Ground, collection: CollectionSpec) -> list[Link]:
    """Return what rows of a collection stand under: by references of the dataset, then by foreign keys."""
    found = [
        Link(top.column, f"{ref.dataset}.{ref.collection}", ref.path)
        for top in collection.fields
        for ref in top.references
        if ref.direction != "to"
    ]
    table = ground.table(ground.places[collection.key])
    names = {one.ref: key for key, place in ground.places.items() if (one := ground.table(place))}
    for link in table.foreign_keys if table else ():
        if len(link.columns) == 1 and link.target in names:
            found.append(Link(link.columns[0], names[link.target], link.target_columns[0]))
    return list(dict.fromkeys(found))


def _made(
    ground: Ground, place: Place, schedule: Any, table: Table, way: Way, reach: str
) -> Iterator[Target]:
    changes = None
    if reach == "fields":
        changes = _emptied(ground, place, schedule, table, fields_of(schedule, place.collection))
        if not changes:
            return
    through = _through(schedule, ground.today)
    order, indexed = _order(ground, place, table, way)
    due = Due(
        table=table.ref,
        key=table.primary_key,
        order=order,
        any_of=(_ripe(ground, way, through),),
        none_of=tuple(_kept(ground, place, schedule)),
        kept_by=tuple(_pointing(ground, table)) if changes is None else (),
        changes=changes,
    )
    personal = str(schedule.trigger) == PERSONAL
    target = Target(
        place=place,
        schedule=schedule.key,
        mode=StepMode.PERSONS if personal else StepMode.ROWS,
        action=StepAction.DELETE if changes is None else StepAction.MASK,
        due=replace(due, kept_by=()) if personal else due,
        trigger=way.words,
        through_on=through,
        indexed=indexed,
        dated=str(schedule.trigger) in ALWAYS_DATED,
    )
    yield target
    rest = (
        None
        if personal or changes or target.dated
        else _kept_but_emptied(ground, place, schedule, table, due)
    )
    if rest is not None:
        yield replace(target, action=StepAction.MASK, due=rest, rest=True)


def _through(schedule: Any, today: date) -> date:
    """Return the last day on which a period may have begun that is over.

    "At most" ends on its last day, "at least" the day after it (law notes, 1.1).
    """
    over = last_reached(schedule.max_period, today)
    if schedule.action == "keep" and schedule.min_period:
        over = min(over, last_past(schedule.min_period, today))
    return over


def _ripe(ground: Ground, way: Way, through: date) -> Ripe:
    end = through + timedelta(days=1)
    hops = tuple(
        Hop(link.column, ground.schema.tables[ground.places[link.target].table].ref, link.key)
        for link in way.links
    )
    return Ripe(way.column, start_of(end, ground.zone), end, hops)


def _kept(ground: Ground, place: Place, schedule: Any) -> Iterator[Ripe]:
    """Yield the periods for which other schedules keep a row: it stays until each of them is over."""
    for other in ground.profile.schedules:
        if other.action != "keep" or not other.min_period or other.key == schedule.key:
            continue
        if removes(other, place.system.key, place.dataset, place.collection) is None:
            continue
        way = next(_ways(ground, place, other), None)
        if way is None:
            why = say("The rows are kept under “%(other)s”, but no column says from when.", other=other.label)
            _trouble(ground, ProblemKind.NO_TRIGGER, place, schedule, why)
            continue
        yield _ripe(ground, way, last_past(other.min_period, ground.today))


def _pointing(ground: Ground, table: Table) -> Iterator[ForeignKey]:
    """Yield the foreign keys whose rows keep a row: what would break, or be removed unseen by a cascade."""
    for link in ground.schema.incoming:
        if link.target == table.ref and link.on_delete not in KEEPS_NOTHING:
            yield link


def _order(ground: Ground, place: Place, table: Table, way: Way) -> tuple[str, bool]:
    """Return the column that windows go along, and whether an index leads to the rows that are due."""
    leading = ground.indexed.get(place.table, frozenset())
    if way.links:
        return table.primary_key[0], way.links[0].column in leading
    return (way.column, True) if way.column in leading else (table.primary_key[0], False)


def _emptied(
    ground: Ground, place: Place, schedule: Any, table: Table, names: Iterable[str]
) -> dict[str, Any]:
    """Return what is written into columns so that they say nothing; tells which cannot be emptied."""
    changes: dict[str, Any] = {}
    room = len(ERASED) + sum(_width(table.columns[name]) for name in table.primary_key)
    for name in names:
        column = table.columns.get(name)
        if column is None or column.generated:
            continue
        checked = any(name in check.sql for check in table.checks)
        if column.nullable and not checked:
            changes[name] = None
        elif column.family == "text" and not checked and (column.length or room) >= room:
            changes[name] = ERASED
        else:
            why = say("The column %(column)s may not be empty: mask it by a dataset rule.", column=name)
            _trouble(ground, ProblemKind.NOT_EMPTIED, place, schedule, why)
    return changes


def _width(column: Column) -> int:
    """Return how many characters a part of a key takes at most, with the sign before it."""
    return 1 + (20 if column.family == "integer" else 40)


def _kept_but_emptied(ground: Ground, place: Place, schedule: Any, table: Table, due: Due) -> Due | None:
    """Return the masking of rows that are due but have to stay, because rows that stay point at them.

    Only where an event ended the period: a row of which nothing but its age is known is in use as long as
    others point at it.
    """
    links = {name for key in table.foreign_keys for name in key.columns}
    names = [name for name in personal_fields(place.collection) if name not in links]
    changes = _emptied(ground, place, schedule, table, names) if due.kept_by else {}
    return replace(due, changes=changes, only_kept=True) if changes else None


def _children_first(ground: Ground) -> dict[str, int]:
    """Return collection → place in an order in which rows go before those that they point at."""
    tables = {key: table for key, place in ground.places.items() if (table := ground.table(place))}
    keys = {table.ref: key for key, table in tables.items()}
    order: dict[str, int] = {}

    def put(key: str, above: frozenset[str]) -> None:
        if key in order or key in above:
            return
        for link in ground.schema.incoming:
            child = keys.get(link.table)
            if link.target == tables[key].ref and child and child != key:
                put(child, above | {key})
        order[key] = len(order)

    for key in tables:
        put(key, frozenset())
    return order | {key: len(order) for key in ground.places if key not in tables}
