"""Complaints about how we handle data: looked into in steps, answered with a finding and what we change.

Source: Data Protection Act 2018 s164A (Data (Use and Access) Act 2025 s103): electronic form, acknowledged in
30 days, outcome without undue delay. Nobody proves who they are for it.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from config.sentences import say
from correspondence.enums import Template
from correspondence.services import words
from dsar.enums import CaseStatus, Finding, LinkKind, Outcome, Right
from dsar.models import Case, Inquiry, InquiryStep
from dsar.rules.transitions import NotAllowed
from dsar.services import letters, relations, story


def _inquiry(case: Case, actor: Actor, now: datetime) -> Inquiry:
    """Lock the case and return its inquiry, opened when there is none. Raises NotAllowed."""
    story.lock(case)
    if case.right != Right.COMPLAINT:
        raise NotAllowed(_("Only a complaint is looked into like that."))
    if case.status == CaseStatus.CLOSED:
        raise NotAllowed(_("This complaint is answered."))
    if actor.user is None:
        raise NotAllowed(_("A person looks into complaints."))
    return Inquiry.objects.get_or_create(case=case, defaults={"opened_at": now})[0]


@transaction.atomic
def complain_of(*, case: Case, other: Case, actor: Actor, now: datetime) -> None:
    """Say which case a complaint is about. Raises NotAllowed for a case of somebody else."""
    _inquiry(case, actor, now)
    if case.subject_id != other.subject_id:
        raise NotAllowed(_("This case is another person's. Relate the cases instead."))
    relations.link(case=case, other=other, kind=LinkKind.COMPLAINT, actor=actor, now=now)


@transaction.atomic
def add_step(*, case: Case, what: str, note: str, actor: Actor, now: datetime) -> InquiryStep:
    """Record what was done to find out. `what` holds no personal values, `note` may (it is encrypted)."""
    inquiry = _inquiry(case, actor, now)
    if not what.strip():
        raise NotAllowed(_("Say what was done."))
    assert actor.user is not None
    step = InquiryStep.objects.create(
        inquiry=inquiry, at=now, by=actor.user, what=what.strip()[:200], note=note.strip()
    )
    story.tell(
        case=case, kind="inquiry", what=say("Inquiry: %(what)s", what=step.what),
        plain=say("We are looking into your complaint"), actor=actor, now=now,
    )  # fmt: skip
    story.record(case=case, actor=actor, action="inquiry.step", details={"step": str(step.pk)})
    return step


@transaction.atomic
def conclude(
    *, case: Case, finding: str, explanation: str, changes: str, actor: Actor, now: datetime
) -> Inquiry:
    """Answer a complaint: the letter names finding, reasons, what we change and the way to the authority.

    `changes`: a line each; needed where the complaint was right. Closes the case. Raises NotAllowed without a
    step of inquiry, reasons or, where we were wrong, something that changes.
    """
    inquiry = _inquiry(case, actor, now)
    finding = Finding(finding)
    if not inquiry.steps.exists():
        raise NotAllowed(_("Nobody has looked into it yet. Record what was done first."))
    if not explanation.strip():
        raise NotAllowed(_("Write what you found: the person reads it in our letter."))
    lines = [line.strip() for line in changes.splitlines() if line.strip()]
    if finding != Finding.NOT_UPHELD and not lines:
        raise NotAllowed(_("Say what we change, so that it does not happen again."))
    inquiry.finding, inquiry.explanation, inquiry.changes = finding, explanation.strip(), "\n".join(lines)
    inquiry.concluded_at, inquiry.concluded_by = now, actor.user
    inquiry.save()
    _answer(inquiry, lines, actor, now)
    return inquiry


def _answer(inquiry: Inquiry, lines: list[str], actor: Actor, now: datetime) -> None:
    case = inquiry.case
    with letters.writing(case):
        said = f"{words.say(f'finding.{inquiry.finding}')} {inquiry.explanation}"
    letter = letters.write(
        case=case, template=Template.COMPLAINT_OUTCOME, now=now, actor=actor, finding=said, actions=lines
    )
    if letter is None:
        raise NotAllowed(
            _("We know no e-mail address of this person. Write by post, and add the address first.")
        )
    story.end(case, Outcome.FULFILLED, now)
    story.tell(
        case=case, kind="closed",
        what=say("Complaint answered: %(how)s", how=Finding(inquiry.finding).label),
        plain=say("We answered your complaint"), actor=actor, now=now,
    )  # fmt: skip
    details = {"finding": inquiry.finding, "letter": str(letter.pk), "outcome": Outcome.FULFILLED}
    story.record(case=case, actor=actor, action="inquiry.concluded", details=details)
