"""The restore drill of the demonstration: a copy is the live database, another one the restored backup.

People are erased in the live copy by the engine, as requests do it. The portal's own rows of the drill (a
system, its dataset, the journal, audit events) are rolled back at the end: nothing of it stays.
"""

import shutil
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from django.db import transaction

from accounts.services.audit import SYSTEM
from config.profile import active_profile
from dsar import engine
from dsar.engine import PlanDocument
from dsar.services import journaling, sources
from platforms import demo
from platforms.connectors.sql.urls import parse_url
from platforms.models import System
from platforms.services import create_system, import_dataset
from retention.enums import JournalSource
from retention.services import journal, replaying, restored
from retention.services.drilling import Drill

KEY = "restore_drill"
Rows = dict[str, dict[tuple[Any, ...], tuple[Any, ...]]]


def run(company: Path, folder: Path, people: int, now: datetime) -> Drill:
    """Erase people in a copy of a company, restore the backup, replay the journal, look and compare.

    Raises ConnectorError.
    """
    began = time.monotonic()
    live, backup, copy = (folder / f"{name}.sqlite3" for name in ("live", "backup", "restored"))
    for target in (live, backup, copy):
        shutil.copy(company, target)
    with transaction.atomic():
        system = _system(live, now)
        plans = [one for one in _erased(system, live, people, now) if one]
        way = restored.connector_to(system, f"sqlite:///{copy}", in_place=False)
        first = replaying.replay(system=system, connector=way, accept_older=True)
        second = replaying.replay(system=system, connector=way, accept_older=True)
        transaction.set_rollback(True)
    written = sum(plan.to_change for plan in plans)
    changed = differences(rows_at(f"sqlite:///{backup}"), rows_at(f"sqlite:///{copy}"), aimed_at(plans))
    return Drill(people, len(plans), written, first, second, changed, time.monotonic() - began)


def _system(live: Path, now: datetime) -> System:
    system = create_system(
        key=KEY, name="Restore drill", connector="sql", secret=f"sqlite:///{live}", actor=SYSTEM, now=now
    )
    source = demo.DATASET.read_text(encoding="utf-8")
    import_dataset(system=system, source=_renamed(source), origin="drill", actor=SYSTEM, now=now)
    return system


def _renamed(source: str) -> str:
    """A dataset's key is there once: the drill's copy has one of its own."""
    first = source.split("fides_key:", 1)[1].split("\n", 1)[0].strip()
    return source.replace(f"fides_key: {first}", f"fides_key: {KEY}", 1).replace(
        f"dataset: {first}", f"dataset: {KEY}"
    )


def _erased(system: System, live: Path, people: int, now: datetime) -> Iterator[PlanDocument | None]:
    """Yield the plan of each person who was erased, None for one whom something blocks."""
    for number, email in people_at(f"sqlite:///{live}", people):
        yield erase_person(
            system=system, identities={"email": [email], "user_id": [str(number)]}, name=f"drill-{number}",
            now=now,
        )  # fmt: skip


def people_at(url: str, people: int) -> list[tuple[int, str]]:
    """Return the last people of a company: the first ones have accounts in the demonstration."""
    found = sa.create_engine(parse_url(url))
    try:
        with found.connect() as connection:
            query = "SELECT id, email FROM users ORDER BY id DESC LIMIT :n"
            return [(int(row[0]), str(row[1])) for row in connection.execute(sa.text(query), {"n": people})]
    finally:
        found.dispose()


def erase_person(
    *, system: System, identities: Mapping[str, list[str]], name: str, now: datetime
) -> PlanDocument | None:
    """Plan, erase, look again, and write the journal, as a request does. None when something blocks it.

    Raises ConnectorError.
    """
    source = sources.source_of(system)
    document = engine.make_plan(
        sources=[source], identities=identities, right="deletion", now=now, categories=("user",),
        schedules=sources.schedules(active_profile(), "gdpr"),
    )  # fmt: skip
    if document.blocked or not engine.erase(plan=document, source=source).ok:
        return None
    if not engine.probe(plan=document, source=source).clean:
        return None
    journal.write(
        system=system, removals=list(journaling.removals_of(document, system)), source=JournalSource.DRILL,
        source_id=name, now=now,
    )  # fmt: skip
    return document


def aimed_at(plans: list[PlanDocument]) -> dict[str, set[tuple[Any, ...]]]:
    """Return table → keys of the rows that plans change."""
    found: dict[str, set[tuple[Any, ...]]] = {}
    for plan in plans:
        for part in plan.collections.values():
            keys = {key for group in part.groups if group.changes for key in group.keys}
            found.setdefault(part.table.name, set()).update(keys)
    return found


def rows_at(url: str) -> Rows:
    """Return every row of every table of a database by its primary key; the whole row without one."""
    found = sa.create_engine(parse_url(url))
    try:
        with found.connect() as connection:
            inspector = sa.inspect(connection)
            return {name: dict(_table(connection, inspector, name)) for name in inspector.get_table_names()}
    finally:
        found.dispose()


def _table(connection: Any, inspector: Any, name: str) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    columns = [one["name"] for one in inspector.get_columns(name)]
    key = inspector.get_pk_constraint(name)["constrained_columns"] or columns
    places = [columns.index(one) for one in key]
    source = sa.table(name, *(sa.column(one) for one in columns))
    for row in connection.execute(sa.select(source)):
        yield tuple(row[place] for place in places), tuple(row)


def differences(before: Rows, after: Rows, aimed: Mapping[str, set[tuple[Any, ...]]]) -> list[str]:
    """Return the tables in which rows differ that nobody aimed at."""
    return sorted(
        name
        for name in {*before, *after}
        if _others(before.get(name, {}), aimed.get(name, set()))
        != _others(after.get(name, {}), aimed.get(name, set()))
    )


def _others(rows: Mapping[tuple[Any, ...], Any], aimed: set[tuple[Any, ...]]) -> dict[tuple[Any, ...], Any]:
    return {key: row for key, row in rows.items() if key not in aimed}
