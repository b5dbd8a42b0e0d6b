"""Letters that people write: begun, edited, previewed, submitted, approved by a second person, sent.

What leaves is checked once more at the end, whoever edited it: a letter without a mandatory clause stays.
"""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import DataSubject, User
from accounts.services import audit
from accounts.services.audit import Actor
from config import jobs
from config.jobs import JobStatus
from correspondence.enums import Dispatch, Stage
from correspondence.models import Letter
from correspondence.rules import clauses
from correspondence.services import letters
from correspondence.services.templates import LetterFault, one_line

HOLE = re.compile(r"⟦([^⟧\n]{1,60})⟧")
FIXED = frozenset({"authority", "contact", "complaint_to_us", "reference"})
Listener = Callable[[Letter, Actor, datetime], None]
_final: list[Listener] = []


def on_final(listener: Listener) -> None:
    """Have somebody told, inside the transaction, of a letter that people wrote and that may leave now."""
    _final.append(listener)


@transaction.atomic
def begin(
    *,
    template: str,
    context: Mapping[str, Any],
    language: str,
    regime: str,
    to: str,
    actor: Actor,
    now: datetime,
    dispatch: str = Dispatch.EMAIL,
    title: str = "",
    body: str = "",
    case_id: uuid.UUID | None = None,
    reference: str = "",
    subject_person: DataSubject | None = None,
) -> Letter:
    """Store a draft of a letter. Values that the context lacks stand in it as ⟦name⟧, to be filled in.

    `to`: an e-mail address, or the lines of a postal address; may be empty until it is submitted.
    """
    letter = letters.compose(
        template=template, context=context, title=title, body=body, language=language, regime=regime,
        whole=False,
    )  # fmt: skip
    letter.stage, letter.status, letter.dispatch, letter.to = Stage.DRAFT, JobStatus.WAITING, dispatch, to
    letter.needs_approval = template in clauses.SECOND_PERSON
    letter.case_id, letter.reference, letter.subject_person = case_id, reference, subject_person
    letter.created_at, letter.written_by = now, _person(actor)
    letter.save(force_insert=True)
    _record(letter, actor, "letter.drafted")
    return letter


def _person(actor: Actor) -> User:
    if actor.user is None:
        raise LetterFault(_("Drafts are written and decided by people."))
    return actor.user


@transaction.atomic
def edit(
    *,
    letter: Letter,
    title: str,
    body: str,
    to: str,
    dispatch: str,
    facts: Mapping[str, Sequence[str]],
    actor: Actor,
) -> Letter:
    """Change a draft. `facts`: the passages that mandatory clauses demand, for those that no record decides.

    Whoever edits last counts as its writer, and so cannot approve it. Raises LetterFault.
    """
    letter = _locked(letter, Stage.DRAFT)
    letter.title, letter.body, letter.to, letter.dispatch = one_line(title), _text(body), to.strip(), dispatch
    given = {key: list(value) for key, value in facts.items() if key not in FIXED}
    letter.clause_facts = {**(letter.clause_facts or {}), **given}
    letter.written_by = _person(actor)
    letter.save(update_fields=["title", "body", "to", "dispatch", "clause_facts", "written_by"])
    _record(letter, actor, "letter.edited")
    return letter


def _text(body: str) -> str:
    return body.replace("\r\n", "\n").strip() + "\n"


def lacking(letter: Letter) -> list[str]:
    """Return, in sentences, what keeps a draft from being sent: holes, address, mandatory clauses."""
    found = [
        _("Fill in “%(name)s”.") % {"name": name}
        for name in dict.fromkeys(HOLE.findall(f"{letter.title}\n{letter.body}"))
    ]
    if not letter.title or not letter.body.strip():
        found.append("A letter needs a title and a text.")
    try:
        _check_address(letter)
    except LetterFault as fault:
        found.append(str(fault))
    found += letters.forbidden_in(letter)
    return found + [
        _("It does not say: %(what)s (%(source)s).") % {"what": one.says, "source": one.source}
        for one in letters.missing_in(letter)
    ]


def _check_address(letter: Letter) -> None:
    if letter.dispatch == Dispatch.EMAIL:
        letters.check_address(letter.to)
    elif len(letter.to.strip().splitlines()) < 2:
        raise LetterFault(_("A letter by post needs a postal address of at least two lines."))


def _check(letter: Letter) -> None:
    faults = lacking(letter)
    if faults:
        raise LetterFault(" ".join(faults))


@transaction.atomic
def submit(*, letter: Letter, actor: Actor, now: datetime) -> Letter:
    """Send a draft, or give it to a second person where its kind demands one. Raises LetterFault."""
    letter = _locked(letter, Stage.DRAFT)
    _check(letter)
    if not letter.needs_approval:
        return _finalise(letter, actor, now)
    letter.stage, letter.submitted_by, letter.submitted_at = Stage.APPROVAL, _person(actor), now
    letter.returned_why = ""
    letter.save(update_fields=["stage", "submitted_by", "submitted_at", "returned_why"])
    _record(letter, actor, "letter.submitted")
    return letter


@transaction.atomic
def approve(*, letter: Letter, actor: Actor, now: datetime) -> Letter:
    """Agree to a letter that somebody else wrote and submitted; it leaves. Raises LetterFault."""
    letter = _locked(letter, Stage.APPROVAL)
    person = _person(actor)
    if person.pk in (letter.submitted_by_id, letter.written_by_id):
        raise LetterFault(_("You wrote or submitted this letter: somebody else has to decide."))
    _check(letter)
    letter.approved_by, letter.approved_at = person, now
    return _finalise(letter, actor, now)


@transaction.atomic
def send_back(*, letter: Letter, why: str, actor: Actor) -> Letter:
    """Return a submitted letter to its writer with a reason; it is a draft again. Raises LetterFault."""
    letter = _locked(letter, Stage.APPROVAL)
    if not why.strip():
        raise LetterFault(_("Say what is to be changed."))
    letter.stage, letter.returned_why = Stage.DRAFT, why.strip()
    letter.submitted_by = letter.submitted_at = None
    letter.save(update_fields=["stage", "returned_why", "submitted_by", "submitted_at"])
    _record(letter, actor, "letter.returned")
    return letter


@transaction.atomic
def discard(*, letter: Letter, actor: Actor) -> Letter:
    """Give a draft up; it stays to be seen, and never leaves. Raises LetterFault."""
    letter = _locked(letter, Stage.DRAFT)
    letter.stage, letter.status = Stage.DISCARDED, JobStatus.CANCELLED
    letter.save(update_fields=["stage", "status"])
    _record(letter, actor, "letter.discarded")
    return letter


def _locked(letter: Letter, stage: Stage) -> Letter:
    found = Letter.objects.select_for_update().get(pk=letter.pk)
    if found.stage != stage:
        was = Stage(found.stage).label
        raise LetterFault(_("This letter is “%(was)s” by now. Load the page again.") % {"was": was})
    return found


def _finalise(letter: Letter, actor: Actor, now: datetime) -> Letter:
    letter.stage = Stage.FINAL
    letter.status = JobStatus.READY if letter.dispatch == Dispatch.EMAIL else JobStatus.WAITING
    letter.save(update_fields=["stage", "status", "approved_by", "approved_at"])
    letters.record_queued(letter, actor)
    for listener in _final:
        listener(letter, actor, now)
    if letter.dispatch == Dispatch.EMAIL:
        jobs.enqueue(letter)
    return letter


def _record(letter: Letter, actor: Actor, action: str) -> None:
    details = {"template": letter.template, "case": str(letter.case_id or "")}
    audit.record(actor=actor, action=action, obj=letter, details=details)
