"""How far the deletion of platform data is: for the job that waits for it, and for who has its code."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from config.jobs import JobStatus
from config.sentences import say, stored
from dsar.enums import CaseStatus, Operation, Outcome
from dsar.models import Case, PlatformDeletion
from dsar.services.codes import index_of
from platforms.enums import DeletionStage, DisconnectStage, RevocationOutcome
from platforms.models import CallbackReceipt, Disconnection
from platforms.services.states import Deletion, State

ORDER = list(DisconnectStage)
PROVED = frozenset({Outcome.FULFILLED, Outcome.PARTLY, Outcome.NOTHING_FOUND})
DONE = frozenset({Outcome.FULFILLED, Outcome.NOTHING_FOUND})


def case_state(job: Disconnection) -> str:
    """Return how far the deletion of a disconnection's data is: "open", "deleted", "proved" or "none"."""
    rows = PlatformDeletion.objects.filter(disconnection=job).select_related("case")
    found = {_state(row.case) for row in rows}
    return next((state for state in ("open", "deleted", "proved") if state in found), "none")


def _state(case: Case) -> str:
    if not case.is_open:
        return "proved" if case.outcome in PROVED else "none"
    erasing = case.steps.filter(operation=Operation.ERASE, plan__status="approved")
    done = erasing.exists() and not erasing.exclude(status__in=[JobStatus.DONE, JobStatus.CANCELLED]).exists()
    return "deleted" if done else "open"


def of_receipt(receipt: CallbackReceipt) -> State | None:
    """Return the state of the deletion that a callback led to, None where it led to none."""
    row = PlatformDeletion.objects.filter(receipt=receipt).select_related("case").first()
    return state_of(row) if row else None


def of_code(code: str) -> Deletion | None:
    """Return what the confirmation code of a case stands for, None when it was never given out."""
    rows = PlatformDeletion.objects.filter(code_index=index_of(code)).select_related("case")
    first = rows.order_by("made_at").first()
    if first is None:
        return None
    platforms = set(rows.values_list("platform", flat=True))
    return Deletion(first.platform if len(platforms) == 1 else "", first.case.received_at, state_of(first))


def state_of(row: PlatformDeletion) -> State:
    """Return the state as its page shows it. Names nobody."""
    case, reasons = row.case, tuple(_reasons(row))
    if case.is_open:
        waiting = case.status in (CaseStatus.NEW, CaseStatus.VERIFYING)
        stage = DeletionStage.RECEIVED if waiting else DeletionStage.PROCESSING
        return State(stage, case.verified_at or case.received_at, _due(case), reasons)
    stage = DeletionStage.DONE if case.outcome in DONE else DeletionStage.PART_REFUSED
    assert case.closed_at is not None
    return State(stage, case.closed_at, None, reasons)


def _due(case: Case) -> datetime | None:
    return min(case.platform_deletions.values_list("due_at", flat=True), default=None)


_OF_OUTCOME = {
    RevocationOutcome.REVOKED: say("The platform was told: our access is revoked."),
    RevocationOutcome.ALREADY_GONE: say("Our access at the platform had ended before."),
    RevocationOutcome.MANUAL_REQUIRED: say(
        "We cannot end our access at this platform ourselves. We destroyed the key to your account; please"
        " remove the connection in the settings of the platform too."
    ),
    RevocationOutcome.FAILED_RETRYING: say("The platform did not answer properly yet. We tell it again."),
}
_OF_END = {
    Outcome.NOTHING_FOUND: say("We hold no data of this account."),
    Outcome.PARTLY: say("We must keep a part. Our letter to you says which part, why and until when."),
    Outcome.REFUSED: say("We may not delete this. Our letter to you says why."),
    Outcome.UNVERIFIED: say("We could not confirm who asked, so nothing was deleted."),
    Outcome.WITHDRAWN: say("The request was taken back."),
    Outcome.DUPLICATE: say("This is answered with another request."),
}


def _reasons(row: PlatformDeletion) -> Iterator[dict[str, Any]]:
    job = row.disconnection
    if job and job.outcome:
        yield stored(_OF_OUTCOME[RevocationOutcome(job.outcome)])
    if row.case.outcome in _OF_END:
        yield stored(_OF_END[Outcome(row.case.outcome)])
    if row.case.is_open:
        yield from row.due_why


@dataclass(frozen=True)
class Stage:
    """One line of the progress: `state` is done, now or next."""

    what: str
    state: str


def stages_of(job: Disconnection) -> list[Stage]:
    """Return every stage in the words of the person, with what is done and what comes."""
    words = (
        (DisconnectStage.STOPPED, _("We stopped reading and publishing there")),
        (DisconnectStage.REVOKED, _("Our access at the platform is dealt with")),
        (DisconnectStage.DESTROYED, _("The key to your account is destroyed")),
        (DisconnectStage.PROBED, _("We looked whether our access is really gone")),
        (DisconnectStage.DELETED, _("The data from there are deleted with us")),
        (DisconnectStage.PROVED, _("We looked again: nothing is left")),
    )
    reached = ORDER.index(DisconnectStage(job.stage))
    over = job.completed_at is not None and job.stage != DisconnectStage.PROVED
    found = []
    for number, (_stage, what) in enumerate(words):
        state = "done" if number <= reached else "now" if number == reached + 1 else "next"
        found.append(Stage(what, "over" if over and number > reached else state))
    return found
