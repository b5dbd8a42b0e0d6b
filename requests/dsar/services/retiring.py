"""What the engine does for retention: find the rows of a person, keep those of somebody who asked us to, and
erase a person whose account was closed long enough ago.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.models import DataSubject
from config.profile import active_profile
from config.sentences import say
from dsar import engine
from dsar.engine import PlanDocument, Source
from dsar.models import Restriction
from dsar.rules.rights import KEEPING
from dsar.services import journaling, sources, subjects
from platforms.connectors import Match, SourceFailed, SourceUnreachable
from platforms.datasets import CollectionSpec
from platforms.models import System
from platforms.services.checking import table_of
from retention.services import held, persons
from retention.services.persons import Prepared
from retention.services.places import Place, places_of


def register() -> None:
    """Offer all this to the retention app."""
    held.register_locator(locate)
    held.register_keeper(kept_rows, kept_mark)
    persons.register(prepare)


def locate(subject: DataSubject, system: System, now: datetime) -> Mapping[str, list[tuple[Any, ...]]]:
    """Return the keys of a person's rows in a system by collection. Raises ConnectorError."""
    identities = subjects.identities_of(subject)
    source = sources.source_of(system)
    if not identities or not source.by_rows:
        return {}
    plan = engine.make_plan(sources=[source], identities=identities, right="access", now=now)
    if plan.unreachable:
        raise SourceUnreachable(f"{system.name} does not answer: what is held there cannot be found.")
    return _keys(plan)


def _keys(plan: PlanDocument) -> dict[str, list[tuple[Any, ...]]]:
    found = {
        key: [tuple(one) for group in part.groups if not group.third for one in group.keys]
        for key, part in plan.collections.items()
    }
    return {key: keys for key, keys in found.items() if keys}


def kept_rows(system: System, collection: str, now: datetime) -> Iterable[tuple[Any, ...]]:
    """Yield the keys of rows of people who asked us to keep their data (GDPR Art. 18(1)(b), (c))."""
    for subject in DataSubject.objects.filter(pk__in=_keeping().values("case__subject")):
        yield from locate(subject, system, now).get(collection, ())


def kept_mark() -> str:
    """Return a text that changes when a restriction begins or ends."""
    return repr(list(_keeping().order_by("pk").values_list("pk", "state")))


def _keeping() -> Any:
    return Restriction.objects.active().filter(ground__in=[ground.value for ground in KEEPING])


def prepare(*, system: System, collection: str, key: tuple[Any, ...], now: datetime) -> Prepared:
    """Decide how one person is erased in a system, starting from the person's row. Reads only.

    What a schedule keeps stays, with its links; so do rows that belong to others too. Raises ConnectorError.
    """
    place = next(one for one in places_of(system) if one.key == collection)
    source = sources.source_of(system)
    identities = _identities(source, place, key)
    if not identities:
        return Prepared()
    plan = engine.make_plan(
        sources=[source], identities=identities, right="deletion", now=now,
        schedules=sources.schedules(active_profile(), ""),
    )  # fmt: skip
    if plan.unreachable:
        raise SourceUnreachable(f"{system.name} does not answer.")
    removals = tuple(journaling.removals_of(plan, system))
    return Prepared(removals, _blocked(plan), plan.review_rows, lambda: _carry_out(plan, source))


def _blocked(plan: PlanDocument) -> str:
    if not plan.blocked:
        return ""
    one = plan.blocked[0]
    where = ".".join(part for part in (one.collection, one.field) if part)
    return say("The erasure is blocked at %(where)s: %(why)s", where=where, why=one.reason)


def _carry_out(plan: PlanDocument, source: Source) -> int:
    """Do it in one transaction; return how many rows still tell who the person was."""
    result = engine.erase(plan=plan, source=source)
    if not result.ok:
        raise SourceFailed(result.error or f"The erasure ended as {result.status}.")
    return sum(engine.probe(plan=plan, source=source).remaining.values())


def _identities(source: Source, place: Place, key: tuple[Any, ...]) -> dict[str, list[str]]:
    """Return what the person's row is found by; empty when the row is gone or says nothing any more."""
    fields = _identity_fields(place.collection)
    table = table_of(place.dataset, place.collection.name)
    with source.connector.session() as session, session.transaction(write=False):
        schema = session.inspect([table])
        real = schema.tables[table]
        wanted = [Match(real.primary_key[0], (key[0],))]
        rows = list(session.locate(table, [name for name, _ in fields], wanted))
    found: dict[str, list[str]] = {}
    for row in rows:
        for (_, kind), value in zip(fields, row, strict=True):
            if value not in (None, ""):
                found.setdefault(kind, []).append(str(value))
    return found


def _identity_fields(collection: CollectionSpec) -> list[tuple[str, str]]:
    return [(one.column, one.identity) for one in collection.walk() if one.identity]
