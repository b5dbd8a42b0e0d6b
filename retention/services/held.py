"""What is held in a collection, as the connector is told, and how a change of it is noticed."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from accounts.models import DataSubject
from platforms.connectors import Match
from platforms.connectors.purging import Due
from platforms.models import System
from retention.enums import HoldScope
from retention.models import HeldRows, Hold

Key = tuple[Any, ...]
Locate = Callable[[DataSubject, System, datetime], Mapping[str, Iterable[Key]]]
Keep = Callable[[System, str, datetime], Iterable[Key]]
_locate: list[Locate] = []
_keep: list[tuple[Keep, Callable[[], str]]] = []


def register_locator(locate: Locate) -> None:
    """Say how the rows of a person are found: (subject, system, now) → `dataset.collection` → keys.

    The engine that walks references stands above this app and registers itself (`AppConfig.ready`).
    """
    _locate[:] = [locate]


def rows_of(subject: DataSubject, system: System, now: datetime) -> Mapping[str, Iterable[Key]]:
    """Return where a person's rows are. Raises RuntimeError when nobody said how to find them."""
    if not _locate:
        raise RuntimeError("Nothing is registered that finds the rows of a person.")
    return _locate[0](subject, system, now)


def register_keeper(keep: Keep, mark: Callable[[], str]) -> None:
    """Say what else keeps rows: (system, `dataset.collection`, now) → keys; `mark` changes when that does."""
    _keep.append((keep, mark))


@dataclass(frozen=True)
class Held:
    """What is held in one collection: everything, some keys, or rows that fulfil a condition."""

    everything: bool = False
    keys: tuple[Key, ...] = ()
    matches: tuple[Match, ...] = ()

    def leave_out(self, due: Due) -> Due:
        """Return what is due without what is held."""
        return replace(due, held=self.keys, holding=self.matches)


def held_in(system: System, collection: str, now: datetime) -> Held:
    """Return what binding holds, and others who keep rows, keep back in a collection.

    `collection`: `dataset.collection`. Raises ConnectorError where the rows of a person cannot be looked for.
    """
    holds = list(Hold.objects.over(system.pk))
    if any(one.scope == HoldScope.SYSTEM for one in holds):
        return Held(everything=True)
    rows = HeldRows.objects.filter(hold__in=holds, system=system, collection=collection)
    keys = [tuple(key) for row in rows for key in json.loads(row.keys)]
    keys += [tuple(key) for keep, _ in _keep for key in keep(system, collection, now)]
    matches = [
        Match(column, tuple(values))
        for one in holds
        if one.scope == HoldScope.ROWS and one.collection == collection
        for column, values in json.loads(one.conditions).items()
    ]
    return Held(False, tuple(dict.fromkeys(keys)), tuple(matches))


def stamp(system: System) -> str:
    """Return a mark that changes whenever a hold over a system is placed, changed or released."""
    found = Hold.objects.over(system.pk).order_by("number").values_list("number", "state")
    rows = HeldRows.objects.filter(system=system).order_by("pk").values_list("pk", "count")
    others = [mark() for _, mark in _keep]
    return sha256(repr((list(found), list(rows), others)).encode()).hexdigest()
