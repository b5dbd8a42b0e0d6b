"""The rights that act on data: one module a right. What other services need of all of them stands here."""

from datetime import datetime
from typing import Any

from accounts.services.audit import Actor
from config.profile import active_profile
from correspondence.enums import Template
from correspondence.models import Letter
from dsar.enums import CaseStatus, Operation, Outcome, Right, Verdict, Weighing
from dsar.models import Case, Plan
from dsar.rules.rights import ORDERED, STOPS
from dsar.services import letters
from dsar.services.rights import (
    categories,
    facts,
    objecting,
    orders,
    portability,
    processing,
    recipients,
    rectification,
    restricting,
    stops,
    transfer,
)
from dsar.services.rights.facts import Asked, Wanted
from dsar.services.rights.processing import Permission, may_process

DECIDED = ORDERED | {Right.RECTIFICATION, Right.KNOW_CATEGORIES}
"""Rights that close by their facts and end with a letter of their own."""


def begin(*, case: Case, actor: Actor, now: datetime) -> None:
    """Do what a right wants at once when its person is known well enough. The case is locked."""
    if case.status != CaseStatus.VERIFIED:
        return
    if case.right in STOPS:
        stops.begin(case=case, actor=actor, now=now)
    elif case.right == Right.OBJECTION:
        objecting.begin(case=case, actor=actor, now=now)
    elif case.right == Right.RESTRICTION:
        restricting.begin(case=case, actor=actor, now=now)
    elif case.right == Right.RECTIFICATION:
        restricting.contested(case=case, actor=actor, now=now)


def allowed_outcomes(case: Case, plan: Plan | None) -> tuple[Outcome, ...]:
    """Return how a case under one of DECIDED may end now; empty while something is undecided or undone."""
    if case.right in STOPS:
        return stops.outcomes(case)
    if case.right == Right.OBJECTION:
        return objecting.outcomes(case)
    if case.right == Right.RESTRICTION:
        return restricting.outcomes(case)
    if case.right == Right.RECTIFICATION:
        return rectification.outcomes(case)
    return categories.outcomes(case, plan)


def decided_by(case: Case) -> set[int]:
    """Return who decided against the person: whoever closes the case as refused is somebody else."""
    refused = case.corrections.filter(verdict=Verdict.REFUSED)
    return set(refused.values_list("decided_by", flat=True))


def still_open(case: Case) -> str:
    """Return what the case lacks before it can end, in a sentence."""
    sentences = {
        Right.RECTIFICATION: "Decide on every correction, have it carried out, and read it again.",
        Right.KNOW_CATEGORIES: "Look for the person's data first: the answer says what was really found.",
        Right.OBJECTION: "Record what is objected to, weigh it, and let the systems be told.",
        Right.RESTRICTION: "Record what is to be left alone, and let the systems be told.",
    }
    return sentences.get(Right(case.right), "Record what is to stop, and let the systems be told.")


def answer_letter(*, case: Case, plan: Plan | None, outcome: str, now: datetime) -> Letter | None:
    """Write the letter with which a case under one of DECIDED ends."""
    if case.right in STOPS:
        return _stop_letter(case, now)
    if case.right == Right.OBJECTION:
        return _objection_letter(case, now)
    if case.right == Right.RESTRICTION:
        return _restriction_letter(case, now)
    if case.right == Right.RECTIFICATION:
        return _rectification_letter(case, outcome, now)
    return _categories_letter(case, plan, now)


def _stop_letter(case: Case, now: datetime) -> Letter | None:
    profile = active_profile()
    found = list(case.opt_outs.in_force())
    again = max((one.reask_from for one in found if one.reask_from), default=None)
    return letters.write(
        case=case, template=Template.STOP_ANSWER, now=now,
        stopped=[facts.words_of(one.purpose) for one in found],
        since=letters.minute(found[0].effective_at or now, profile),
        systems=orders.told(case, Operation.SUPPRESS),
        reask_from=letters.day(again, profile) if again else "",
    )  # fmt: skip


def _objection_letter(case: Case, now: datetime) -> Letter | None:
    """Tell what stopped; a refusal stands in a letter of its own, which left before the use went on."""
    refused = case.balancings.filter(outcome__in=objecting.REFUSING)
    stopped = [facts.words_of(one.purpose) for one in case.opt_outs.in_force()]
    if refused.exists() and not stopped:
        on = max(one.decided_at for one in refused)
        day = letters.day(on, active_profile())
        return letters.write(case=case, template=Template.ANSWERED, now=now, answered_on=day)
    return letters.write(
        case=case, template=Template.OBJECTION_ANSWER, now=now, stopped=stopped, use="", reason="", code="",
        systems=orders.told(case, Operation.SUPPRESS, Operation.RESTRICT),
    )  # fmt: skip


def _restriction_letter(case: Case, now: datetime) -> Letter | None:
    profile = active_profile()
    found = list(case.restrictions.all())
    return letters.write(
        case=case, template=Template.RESTRICTION_ANSWER, now=now,
        uses=[
            {
                "what": facts.words_of(one.purpose),
                "why": one.get_ground_display(),
                "review": letters.day(one.review_on, profile) if one.review_on else "",
            }
            for one in found
        ],
        systems=orders.told(case, Operation.RESTRICT),
    )  # fmt: skip


def _rectification_letter(case: Case, outcome: str, now: datetime) -> Letter | None:
    """Tell each correction; values are never repeated: the letter travels by open mail."""
    found = list(case.corrections.select_related("system"))
    accepted = [one for one in found if one.verdict == Verdict.ACCEPTED]
    return letters.write(
        case=case, template=Template.RECTIFICATION_ANSWER, now=now,
        corrected=[{"what": one.what, "says": _corrected(one)} for one in accepted],
        refused=[
            {"what": one.what, "why": one.reason} for one in found if one.verdict == Verdict.REFUSED
        ],
        recipients=recipients.told(case) if outcome != Outcome.REFUSED else [],
        restricted=case.restrictions.active().exists(),
    )  # fmt: skip


def _corrected(one: Any) -> str:
    where = one.system.name
    if rectification.is_proved(one):
        return f"corrected in {where}, and read again there"
    return f"asked for in {where}; we could not see that it was done"


def _categories_letter(case: Case, plan: Plan | None, now: datetime) -> Letter | None:
    found = categories.told(case, plan) if plan else []
    return letters.write(
        case=case, template=Template.KNOW_CATEGORIES_ANSWER, now=now, categories=found,
        searched_for=letters.searched_for(case), **categories.sold(active_profile()),
    )  # fmt: skip


__all__ = [
    "DECIDED",
    "Asked",
    "Permission",
    "Wanted",
    "Weighing",
    "allowed_outcomes",
    "answer_letter",
    "begin",
    "categories",
    "decided_by",
    "facts",
    "may_process",
    "objecting",
    "orders",
    "portability",
    "processing",
    "recipients",
    "rectification",
    "restricting",
    "still_open",
    "stops",
    "transfer",
]
