"""Confirming receipt by hand, where no letter went out by itself: a machine wrote, or no address is known.

Sources: DPA 2018 s164A(3) (30 days for a complaint), 11 CCR 7021(a) (10 business days).
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from config.sentences import say
from correspondence.enums import Dispatch
from correspondence.models import Letter
from correspondence.services import drafts, words
from correspondence.services.letters import LetterFault
from dsar.models import Case
from dsar.rules.transitions import NotAllowed
from dsar.services import letters, opening, story


def why_not(case: Case) -> str:
    """Return why the receipt of a case cannot be confirmed now, or the empty string."""
    if case.acknowledged_at:
        return _("The receipt of this request is confirmed.")
    return "" if case.is_open else _("This case is closed.")


@transaction.atomic
def confirm(*, case: Case, to: str, dispatch: str, actor: Actor, now: datetime) -> Letter:
    """Send the acknowledgement, by e-mail or as a letter that waits to be posted; the clock knows it.

    `to`: an e-mail address, or the lines of a postal address. Raises NotAllowed for a case that is confirmed
    or closed, and for an address that is none.
    """
    story.lock(case)
    if refused := why_not(case):
        raise NotAllowed(refused)
    with words.writing_in(case.language):
        context = {**letters.facts(case), **opening.said_at_receipt(case)}
    try:
        letter = drafts.begin(
            template=opening.acknowledging(case), context=context, language=case.language, regime=case.regime,
            to=to.strip(), dispatch=Dispatch(dispatch), actor=actor, now=now, case_id=case.pk,
            reference=case.reference, subject_person=case.subject,
        )  # fmt: skip
        drafts.submit(letter=letter, actor=actor, now=now)
    except LetterFault as fault:
        raise NotAllowed(str(fault)) from fault
    case.acknowledged_at = now
    case.save(update_fields=["acknowledged_at"])
    what = say("Receipt confirmed")
    story.tell(case=case, kind="acknowledged", what=what, plain=what, actor=actor, now=now)
    details = {"letter": str(letter.pk), "dispatch": letter.dispatch}
    story.record(
        case=case, actor=actor, action="case.acknowledged", fields=("acknowledged_at",), details=details
    )
    return letter
