"""Schedules that end with a person: everything about somebody whose account was closed long enough ago.

The engine that walks from a person to all their rows, keeps what a schedule keeps and masks what cannot go
stands above this app; it registers itself (`AppConfig.ready`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction

from config.sentences import say, say_n
from platforms.connectors import ConnectorError
from platforms.connectors.packing import KeyKind, Packed, pack
from platforms.connectors.purging import Due, Window
from platforms.models import System
from platforms.services import connector_of
from retention.enums import BatchState, ProblemKind, StepMode, StepState
from retention.models import SweepBatch, SweepStep
from retention.rules import proofs
from retention.services import held, journal, windows
from retention.services.codec import due_from_json, tables_of
from retention.services.ending import finish, problem
from retention.services.journal import Removal

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Prepared:
    """The erasure of one person, decided and not yet done.

    `removals`: the rows that will be deleted or changed, as the journal keeps them; `why`: why nothing can be
    done, empty when it can; `shared`: rows that stay because they are other persons' too; `carry_out`: does
    it in one transaction, all or nothing, and returns how many rows still tell who the person was.
    """

    removals: Sequence[Removal] = ()
    why: str = ""
    shared: int = 0
    carry_out: Callable[[], int] = lambda: 0

    @property
    def rows(self) -> dict[str, list[Key]]:
        """Return the keys of the rows by collection, each once."""
        found: dict[str, dict[Key, None]] = {}
        for one in self.removals:
            found.setdefault(one.collection, {}).update(dict.fromkeys(tuple(key) for key in one.keys))
        return {collection: list(keys) for collection, keys in found.items()}


class Prepare(Protocol):
    """Decides how a person is erased: `key` is that of the person's row in `collection`."""

    def __call__(self, *, system: System, collection: str, key: Key, now: datetime) -> Prepared: ...


_prepare: list[Prepare] = []


def register(prepare: Prepare) -> None:
    """Say how one person is erased in a system."""
    _prepare[:] = [prepare]


def erased_before(system: System, collection: str, schedule: str) -> list[Key]:
    """Return the keys of the persons whom a schedule has erased already: their rows may still stand."""
    batches = SweepBatch.objects.done().filter(
        step__system=system, collection=collection, step__schedule=schedule, step__mode=StepMode.PERSONS
    )
    return [key for batch in batches for key in _keys_of(batch)]


def _keys_of(batch: SweepBatch) -> list[Key]:
    return [(key,) for key in windows.keys_of(batch).values()]


def erase_due(step: SweepStep, now_fn: Callable[[], datetime], go_on: Callable[[], None]) -> None:
    """Erase every person of a step, one after the other; `go_on` raises when the sweep has to rest.

    Who cannot be erased is told as a problem; the others go on. Raises ConnectorError where nobody can be
    asked.
    """
    if not _prepare:
        raise ConnectorError("Nothing is registered that erases a person.")
    due = due_from_json(step.due)
    _recover(step, now_fn())
    for key in _keys(step, due, now_fn()):
        go_on()
        _erase(step, key, now_fn())
    finish(step, StepState.DONE, now_fn(), left=len(_keys(step, due, now_fn())))


def _keys(step: SweepStep, due: Due, now: datetime) -> list[Key]:
    """Return the keys of the persons who are due, are not held, and were not erased or refused before."""
    kept = held.held_in(step.system, step.collection, now)
    if kept.everything:
        return []
    refused = [key for batch in step.batches.filter(state=BatchState.DROPPED) for key in _keys_of(batch)]
    left_out = (*kept.keys, *erased_before(step.system, step.collection, step.schedule), *refused)
    with connector_of(step.system).session() as session, session.transaction(write=False):
        session.inspect(tables_of(due))
        asked = replace(due, held=left_out, holding=kept.matches)
        found = session.due_keys(asked, Window(), windows.no_digest)
    return [(key,) for key in found.values()]


def _erase(step: SweepStep, key: Key, now: datetime) -> None:
    """Erase one person: what will go is written down, it goes, it is proved."""
    prepared = _prepared(step, key, now)
    batches = _intend(step, key, prepared, now)
    if prepared.why:
        _refused(step, batches, prepared, now)
        return
    left = prepared.carry_out()
    _prove(batches, now, recovered=False)
    if left:
        problem(step, ProblemKind.LEFT, say("Rows that tell who the person was are still there."), left)
    if prepared.shared:
        why = say_n(
            "%(n)s row of an erased person belongs to others too and stays: open a deletion case to decide.",
            "%(n)s rows of an erased person belong to others too and stay: open a deletion case to decide.",
            prepared.shared,
        )
        problem(step, ProblemKind.LEFT, why, prepared.shared)


def _prepared(step: SweepStep, key: Key, now: datetime) -> Prepared:
    return _prepare[0](system=step.system, collection=step.collection, key=key, now=now)


@transaction.atomic
def _refused(step: SweepStep, batches: Iterable[SweepBatch], prepared: Prepared, now: datetime) -> None:
    for batch in batches:
        windows.drop(batch, now)
    problem(step, ProblemKind.LEFT, prepared.why, 1)


@transaction.atomic
def _intend(step: SweepStep, key: Key, prepared: Prepared, now: datetime) -> list[SweepBatch]:
    """Write down which rows will go or change, one batch a collection, and how, for the journal."""
    number, made = step.batches.count(), []
    rows = {step.collection: [key], **prepared.rows}
    for place, (collection, keys) in enumerate(sorted(rows.items()), 1):
        packed = _pack(step.system, collection, keys)
        lowest, highest = packed.ends()
        batch = SweepBatch.objects.create(
            step=step, number=number + place, collection=collection, kind=packed.kind, keys=packed.small(),
            rows=len(packed), lowest=lowest, highest=highest, root=proofs.root(packed), intended_at=now,
        )  # fmt: skip
        if collection == step.collection:
            batch.removals = journal.written(prepared.removals)
            batch.save(update_fields=["removals"])
        made.append(batch)
    return made


def _pack(system: System, collection: str, keys: Sequence[Key]) -> Packed:
    kinds = {type(key[0]) if len(key) == 1 else tuple for key in keys}
    kind = {int: KeyKind.NUMBER, UUID: KeyKind.UUID}.get(next(iter(kinds)), KeyKind.DIGEST)
    if len(kinds) > 1:
        kind = KeyKind.DIGEST
    return pack(kind, sorted(set(keys), key=repr), lambda key: windows.seal(system, collection, key))


@transaction.atomic
def _prove(batches: Iterable[SweepBatch], now: datetime, *, recovered: bool) -> None:
    for batch in batches:
        removals = journal.read(batch.removals)
        windows.prove(batch, windows.keys_of(batch), now, recovered=recovered, removals=removals)
        if removals:
            batch.removals = ""
            batch.save(update_fields=["removals"])


def _recover(step: SweepStep, now: datetime) -> None:
    """Finish what a worker left. The erasure of a person in a system is one transaction: all or nothing.

    So if the person's own row would be changed again, nothing was done, and it begins anew; if not, all was.
    """
    open_ = list(step.batches.filter(state=BatchState.INTENDED))
    own = [key for batch in open_ if batch.collection == step.collection for key in _keys_of(batch)]
    for key in own:
        if key in [tuple(one) for one in _prepared(step, key, now).rows.get(step.collection, ())]:
            _dropped(open_, now)
        else:
            _prove(open_, now, recovered=True)


@transaction.atomic
def _dropped(batches: Iterable[SweepBatch], now: datetime) -> None:
    """Take back what was written down and never done: the next look finds the person due again."""
    del now
    for batch in batches:
        batch.delete()
