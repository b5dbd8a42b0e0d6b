"""Unverified for the pieces, answered as categories (11 CCR 7024(a)): the decision, ready to propose.

Ground, part and reasons are filled in; whoever proposes may change the reasons. A second person decides.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from dsar.enums import CaseStatus, DecisionKind
from dsar.models import Case, Decision
from dsar.rules import refusals
from dsar.services import decisions, falling_back, letters, rulings


def why_not(case: Case) -> str:
    """Return why this cannot be proposed now, or the empty string."""
    if not case.is_open:
        return _("This case is closed.")
    if case.status not in (CaseStatus.NEW, CaseStatus.VERIFYING):
        return _("Who asks is known in this case.")
    if rulings.waiting(case):
        return _("Another decision about this case waits already.")
    return falling_back.why_not(case)


def part_of(case: Case) -> str:
    """Return what is refused, in the language of the person."""
    with letters.writing(case):
        return _("the copy of the data themselves")


def reasons_of(case: Case) -> str:
    """Return the reasons as the letter gives them, in the language of the person."""
    with letters.writing(case):
        return _(
            "A copy may go only to somebody of whom we are sure to a high degree. What you showed us is"
            " enough for the kinds of data that we hold, and you get those. You can ask for the copy again at"
            " any time."
        )


def draft(*, case: Case, reasons: str, late_reason: str = "") -> Decision:
    """Return the decision as it would be proposed, unsaved, so that its letter can be shown."""
    return Decision(
        case=case, kind=DecisionKind.PART_REFUSAL, codes=[falling_back.CODE],
        codes_version=refusals.VERSION, reasons=reasons.strip(), refused_part=part_of(case),
        late_reason=late_reason.strip(),
    )  # fmt: skip


@transaction.atomic
def propose(*, case: Case, reasons: str, actor: Actor, now: datetime, late_reason: str = "") -> Decision:
    """Propose to answer with the categories. Raises NotAllowed, also where what was shown is not enough."""
    return decisions.propose(
        case=case, kind=DecisionKind.PART_REFUSAL, codes=[falling_back.CODE], reasons=reasons,
        refused_part=part_of(case), late_reason=late_reason, actor=actor, now=now,
    )  # fmt: skip
