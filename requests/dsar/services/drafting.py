"""Letters about a case that people draft: the facts of the case put in, the rest to be filled by hand."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from config.sentences import say
from correspondence.enums import Template
from correspondence.models import Letter
from correspondence.rules.clauses import TO_OTHERS
from correspondence.services import drafts, words
from correspondence.services.letters import LetterFault
from dsar.models import Case
from dsar.services import letters, story

# Letters that a step of the case writes itself (acknowledgement, identity, fee, extension, closing letters)
# are not drafted by hand: their step moves the dates that they announce.
BY_HAND = (
    Template.FREE,
    Template.REFUSAL,
    Template.PART_REFUSAL,
    Template.RECTIFICATION_REFUSED,
    Template.OBJECTION_REFUSED,
    Template.RESTRICTION_LIFTING,
    Template.COMPLAINT_OUTCOME,
    Template.CHILD_REPORT_DONE,
    Template.AUTHORITY_ANSWER,
    Template.PROCESSOR_INSTRUCTION,
    Template.RECIPIENT_NOTICE,
    Template.BREACH_NOTICE,
)
DATES = ("lifts_on", "closes_on", "answer_by")


@transaction.atomic
def begin(
    *, case: Case, template: str, language: str, dispatch: str, to: str, reasons: Sequence[str],
    on: date | None, actor: Actor, now: datetime,
) -> Letter:  # fmt: skip
    """Store a draft about a case in a language, with its facts. `reasons` and `on` fill what it gives.

    Raises LetterFault for a kind that is not written by hand, NotAllowed without a case to lock.
    """
    if template not in BY_HAND:
        raise LetterFault(_("A letter of this kind is written by its own step of the case."))
    story.lock(case)
    with words.writing_in(language):
        context = {**letters.facts(case), **_given(reasons, on)}
        title = f"{case.reference}: " if template == Template.FREE else ""
    letter = drafts.begin(
        template=template, context=context, language=language, regime=case.regime, to=to, dispatch=dispatch,
        actor=actor, now=now, title=title, case_id=case.pk, reference=case.reference,
        subject_person=None if template in TO_OTHERS else case.subject,
    )  # fmt: skip
    story.tell(case=case, kind="letter", what=say("Letter drafted"), note=letter.title, actor=actor, now=now)
    return letter


def _given(reasons: Sequence[str], on: date | None) -> dict[str, Any]:
    """Return the context of reasons and date; what was not given is left out: the text shows the gap."""
    found: dict[str, Any] = {}
    if reasons:
        found |= {"reasons": [{"text": one, "article": ""} for one in reasons]}
        found |= dict.fromkeys(("reason", "finding", "what", "instruction", "statement"), " ".join(reasons))
    if on:
        found |= dict.fromkeys(DATES, on)
    return found
