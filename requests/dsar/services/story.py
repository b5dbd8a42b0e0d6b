"""Locking a case, moving it, and telling its story: timeline and audit trail in the same transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.services import audit
from accounts.services.audit import Actor
from config.sentences import stored
from dsar.enums import CaseStatus, Outcome
from dsar.models import Case, CaseEvent, Ending
from dsar.rules import transitions
from platforms.services import revoking

WHAT_LENGTH, NOTE_LENGTH, PLAIN_LENGTH, ATTENTION_LENGTH = 200, 500, 300, 300


def lock(case: Case) -> None:
    """Take the row of a case until the end of the transaction, and read it anew."""
    transaction.get_connection().validate_no_broken_transaction()
    case.refresh_from_db(from_queryset=Case.objects.select_for_update(of=("self",)).select_related("subject"))


def hold(case: Case) -> None:
    """Take the row of a case until the end of the transaction, without reading it."""
    Case.objects.select_for_update().filter(pk=case.pk).values_list("pk", flat=True).get()


def tell(
    *, case: Case, kind: str, what: str, actor: Actor, now: datetime, note: str = "", plain: str = ""
) -> CaseEvent:
    """Add a line to the timeline. `plain` is what the person reads of it; empty keeps the line internal.

    Sentences made by `config.sentences.say` are shown in the reader's language; finished texts as they are,
    unless the catalogue knows them word for word.
    """
    said = {"what": stored(what), "note": stored(note), "plain": stored(plain)}
    return CaseEvent.objects.create(
        case=case, at=now, kind=kind, what=what[:WHAT_LENGTH], note=note[:NOTE_LENGTH],
        plain=plain[:PLAIN_LENGTH], actor_kind=actor.kind, actor=actor.user,
        said={name: kept for name, kept in said.items() if kept},
    )  # fmt: skip


def move(case: Case, target: CaseStatus, **values: Any) -> None:
    """Bring a locked case to another status; `values` are further fields. Raises NotAllowed.

    A case that leaves `needs attention` loses the sentence that said why.
    """
    if case.status != target:
        transitions.check_move(case.status, target)
    if target not in (CaseStatus.ATTENTION, CaseStatus.WAITING):
        values.setdefault("attention", "")
    values |= {"status": target, "version": case.version + 1}
    if "attention" in values:
        values |= _alarm(values["attention"])
    for name, value in values.items():
        setattr(case, name, value)
    case.save(update_fields=list(values))


def alert(case: Case, sentence: str) -> None:
    """Say on a locked case why somebody must look; its status stays."""
    for name, value in _alarm(sentence).items():
        setattr(case, name, value)
    case.save(update_fields=["attention", "attention_said"])


def _alarm(sentence: str) -> dict[str, Any]:
    return {"attention": str(sentence)[:ATTENTION_LENGTH], "attention_said": stored(sentence)}


def end(case: Case, outcome: Outcome, now: datetime) -> None:
    """Close a locked case with an outcome. Raises NotAllowed where its status does not allow it."""
    transitions.check_move(case.status, CaseStatus.CLOSED)
    move(case, CaseStatus.CLOSED, closed_at=now, outcome=outcome)
    Ending.objects.create(case=case, at=now, outcome=outcome)
    for job in case.platform_deletions.exclude(disconnection=None).values_list("disconnection", flat=True):
        revoking.wake(job_id=job, now=now)


def begun_again(case: Case, now: datetime) -> None:
    """Keep the fact that a locked case is open again: its registers of earlier days stay as they were."""
    Ending.objects.create(case=case, at=now, outcome="")


def reopen(case: Case, now: datetime) -> None:
    """Bring a locked case that ended unverified back to verifying; its receipt stays. Raises NotAllowed.

    Registers of earlier days keep the end that it had then.
    """
    why_not = transitions.may_reopen(case.status, case.outcome)
    if why_not:
        raise transitions.NotAllowed(why_not)
    values = {"status": CaseStatus.VERIFYING, "closed_at": None, "outcome": "", "version": case.version + 1}
    for name, value in values.items():
        setattr(case, name, value)
    case.save(update_fields=list(values))
    begun_again(case, now)


def record(
    *,
    case: Case,
    actor: Actor,
    action: str,
    details: Mapping[str, Any] | None = None,
    personal: Mapping[str, str] | None = None,
    fields: tuple[str, ...] = (),
) -> None:
    """Append an audit event about a case. `details` hold no personal value."""
    audit.record(actor=actor, action=action, obj=case, details=details, personal=personal, fields=fields)
