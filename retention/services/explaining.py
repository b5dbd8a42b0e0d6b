"""Why a record is still there: its dates, which periods run, what keeps it, or the proof that it went.

Only keys and the columns that say when a period began are read; that somebody looked is recorded.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import Actor
from config.profile import active_profile
from config.profile.holdings import Schedule
from platforms.connectors import Match
from platforms.connectors.schema import Table
from platforms.connectors.sql.values import fitting
from platforms.models import System
from platforms.services import connector_of
from retention.enums import HoldScope
from retention.models import HeldRows, Hold
from retention.rules import add_period
from retention.rules.covering import Removal, is_of_persons, removes
from retention.rules.triggers import Way
from retention.services import proving, windows
from retention.services.places import Place, places_of
from retention.services.planning import today_of
from retention.services.proving import Proof
from retention.services.targets import KEEPS_NOTHING, PERSONAL, Ground, survey_ground, way_of

Row = dict[str, Any]


class NotExplained(ValueError):
    """The record cannot be looked up like this; the message says what to change."""


@dataclass(frozen=True)
class Period:
    """What one schedule says about the record.

    `way`: the column that says when it began, in words; empty where there is none. `began_on`: the day found
    there. `kept_through`: the last day on which it must stay; `gone_by`: the last day on which it may be
    there; `with_person`: it goes with the person whom it belongs to.
    """

    schedule: Schedule
    reach: Removal
    way: str
    began_on: date | None
    kept_through: date | None
    gone_by: date | None
    with_person: bool = False

    def keeps(self, today: date) -> bool:
        """Whether it keeps the record on a day; without a date nobody can say that the period is over."""
        if self.schedule.action != "keep" or not self.schedule.min_period:
            return False
        return self.kept_through is None or today <= self.kept_through

    def over(self, today: date) -> bool:
        """Whether the record has to go on a day."""
        return self.gone_by is not None and today >= self.gone_by


@dataclass(frozen=True)
class Pointing:
    """Rows elsewhere that point at the record: it cannot go before them."""

    table: str
    column: str
    rows: int


@dataclass
class Answer:
    """Everything there is to say about one record. `here`: whether its row was found."""

    place: Place
    record: str
    today: date
    here: bool = False
    periods: list[Period] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    pointing: list[Pointing] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)

    @property
    def keeping(self) -> list[Period]:
        """Return the periods that keep the record today."""
        return [one for one in self.periods if one.keeps(self.today)]

    @property
    def over(self) -> list[Period]:
        """Return the periods after which the record had to go, or has to go today."""
        return [one for one in self.periods if one.over(self.today)]


def places() -> list[Place]:
    """Return every collection that can be looked into."""
    found = System.objects.filter(enabled=True).prefetch_related("datasets").order_by("name")
    return [place for system in found for place in places_of(system) if not place.collection.skip]


def explain(*, system: System, collection: str, record: str, actor: Actor, now: datetime) -> Answer:
    """Look up one record. `record`: its primary key, parts separated by commas.

    Raises NotExplained, ConnectorError.
    """
    place = next((one for one in places_of(system) if one.key == collection), None)
    if place is None:
        raise NotExplained(_("There is no such collection in this system."))
    parts = tuple(part.strip() for part in record.split(","))
    if not all(parts):
        raise NotExplained(_("Write the primary key of the record."))
    _note(system, collection, parts, actor)
    answer = Answer(place, ",".join(parts), today_of(now, active_profile()))
    _read(answer, parts)
    answer.proofs = proving.prove(system=system, record=answer.record, collection=collection)
    return answer


@transaction.atomic
def _note(system: System, collection: str, parts: tuple[str, ...], actor: Actor) -> None:
    """Record that somebody looks; the key only as a keyed digest."""
    details = {"collection": collection, "key": windows.seal(system, collection, parts).hex()}
    audit.record(actor=actor, action="retention.looked_up", obj=system, details=details)


def _read(answer: Answer, parts: tuple[str, ...]) -> None:
    place = answer.place
    connector = connector_of(place.system)
    if connector.level != "rows":
        raise NotExplained(_("This system cannot be looked into row by row. Ask its owner."))
    with connector.session() as session, session.transaction(write=False):
        ground = survey_ground(session, places_of(place.system), active_profile(), answer.today)
        table = ground.table(place)
        if table is None or not table.primary_key:
            raise NotExplained(_("The table is not there, or it has no primary key."))
        key = _typed(table, parts)
        row = _row(session, table, key, _wanted(ground, place, table)) if key else None
        answer.here = row is not None
        if key is None or row is None:
            answer.periods = list(_periods(ground, place, session, None))
            return
        answer.periods = list(_periods(ground, place, session, row))
        answer.holds = _holds(place, session, table, key)
        answer.pointing = list(_pointing(ground, table, session, row))


def _typed(table: Table, parts: tuple[str, ...]) -> tuple[Any, ...] | None:
    """Return a key as its columns hold it, or None when they cannot hold it."""
    if len(parts) != len(table.primary_key):
        raise NotExplained(
            _("The key of this table has %(n)s parts: %(names)s. Separate them by commas.")
            % {"n": len(table.primary_key), "names": ", ".join(table.primary_key)}
        )
    found = [
        fitting([part], table.columns[name]) for name, part in zip(table.primary_key, parts, strict=True)
    ]
    return tuple(one[0] for one in found) if all(found) else None


def _schedules(ground: Ground, place: Place) -> Iterator[tuple[Schedule, Removal, Way | None]]:
    for schedule in ground.profile.schedules:
        reach = removes(schedule, place.system.key, place.dataset, place.collection)
        if reach is not None:
            yield schedule, reach, way_of(ground, place, schedule)


def _wanted(ground: Ground, place: Place, table: Table) -> list[str]:
    """Return the columns that are read: dates, links on the way to dates, keys that others point at."""
    names = list(table.primary_key)
    for _schedule, _reach, way in _schedules(ground, place):
        if way is not None:
            names.append(way.links[0].column if way.links else way.column)
    for link in ground.schema.incoming:
        if link.target == table.ref:
            names += link.target_columns
    return [name for name in dict.fromkeys(names) if name in table.columns]


def _row(session: Any, table: Table, key: tuple[Any, ...], columns: list[str]) -> Row | None:
    found = next(iter(session.collect(table.ref, columns, table.primary_key, [key])), None)
    return None if found is None else dict(zip(columns, found, strict=True))


def _periods(ground: Ground, place: Place, session: Any, row: Row | None) -> Iterator[Period]:
    for schedule, reach, way in _schedules(ground, place):
        alone = str(schedule.trigger) == PERSONAL and not is_of_persons(place.collection)
        began = _began(ground, session, way, row) if way and row and not alone else None
        least, longest = schedule.min_period if schedule.action == "keep" else None, schedule.max_period
        yield Period(
            schedule=schedule,
            reach=reach,
            way=way.words if way else "",
            began_on=began,
            kept_through=add_period(began, least) if began and least else None,
            gone_by=add_period(began, longest) if began and longest else None,
            with_person=alone,
        )


def _began(ground: Ground, session: Any, way: Way, row: Mapping[str, Any]) -> date | None:
    """Follow the links of a way from a row, and return the day in the column at its end."""
    value = row[way.links[0].column if way.links else way.column]
    for place, link in enumerate(way.links):
        if value is None:
            return None
        last = place + 1 == len(way.links)
        column = way.column if last else way.links[place + 1].column
        table = ground.schema.tables[ground.places[link.target].table]
        found = next(iter(session.collect(table.ref, [column], [link.key], [(value,)])), None)
        value = found[0] if found else None
    return day_of(value, ground.zone)


def day_of(value: Any, zone: ZoneInfo) -> date | None:
    """Return the company's day of a stored moment: a day, a moment (UTC without zone), seconds, ISO text."""
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.astimezone(zone).date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC).astimezone(zone).date()
    text = str(value or "").strip()
    try:
        return date.fromisoformat(text) if len(text) == 10 else day_of(datetime.fromisoformat(text), zone)
    except ValueError:
        return None


def _holds(place: Place, session: Any, table: Table, key: tuple[Any, ...]) -> list[Hold]:
    """Return the binding holds that cover the row."""
    found = Hold.objects.over(place.system.pk).select_related("owner").order_by("number")
    return [hold for hold in found if _covers(hold, place, session, table, key)]


def _covers(hold: Hold, place: Place, session: Any, table: Table, key: tuple[Any, ...]) -> bool:
    if hold.scope == HoldScope.SYSTEM:
        return True
    if hold.scope == HoldScope.ROWS:
        known = [one for one in json.loads(hold.conditions).items() if one[0] in table.columns]
        return hold.collection == place.key and any(
            session.matching(table.ref, table.primary_key, [key], Match(column, tuple(values)))
            for column, values in known
        )
    rows = HeldRows.objects.filter(hold=hold, system=place.system, collection=place.key)
    named = {tuple(str(part) for part in one) for row in rows for one in json.loads(row.keys)}
    return tuple(str(part) for part in key) in named


def _pointing(ground: Ground, table: Table, session: Any, row: Mapping[str, Any]) -> Iterator[Pointing]:
    """Yield how many rows of each table would break, or go unseen, if this row went."""
    for link in ground.schema.incoming:
        if link.target != table.ref or link.on_delete in KEEPS_NOTHING or len(link.columns) != 1:
            continue
        value = row.get(link.target_columns[0])
        if value is None or link.table not in ground.schema.tables:
            continue
        rows = sum(session.count(link.table, link.columns[0], [value]).values())
        if rows:
            yield Pointing(str(link.table), link.columns[0], rows)
