"""Letters by post: printed once, kept byte for byte and encrypted, marked as posted with evidence."""

import base64
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import Actor
from config.jobs import JobStatus
from correspondence.enums import Dispatch, Stage
from correspondence.models import Letter, PostalCopy
from correspondence.services.printing import compile_pdf, sha256_of
from correspondence.services.templates import LetterFault


@transaction.atomic
def print_letter(*, letter: Letter, actor: Actor, now: datetime) -> PostalCopy:
    """Print a final letter that goes by post; the bytes are kept. Printing again returns the same ones.

    Raises LetterFault for a letter that is not final, goes by e-mail, or has characters without a font.
    """
    letter = Letter.objects.select_for_update().get(pk=letter.pk)
    if letter.dispatch != Dispatch.POST or letter.stage != Stage.FINAL:
        raise LetterFault(_("Only a final letter that goes by post is printed for posting."))
    known = PostalCopy.objects.filter(letter=letter).first()
    if known:
        return known
    if actor.user is None:
        raise LetterFault(_("Letters are printed by people."))
    made = compile_pdf(letter, on=now)
    copy = PostalCopy.objects.create(
        letter=letter, pdf=base64.b64encode(made).decode(), sha256=sha256_of(made), made_at=now,
        made_by=actor.user,
    )  # fmt: skip
    audit.record(
        actor=actor, action="letter.printed", obj=letter,
        details={"sha256": copy.sha256, "case": str(letter.case_id or "")},
    )  # fmt: skip
    return copy


@transaction.atomic
def mark_posted(*, letter: Letter, posted_on: date, evidence: str, actor: Actor, now: datetime) -> PostalCopy:
    """Record that the printed letter was given to the post. `evidence`: the item's number, or who saw it.

    Raises LetterFault: not printed yet, posted already, without evidence, in the future or before printing.
    """
    letter = Letter.objects.select_for_update().get(pk=letter.pk)
    copy = PostalCopy.objects.filter(letter=letter).first()
    _check_posting(copy, posted_on, evidence, now)
    assert copy is not None
    copy.posted_on, copy.evidence, copy.posted_by = posted_on, evidence.strip(), actor.user
    copy.save(update_fields=["posted_on", "evidence", "posted_by"])
    letter.sent_at, letter.sha256, letter.status, letter.finished_at = now, copy.sha256, JobStatus.DONE, now
    letter.save(update_fields=["sent_at", "sha256", "status", "finished_at"])
    audit.record(
        actor=actor, action="letter.posted", obj=letter,
        details={"sha256": copy.sha256, "posted_on": posted_on.isoformat(),
                 "case": str(letter.case_id or "")},
    )  # fmt: skip
    return copy


def _check_posting(copy: PostalCopy | None, posted_on: date, evidence: str, now: datetime) -> None:
    if copy is None:
        raise LetterFault(_("Print the letter first: what was printed is what is kept."))
    if copy.posted_on:
        raise LetterFault(_("This letter was posted already."))
    if not evidence.strip():
        raise LetterFault(
            _("Say how we know that it was posted: the item's number, or who brought it where.")
        )
    if posted_on > now.date():
        raise LetterFault(_("A letter cannot have been posted in the future."))
    if posted_on < copy.made_at.date():
        raise LetterFault(_("It cannot have been posted before it was printed."))
