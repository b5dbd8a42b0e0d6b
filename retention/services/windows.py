"""One window of a step: its keys are written down, the rows go, the proof is stored. In this order.

Between two of these a worker may die. What it leaves is a batch that is written down; `recover` finishes it
by looking which of its rows are still there. So no row goes without a proof, and no proof tells of a row
that is still there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.services import audit
from accounts.services.audit import SYSTEM
from platforms.connectors.packing import Packed
from platforms.connectors.purging import Changed, Due, Window
from platforms.models import System
from retention.enums import BatchState, JournalSource, StepAction, StepMode
from retention.models import SweepBatch, SweepStep
from retention.rules import proofs
from retention.services import held, holding, journal
from retention.services.codec import due_from_json
from retention.services.journal import Removal
from retention.services.keys import keys_of as keys_of
from retention.services.keys import no_digest as no_digest
from retention.services.keys import seal as seal

TRIES = 4


@dataclass
class Work:
    """A step at work: the open session, and what is due without what was held when last looked."""

    step: SweepStep
    session: Any
    due: Due
    held_stamp: str

    @classmethod
    def on(cls, step: SweepStep, session: Any, now: datetime) -> "Work | None":
        """Look what is held at this moment; None when everything is."""
        stamp = held.stamp(step.system)
        kept = held.held_in(step.system, step.collection, now)
        if kept.everything:
            return None
        return cls(step, session, kept.leave_out(due_from_json(step.due)), stamp)

    def seal(self, key: tuple[Any, ...]) -> bytes:
        """Return the digest of a key that is no number and no UUID."""
        return seal(self.step.system, self.step.collection, key)


class HoldChanged(Exception):
    """A hold was placed or released since the rows were looked at: look again."""


@dataclass(frozen=True)
class Went:
    """A window that is done: where it ended (None: at the end), and its batch, if anything was due."""

    upper: Any
    batch: SweepBatch | None = None


def do(work: Work, lower: Any, size: int, now_fn: Callable[[], datetime]) -> Went:
    """Do one window: look what is due, write it down, remove it, prove it.

    The rows are found and removed in one transaction of the system, so that they are the same. Raises
    HoldChanged, Changed (nothing went: try again), SourceFailed.
    """
    batch: SweepBatch | None = None
    try:
        with work.session.transaction(write=True):
            window = Window(lower, work.session.edge(work.due, lower, size))
            keys = work.session.due_keys(work.due, window, work.seal)
            if not len(keys):
                return Went(window.upper)
            batch = intend(work, window, keys, now_fn())
            work.session.purge(work.due, window, len(keys))
    except Changed:
        if batch:
            drop(batch, now_fn())
        raise
    prove(batch, keys, now_fn(), recovered=False)
    return Went(window.upper, batch)


@transaction.atomic
def intend(work: Work, window: Window, keys: Packed, now: datetime) -> SweepBatch:
    """Write down which rows will go. Raises HoldChanged when holds are others than when they were looked at.

    The lock on the system makes this and the placing of a hold come one after the other.
    """
    System.objects.select_for_update().get(pk=work.step.system_id)
    if held.stamp(work.step.system) != work.held_stamp:
        raise HoldChanged
    number = work.step.batches.count() + 1
    lowest, highest = keys.ends()
    return SweepBatch.objects.create(
        step=work.step, number=number, collection=work.step.collection, kind=keys.kind,
        lower=_text(window.lower), upper=_text(window.upper), keys=keys.small(), rows=len(keys),
        lowest=lowest, highest=highest, root=proofs.root(keys), intended_at=now,
    )  # fmt: skip


def recover(work: Work, batch: SweepBatch, now: datetime) -> None:
    """Finish what a worker left: remove what is still due of a batch, then look what is gone.

    The rows themselves say how far the worker came. Raises SourceFailed when they cannot be asked.
    """
    keys = keys_of(batch)
    with work.session.transaction(write=True):
        work.session.purge_keys(work.due, keys, work.seal)
    with work.session.transaction(write=False):
        still = work.session.present(work.due, keys, work.seal)
        if batch.step.action == StepAction.MASK:
            still = _common(work.session.due_keys(work.due, Window(), work.seal), keys)
    gone = keys.without(still)
    prove(batch, gone, now, recovered=True) if len(gone) else drop(batch, now)


def _common(some: Packed, others: Packed) -> Packed:
    wanted = set(others)
    return Packed(some.kind, b"".join(one for one in some if one in wanted))


@transaction.atomic
def prove(
    batch: SweepBatch,
    gone: Packed,
    now: datetime,
    *,
    recovered: bool,
    more: Mapping[str, Any] | None = None,
    removals: Sequence[Removal] = (),
) -> None:
    """Store that the rows of a batch are gone: the root of their keys in an audit event, the counts.

    `more`: what else the event says, without personal values; `removals`: what went with a person, where
    the batch names persons and not rows. Both go into the journal that a restored backup is cleaned by.
    """
    step = SweepStep.objects.select_for_update().select_related("system").get(pk=batch.step_id)
    changed = len(gone) != batch.rows
    if changed:
        batch.keys, batch.rows, batch.root = gone.small(), len(gone), proofs.root(gone)
    details = {
        "batch": batch.pk, "step": str(step.pk), "system": step.system.key, "collection": batch.collection,
        "schedule": step.schedule, "action": step.action, "kind": batch.kind, "rows": batch.rows,
        "root": batch.root, "recovered": recovered, **(more or {}),
    }  # fmt: skip
    entries = journal.of_removals(step.system, removals, JournalSource.SWEEP, str(batch.pk), now)
    if step.mode == StepMode.ROWS:
        entries = [journal.of_batch(step, batch, now)]
    details["journal"] = [journal.digest(one) for one in entries]
    event = audit.record(actor=SYSTEM, action="retention.removed", obj=batch, details=details)
    batch.state, batch.done_at, batch.event, batch.recovered = BatchState.DONE, now, event.pk, recovered
    names = ["state", "done_at", "event", "recovered"]
    batch.save(update_fields=[*names, "keys", "rows", "root"] if changed else names)
    journal.append(entries, event)
    step.rows_done += batch.rows
    step.save(update_fields=["rows_done"])
    holding.take_effect(step.system, now)


@transaction.atomic
def drop(batch: SweepBatch, now: datetime) -> None:
    """Store that nothing of a batch was removed."""
    batch.state, batch.done_at = BatchState.DROPPED, now
    batch.save(update_fields=["state", "done_at"])
    holding.take_effect(batch.step.system, now)


def _text(value: Any) -> Any:
    """Return an edge as JSON can hold it; moments as ISO texts."""
    return value if value is None or isinstance(value, int | float | str) else str(value)
