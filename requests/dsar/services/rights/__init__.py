"""The rights that act on data: one module a right. What other services need of all of them stands here."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from dsar.enums import CaseStatus, Outcome, Right, Verdict, Weighing
from dsar.models import Case, Plan
from dsar.rules.rights import ORDERED, STOPS
from dsar.services.rights import (
    categories,
    facts,
    objecting,
    orders,
    platform_data,
    platforms,
    portability,
    processing,
    recipients,
    rectification,
    restricting,
    stops,
    transfer,
)
from dsar.services.rights.answering import answer_letter, portability_letter
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
    elif case.right == Right.PLATFORM_DELETION:
        platform_data.begin(case=case, actor=actor, now=now)
    elif case.right == Right.DELETION:
        platform_data.begin_all(case=case, actor=actor, now=now)


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
        Right.RECTIFICATION: _("Decide on every correction, have it carried out, and read it again."),
        Right.KNOW_CATEGORIES: _("Look for the person's data first: the answer says what was really found."),
        Right.OBJECTION: _("Record what is objected to, weigh it, and let the systems be told."),
        Right.RESTRICTION: _("Record what is to be left alone, and let the systems be told."),
    }
    return sentences.get(Right(case.right), _("Record what is to stop, and let the systems be told."))


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
    "platform_data",
    "platforms",
    "portability",
    "portability_letter",
    "processing",
    "recipients",
    "rectification",
    "restricting",
    "still_open",
    "stops",
    "transfer",
]
