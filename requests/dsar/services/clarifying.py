"""Asking what somebody means, where the law lets the days not count: access, under the GDPR and the UK GDPR.

Source: UK GDPR Art. 12A (Data (Use and Access) Act 2025, s76); EU: recital 63 and the profile's reading
`eu_clarification`. The dates are those of the letter and of the answer, never typed.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from config.profile import active_profile
from config.sentences import say
from correspondence.enums import Template
from dsar.enums import Regime, Right
from dsar.models import Case, Clarification
from dsar.rules.transitions import NotAllowed
from dsar.services import clocks, letters, rulings, story

MAX_TEXT = 4_000


def why_not(case: Case) -> str:
    """Return why no such question may be asked about this case, or the empty string."""
    if not case.is_open:
        return _("This case is closed.")
    if case.right != Right.ACCESS:
        return _("Only a request for access may wait for an answer. Write a plain letter instead.")
    if case.regime not in (Regime.EU_GDPR, Regime.UK_GDPR):
        return _("This law knows no such pause. Write a plain letter instead.")
    if case.clarifications.filter(answered_at=None).exists():
        return _("A question is open already.")
    return ""


def pauses(case: Case) -> bool:
    """Whether the days until the answer do not count, as the profile reads the law."""
    if case.regime == Regime.UK_GDPR:
        return True
    return active_profile().clocks.switches.eu_clarification != "none"


@transaction.atomic
def ask(*, case: Case, question: str, actor: Actor, now: datetime) -> Clarification:
    """Send the question and record it with the clocks. Raises NotAllowed; also when no letter can go."""
    story.lock(case)
    refused = why_not(case)
    if refused:
        raise NotAllowed(refused)
    lines = [line.strip() for line in question.splitlines() if line.strip()]
    if not lines or len(question) > MAX_TEXT:
        raise NotAllowed(_("Write the question, in at most %(n)d characters.") % {"n": MAX_TEXT})
    letter = letters.write(
        case=case, template=Template.CLARIFICATION_REQUEST, now=now, actor=actor, questions=lines,
        answer_by="",
        pauses=pauses(case), regime=case.regime,
    )  # fmt: skip
    if letter is None:
        raise NotAllowed(_("We know no e-mail address of this person. Write by post, and add a note."))
    asked = Clarification.objects.create(
        case=case, question="\n".join(lines), asked_at=now, asked_by=actor.user, letter_id=letter.pk
    )
    story.tell(
        case=case, kind="letter_clarification", what=say("Question sent"),
        plain=say("We asked you what you mean"),
        actor=actor, now=now,
    )  # fmt: skip
    details = {"clarification": str(asked.pk), "letter": str(letter.pk)}
    story.record(case=case, actor=actor, action="clarification.asked", details=details)
    clocks.record_event(
        case=case,
        kind="clarification_requested",
        on=rulings.today(now),
        actor=actor,
        now=now,
        letter_id=letter.pk,
    )
    return asked


@transaction.atomic
def answer(
    *,
    case: Case,
    text: str,
    actor: Actor,
    received_at: datetime,
    now: datetime,
    message_id: UUID | None = None,
) -> Clarification:
    """Take the answer to the open question; the clocks go on from the day it reached us.

    `received_at`: by the sender's channel. `message_id`: the message that carries it; without one the answer
    itself, which is kept, is the evidence. Raises NotAllowed without an open question or text.
    """
    story.lock(case)
    asked: Clarification | None = case.clarifications.filter(answered_at=None).first()
    if asked is None:
        raise NotAllowed(_("No question is open."))
    if not text.strip() or len(text) > MAX_TEXT:
        raise NotAllowed(_("Write the answer, in at most %(n)d characters.") % {"n": MAX_TEXT})
    if not asked.asked_at <= received_at <= now:
        raise NotAllowed(_("The answer cannot have come before the question, or in the future."))
    asked.answer, asked.answered_at = text.strip(), received_at
    asked.save(update_fields=["answer", "answered_at"])
    clocks.record_event(
        case=case, kind="clarification_received", on=rulings.today(received_at), actor=actor, now=now,
        message_id=message_id, note="" if message_id else _("The answer is kept with the case."),
    )  # fmt: skip
    story.tell(
        case=case, kind="received_answer", what=say("Answer to our question received"),
        plain=say("You answered our question"), actor=actor, now=now,
    )  # fmt: skip
    story.record(
        case=case, actor=actor, action="clarification.answered", details={"clarification": str(asked.pk)}
    )
    return asked
