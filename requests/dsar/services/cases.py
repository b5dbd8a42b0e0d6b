"""What staff and people do to a case besides carrying it out: assign, note, verify, write, take back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.audit import Actor
from config.sentences import say
from correspondence.enums import Template
from correspondence.models import Letter
from correspondence.services.letters import LetterFault
from correspondence.services.words import language_for
from dsar.enums import CaseStatus, Method, Operation, Outcome, PlanStatus
from dsar.models import Case, Note
from dsar.rules import transitions, verification
from dsar.rules.transitions import NotAllowed
from dsar.rules.verification import LEVELS
from dsar.services import identity, letters, opening, proofs, representation, stopping, story
from dsar.services.closing import allowed_outcomes, close
from dsar.services.opening import need_of

__all__ = [
    "add_note",
    "allowed_outcomes",
    "assign",
    "change_language",
    "close",
    "need_of",
    "verify",
    "why_not_withdraw",
    "withdraw",
    "write_letter",
]


def _check_open(case: Case) -> None:
    if case.status == CaseStatus.CLOSED:
        raise NotAllowed(_("This case is closed. Open a new one."))


@transaction.atomic
def assign(*, case: Case, assignee: User | None, actor: Actor, now: datetime) -> None:
    """Give a case to a colleague who may handle cases, or to nobody."""
    story.lock(case)
    _check_open(case)
    if assignee and not (assignee.is_active and assignee.has_perm("dsar.change_case")):
        raise NotAllowed(_("%(who)s may not handle cases. Choose somebody who may.") % {"who": assignee})
    case.assignee = assignee
    case.save(update_fields=["assignee"])
    what = say("Assigned to %(who)s", who=assignee) if assignee else say("Assigned to nobody")
    story.tell(case=case, kind="assigned", what=what, actor=actor, now=now)
    details = {"assignee": assignee.pk if assignee else None}
    story.record(case=case, actor=actor, action="case.assigned", fields=("assignee",), details=details)


@transaction.atomic
def change_language(*, case: Case, language: str, actor: Actor, now: datetime) -> None:
    """Write to the person in another language from now on; letters that exist stay as they are.

    Raises NotAllowed for a closed case, or a language that is not offered or lacks its texts.
    """
    story.lock(case)
    _check_open(case)
    if language_for(language) != language:
        raise NotAllowed(_("No letters are written in this language here. Choose one that is offered."))
    before = case.language
    if before == language:
        return
    case.language = language
    case.save(update_fields=["language"])
    what = say("Letters are in another language now: %(language)s", language=language)
    story.tell(case=case, kind="language", what=what, actor=actor, now=now)
    details = {"before": before, "after": language}
    story.record(
        case=case, actor=actor, action="case.language_changed", fields=("language",), details=details
    )


@transaction.atomic
def add_note(*, case: Case, text: str, actor: Actor, now: datetime) -> Note:
    """Keep an internal note. It is never part of a package or a letter."""
    if not text.strip():
        raise NotAllowed(_("Write something first."))
    if actor.user is None:
        raise NotAllowed(_("Notes are written by people."))
    note = Note.objects.create(case=case, author=actor.user, written_at=now, text=text.strip())
    story.tell(case=case, kind="note", what=say("Note added"), actor=actor, now=now)
    story.record(case=case, actor=actor, action="case.noted", details={"note": str(note.pk)})
    return note


@transaction.atomic
def verify(*, case: Case, level: int, method: str, actor: Actor, now: datetime) -> None:
    """Record that staff confirmed who asks. Raises NotAllowed above the ceiling, or below the need.

    What the person claimed (addresses, numbers) counts as proved from then on.
    """
    story.lock(case)
    transitions.check_status(
        case.status, {CaseStatus.NEW, CaseStatus.VERIFYING}, _("Confirming the identity")
    )
    if waits := representation.why_not_verified(case):
        raise NotAllowed(waits)
    identity.check_level(case, level)
    _check_declared(case, level)
    proofs.prove_claimed(case=case, now=now)
    method = method.strip() or verification.METHODS[level]
    how = Method.JUDGEMENT if level else Method.NONE
    opening.mark_verified(case=case, level=level, method=method, actor=actor, now=now, how=how)


def _check_declared(case: Case, level: int) -> None:
    """Level 4 is three data and a signed declaration: staff may judge the data, never the signature."""
    passed = case.identity_checks.passed().filter(method__in=[Method.DECLARATION, Method.SWORN])
    if level == LEVELS[Method.SWORN] and not passed.exists():
        raise NotAllowed(_("Level 4 needs a signed declaration. Ask for it first."))
    if level == LEVELS[Method.DOCUMENT]:
        raise NotAllowed(_("A document is asked for, seen and destroyed here: use that way."))


@transaction.atomic
def write_letter(*, case: Case, title: str, body: str, actor: Actor, now: datetime) -> Letter:
    """Write a letter in one's own words; kept as sent. Raises NotAllowed without address, title or text."""
    story.lock(case)
    try:
        letter = letters.write(
            case=case, template=Template.FREE, title=title, body=body, actor=actor, now=now
        )
    except LetterFault as fault:
        raise NotAllowed(str(fault)) from fault
    if letter is None:
        raise NotAllowed(_("We know no e-mail address of this person. Write by post, and add a note."))
    story.tell(
        case=case, kind="letter", what=say("Letter written"), note=letter.title, plain=say("We wrote to you"),
        actor=actor, now=now,
    )  # fmt: skip
    story.record(case=case, actor=actor, action="case.letter", details={"letter": str(letter.pk)})
    return letter


def erasing(case: Case) -> bool:
    """Whether anything may have been erased under a plan of this case."""
    steps = case.steps.filter(operation=Operation.ERASE, started_at__isnull=False)
    return bool(steps.exists())


def why_not_withdraw(case: Case) -> str:
    """Return why a case cannot be taken back any more, or the empty string."""
    in_force = case.opt_outs.in_force().exists() or case.restrictions.active().exists()
    return transitions.may_withdraw(case.right, case.status, erasing=erasing(case), in_force=in_force)


@transaction.atomic
def withdraw(*, case: Case, actor: Actor, now: datetime) -> None:
    """Take a request back. Raises NotAllowed when it is closed, or its deletion has begun."""
    story.lock(case)
    why_not = why_not_withdraw(case)
    if why_not:
        raise NotAllowed(why_not)
    stopping.stop(case=case, now=now)
    case.plans.filter(status__in=[PlanStatus.DRAFT, PlanStatus.PROPOSED]).update(status=PlanStatus.SUPERSEDED)
    letters.write(case=case, template=Template.WITHDRAWN, now=now)
    story.end(case, Outcome.WITHDRAWN, now)
    story.tell(
        case=case, kind="withdrawn", what=say("Request withdrawn"), plain=say("You took this request back"),
        actor=actor, now=now,
    )  # fmt: skip
    story.record(case=case, actor=actor, action="case.withdrawn", details={"outcome": Outcome.WITHDRAWN})
