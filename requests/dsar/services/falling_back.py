"""Answering with the categories where somebody did not show enough for the pieces (11 CCR 7024(a))."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from config.sentences import say
from dsar.enums import DecisionKind
from dsar.models import Case, Decision
from dsar.rules import verification
from dsar.rules.transitions import NotAllowed
from dsar.services import clocks, story
from dsar.services.identity import mark_verified, shown_level, unproved

CODE = "UNVERIFIED_PIECES"


def why_not(case: Case) -> str:
    """Return why a request for pieces cannot be answered with the categories, or the empty string."""
    if unproved.falls_back_to(case) is None:
        return _("What was shown is not enough for the categories either, or the law knows no such answer.")
    return ""


def applies(decision: Decision) -> bool:
    """Whether a decision refuses the pieces for want of proof."""
    return decision.kind == DecisionKind.PART_REFUSAL and CODE in decision.codes


@transaction.atomic
def answer_with_categories(*, case: Case, actor: Actor, now: datetime) -> None:
    """Go on with a locked case as one for the categories: what was shown is enough for those.

    Receipt and reference stay. Raises NotAllowed where the law gives no such answer.
    """
    right = unproved.falls_back_to(case)
    if right is None:
        raise NotAllowed(why_not(case))
    was, level = case.right, shown_level(case)
    case.right = right
    case.save(update_fields=["right"])
    story.tell(
        case=case, kind="fell_back", what=say("Answered with the categories instead of the pieces"),
        plain=say("We answer with the kinds of data that we have about you"), actor=actor, now=now,
    )  # fmt: skip
    story.record(
        case=case,
        actor=actor,
        action="case.fell_back",
        fields=("right",),
        details={"was": was, "level": level},
    )
    clocks.recompute(case=case, now=now, reason="right")
    mark_verified(case=case, level=level, method=verification.METHODS[level], actor=actor, now=now)
