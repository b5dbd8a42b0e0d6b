"""Deciding about rows of a deletion that belong to others too: they are kept, cut off, or masked.

A decision is made on one plan and leads to the next, with a hash of its own: nothing is approved that was
not planned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from config.sentences import say_n
from dsar import engine
from dsar.enums import CaseStatus, PlanStatus
from dsar.models import Plan, Run
from dsar.rules import held, transitions
from dsar.rules.rights import ERASING
from dsar.rules.transitions import NotAllowed
from dsar.services import planning, sources, story
from platforms.connectors import ConnectorError
from platforms.models import System

SAMPLES, SAMPLE_LENGTH = 3, 120


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of the held rows of one kind in one collection.

    `code`: of held.CODES, for `keep`; `note`: why, for the evidence, without personal values.
    """

    collection: str
    kind: str
    action: str
    code: str = ""
    note: str = ""


def why_not(plan: Plan | None) -> str:
    """Return why nothing can be decided about held rows of a plan now, or the empty string."""
    if plan is None or plan.case.right not in ERASING:
        return _("Only the plan of a deletion holds rows for a decision.")
    if plan.status != PlanStatus.DRAFT:
        return _("This plan is no longer open for decisions. Make a new one.")
    return ""


@transaction.atomic
def decide(*, plan: Plan, plan_hash: str, decisions: Sequence[Decision], actor: Actor, now: datetime) -> Run:
    """Decide about held rows and have the plan made again with it; the old plan counts no more.

    Raises NotAllowed without a decision, for another plan than the one looked at, for a plan that was
    proposed, for rows that are not held, and for an action that this kind of rows does not know.
    """
    story.lock(plan.case)
    plan.refresh_from_db()
    transitions.check_status(plan.case.status, {CaseStatus.PLANNED}, _("Deciding about held rows"))
    refusal = why_not(plan)
    if refusal:
        raise NotAllowed(refusal)
    if plan.hash != plan_hash:
        raise NotAllowed(
            _("This is not the plan you looked at: it was made again. Look at the new one first.")
        )
    if not decisions:
        raise NotAllowed(_("Choose for at least one line what is to become of it."))
    rows = _rows(plan)
    who = actor.user.pk if actor.user else None
    entries = [_checked(one, rows) | {"by": who, "at": now.isoformat()} for one in decisions]
    plan.held = entries
    plan.save(update_fields=["held"])
    _told(plan, entries, actor, now)
    return planning.request_plan(case=plan.case, actor=actor, now=now)


def _rows(plan: Plan) -> dict[tuple[str, str], int]:
    """Return how many rows are held, by collection and kind."""
    found: dict[tuple[str, str], int] = {}
    for system in plan.summary["systems"]:
        for one in system.get("held", ()):
            place = one["collection"], one["kind"]
            found[place] = found.get(place, 0) + one["rows"]
    return found


def _checked(one: Decision, rows: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    """Return a decision as it is stored. Raises NotAllowed."""
    if (one.collection, one.kind) not in rows:
        raise NotAllowed(_("There is nothing of this kind to decide."))
    if one.action not in engine.ACTIONS[one.kind]:
        raise NotAllowed(_("This cannot be done with rows of this kind. Choose something else."))
    if one.action == "keep" and one.code not in held.CODES:
        raise NotAllowed(_("Say for which reason they are kept."))
    if one.action != "keep" and not one.note.strip():
        raise NotAllowed(_("Say why: this touches rows that other people share."))
    code = one.code if one.action == "keep" else ""
    with translation.override("en"):
        reason = str(held.CODES[code]) if code else ""
    return {
        "collection": one.collection, "kind": one.kind, "action": one.action, "code": code,
        "reason": reason, "note": one.note.strip()[:300], "rows": rows[one.collection, one.kind],
    }  # fmt: skip


def _told(plan: Plan, entries: list[dict[str, Any]], actor: Actor, now: datetime) -> None:
    names = ("collection", "kind", "action", "code", "rows")
    details = [{name: one[name] for name in names} for one in entries]
    number = sum(one["rows"] for one in entries)
    what = say_n(
        "Decided about %(n)s row that others share", "Decided about %(n)s rows that others share", number
    )
    notes = "; ".join(dict.fromkeys(one["note"] for one in entries if one["note"]))
    story.tell(case=plan.case, kind="plan_held", what=what, note=notes, actor=actor, now=now)
    story.record(
        case=plan.case, actor=actor, action="plan.held_decided",
        details={"plan": str(plan.pk), "hash": plan.hash, "decisions": details},
    )  # fmt: skip


@transaction.atomic
def _seen(plan: Plan, collection: str, kind: str, actor: Actor) -> None:
    details = {"plan": str(plan.pk), "collection": collection, "kind": kind}
    story.record(case=plan.case, actor=actor, action="plan.held_seen", details=details)


@dataclass(frozen=True, slots=True)
class Shown:
    """A held row as text: its key, whether the last decision about it was impossible, and its values."""

    record: str
    refused: bool
    values: dict[str, str]


def samples(*, plan: Plan, collection: str, kind: str, actor: Actor) -> list[Shown]:
    """Return the first held rows with what the plan aims at in them, as text; the look is recorded.

    Rows of which a decision cannot be carried out come first. Passwords and keys are never shown. Raises
    NotAllowed when nothing of this kind is held or the system cannot be asked.
    """
    if (collection, kind) not in _rows(plan):
        raise NotAllowed(_("There is nothing of this kind to decide."))
    document = sources.document_of(plan)
    part = document.collections[collection]
    try:
        source = sources.source_of(System.objects.get(key=part.source))
        rows = engine.sample(plan=document, source=source, collection=collection, kind=kind, most=SAMPLES)
    except ConnectorError as fault:
        raise NotAllowed(str(fault)) from fault
    _seen(plan, collection, kind, actor)
    return [
        Shown(
            ", ".join(str(part)[:SAMPLE_LENGTH] for part in one.key), one.refused,
            {name: str(value)[:SAMPLE_LENGTH] for name, value in one.row.items()},
        )
        for one in rows
    ]  # fmt: skip
