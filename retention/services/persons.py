"""Schedules that end with a person: everything about somebody whose account was closed long enough ago.

The engine that walks from a person to all their rows, keeps what a schedule keeps and masks what cannot go
stands above this app; it registers itself (`AppConfig.ready`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction

from config.sentences import say
from platforms.connectors import ConnectorError
from platforms.connectors.packing import KeyKind, pack
from platforms.connectors.purging import Due, Window
from platforms.models import System
from platforms.services import connector_of
from retention.enums import BatchState, ProblemKind, StepState
from retention.models import SweepBatch, SweepStep
from retention.rules import proofs
from retention.services import held, windows
from retention.services.codec import due_from_json, tables_of
from retention.services.ending import finish, problem
from retention.services.journal import Removal


@dataclass(frozen=True)
class Erased:
    """What became of one person's data in a system.

    `counts`: collection → rows deleted or changed; `left`: rows that still tell who it was; `why`: why
    nothing was changed, empty when something was or nothing was left to change; `removals`: the rows, for the
    journal.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    left: int = 0
    why: str = ""
    removals: Sequence[Removal] = ()


class Erase(Protocol):
    """Erases a person in a system: `key` is that of the person's row in `collection`."""

    def __call__(
        self, *, system: System, collection: str, key: tuple[Any, ...], schedule: str, now: datetime
    ) -> Erased: ...


_erase: list[Erase] = []


def register(erase: Erase) -> None:
    """Say how one person is erased in a system."""
    _erase[:] = [erase]


def erased_before(system: System, collection: str, schedule: str) -> list[tuple[Any, ...]]:
    """Return the keys of the persons whom a schedule has erased already: their rows may still stand."""
    batches = SweepBatch.objects.done().filter(
        step__system=system, step__collection=collection, step__schedule=schedule, step__mode="persons"
    )
    return [(key,) for batch in batches for key in windows.keys_of(batch).values()]


def erase_due(step: SweepStep, now_fn: Callable[[], datetime], go_on: Callable[[], None]) -> None:
    """Erase every person of a step, one after the other; `go_on` raises when the sweep has to rest.

    Whom something keeps (shared rows, a refusal of the system) is told as a problem; the others go on.
    Raises ConnectorError where nobody can be asked.
    """
    if not _erase:
        raise ConnectorError("Nothing is registered that erases a person.")
    due = due_from_json(step.due)
    open_ = step.batches.filter(state=BatchState.INTENDED).first()
    if open_ is not None:
        _one(step, open_, now_fn())
    for key in _keys(step, due):
        go_on()
        _one(step, _intended(step, key, now_fn()), now_fn())
    left = len(_keys(step, due))
    finish(step, StepState.DONE, now_fn(), left=left)


def _keys(step: SweepStep, due: Due) -> list[tuple[Any, ...]]:
    """Return the keys of the persons who are due, are not held, and were not erased or refused before."""
    kept = held.held_in(step.system, step.collection)
    if kept.everything:
        return []
    left_out = (*kept.keys, *erased_before(step.system, step.collection, step.schedule), *_refused(step))
    with connector_of(step.system).session() as session, session.transaction(write=False):
        session.inspect(tables_of(due))
        found = session.due_keys(
            replace(due, held=left_out, holding=kept.matches), Window(), windows.no_digest
        )
    return [(key,) for key in found.values()]


def _refused(step: SweepStep) -> list[tuple[Any, ...]]:
    dropped = step.batches.filter(state=BatchState.DROPPED)
    return [(key,) for batch in dropped for key in windows.keys_of(batch).values()]


@transaction.atomic
def _intended(step: SweepStep, key: tuple[Any, ...], now: datetime) -> SweepBatch:
    keys = pack(KeyKind.NUMBER if isinstance(key[0], int) else KeyKind.UUID, [key], windows.no_digest)
    number = key[0] if isinstance(key[0], int) else None
    return SweepBatch.objects.create(
        step=step, number=step.batches.count() + 1, kind=keys.kind, keys=keys.small(), rows=1,
        lowest=number, highest=number, root=proofs.root(keys), intended_at=now,
    )  # fmt: skip


def _one(step: SweepStep, batch: SweepBatch, now: datetime) -> None:
    """Erase one person. Doing it again after a worker died changes what is left, or nothing."""
    keys = windows.keys_of(batch)
    (key,) = keys.values()
    erased = _erase[0](
        system=step.system, collection=step.collection, key=(key,), schedule=step.schedule, now=now
    )
    if erased.why or erased.left:
        why = erased.why or say("Rows that tell who the person was are still there.")
        with transaction.atomic():
            windows.drop(batch, now)
            problem(step, ProblemKind.LEFT, why, max(erased.left, 1))
        return
    windows.prove(
        batch, keys, now, recovered=False, more={"rows_of_person": dict(erased.counts)},
        removals=erased.removals,
    )  # fmt: skip
