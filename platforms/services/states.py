"""How far a deletion is that a platform asked for, as its status page shows it. Names nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config.jobs import JobStatus
from platforms.enums import DeletionStage
from platforms.models import CallbackReceipt
from platforms.services.effects import NOTHING_HELD


@dataclass(frozen=True)
class State:
    """Where a deletion stands, since when, until when it must be done, and stored sentences that say why."""

    stage: DeletionStage
    since: datetime
    due_at: datetime | None = None
    reasons: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Deletion:
    """What a confirmation code stands for. `platform`: key of the registry, empty for a whole account."""

    platform: str
    received_at: datetime
    state: State


Source = Callable[[CallbackReceipt], State | None]
CodeSource = Callable[[str], Deletion | None]
_sources: list[Source] = []
_code_sources: list[CodeSource] = []


def register(function: Source) -> None:
    """Have `function(receipt)` asked first; it returns None where it knows nothing of a receipt."""
    _sources.append(function)


def register_codes(function: CodeSource) -> None:
    """Have `function(code)` asked for codes that no callback was answered with: other ways to ask have one
    too.
    """
    _code_sources.append(function)


def of_code(code: str) -> Deletion | None:
    """Return what a code stands for, None when it was never given out."""
    receipt = CallbackReceipt.objects.of_code(code).accepted().order_by("received_at").first()
    if receipt:
        return Deletion(receipt.platform, receipt.received_at, state_of(receipt))
    return next((found for source in _code_sources if (found := source(code))), None)


def state_of(receipt: CallbackReceipt) -> State:
    """Return the state of the first source that knows it, else that of the receipt itself."""
    for source in _sources:
        if found := source(receipt):
            return found
    return _own(receipt)


def _own(receipt: CallbackReceipt) -> State:
    """A receipt alone knows whether work has begun, and whether there was anything to delete."""
    if receipt.status == JobStatus.READY and not receipt.attempts:
        return State(DeletionStage.RECEIVED, receipt.received_at)
    if any(said.get("m") == NOTHING_HELD.pattern for said in receipt.effects):
        return State(
            DeletionStage.DONE, receipt.finished_at or receipt.received_at, reasons=tuple(receipt.effects)
        )
    return State(DeletionStage.PROCESSING, receipt.started_at or receipt.received_at)
