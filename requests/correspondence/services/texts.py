"""A company's own texts of letters: written by one person, published by another, never changed afterwards."""

import difflib
import hashlib
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import Actor
from correspondence.enums import Template, TextStatus
from correspondence.models import LetterTemplate
from correspondence.rules import clauses
from correspondence.services import samples
from correspondence.services.templates import (
    LetterFault,
    Source,
    Written,
    check_syntax,
    check_whole,
    source_of,
    write_text,
)
from correspondence.services.words import worded


def preview(source: Source, regime: str) -> Written:
    """Return a text filled with invented facts. Raises LetterFault."""
    with translation.override(source.language):
        context = samples.context_for(source.template, regime)
        return write_text(source.template, context, source.language, source=source)


def check_text(template: str, language: str, text: str) -> None:
    """Raise LetterFault for a text that could not be sent under some regime: holes, missing clauses."""
    check_syntax(text)
    source = Source(template, language, "own", text, own=True)
    for regime in clauses.REGIMES:
        written = preview(source, regime)
        check_whole(written)
        with translation.override(language):
            facts = clauses.facts_of(template, regime, worded(samples.context_for(template, regime)))
        lacking = clauses.missing(template, regime, language, f"{written.title}\n{written.body}", facts)
        if lacking:
            words = "; ".join(f"{one.says} ({one.source})" for one in lacking)
            raise LetterFault(
                _("Under %(regime)s the letter would not say: %(words)s.")
                % {"regime": regime, "words": words}
            )


def difference(row: LetterTemplate) -> list[tuple[str, str]]:
    """Return the lines that a version changes in the text it was made from: ("-", "+" or " ", line)."""
    before = source_of(row.template, row.language, row.based_on).text.strip().splitlines()
    lines = difflib.ndiff(before, row.text.strip().splitlines())
    return [(line[0], line[2:]) for line in lines if line[0] != "?"]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").strip() + "\n"


@transaction.atomic
def propose(
    *, template: str, language: str, text: str, why: str, actor: Actor, now: datetime
) -> LetterTemplate:
    """Store a new version of a text for a second person to publish.

    Raises LetterFault for a text that lacks a clause of some regime, that changes nothing, or without reason.
    """
    if template == Template.FREE or actor.user is None:
        raise LetterFault(_("Only the texts of the list are changed, and by people."))
    if not why.strip():
        raise LetterFault(_("Say what is different, and why."))
    text = _clean(text)
    check_text(template, language, text)
    used = source_of(template, language)
    if _clean(used.text) == text:
        raise LetterFault(_("This is the text that is in use already."))
    row = LetterTemplate.objects.create(
        template=template, language=language, text=text, sha256=_hash(text), based_on=used.version,
        number=LetterTemplate.objects.next_number(template, language), why=why.strip()[:300],
        status=TextStatus.PROPOSED, made_by=actor.user, made_at=now,
    )  # fmt: skip
    _record(row, actor, "lettertemplate.proposed")
    return row


@transaction.atomic
def publish(*, row: LetterTemplate, actor: Actor, now: datetime) -> LetterTemplate:
    """Put a proposed text into use; the one before is retired. Raises LetterFault for its own writer."""
    row = _locked(row, TextStatus.PROPOSED)
    if actor.user is None or actor.user.pk == row.made_by_id:
        raise LetterFault(_("You wrote this text: somebody else has to publish it."))
    check_text(row.template, row.language, row.text)
    LetterTemplate.objects.of(row.template, row.language).in_use().update(status=TextStatus.RETIRED)
    row.status, row.approved_by, row.published_at = TextStatus.PUBLISHED, actor.user, now
    row.save(update_fields=["status", "approved_by", "published_at"])
    _record(row, actor, "lettertemplate.published")
    return row


@transaction.atomic
def send_back(*, row: LetterTemplate, actor: Actor) -> LetterTemplate:
    """Take a proposed text off the table; it stays to be read. Raises LetterFault."""
    row = _locked(row, TextStatus.PROPOSED)
    row.status = TextStatus.DRAFT
    row.save(update_fields=["status"])
    _record(row, actor, "lettertemplate.returned")
    return row


@transaction.atomic
def retire(*, row: LetterTemplate, actor: Actor) -> LetterTemplate:
    """Take a text out of use: the shipped one is written again. Raises LetterFault."""
    row = _locked(row, TextStatus.PUBLISHED)
    row.status = TextStatus.RETIRED
    row.save(update_fields=["status"])
    _record(row, actor, "lettertemplate.retired")
    return row


def _locked(row: LetterTemplate, status: TextStatus) -> LetterTemplate:
    found = LetterTemplate.objects.select_for_update().get(pk=row.pk)
    if found.status != status:
        raise LetterFault(_("This text is “%(status)s” by now.") % {"status": TextStatus(found.status).label})
    return found


def _record(row: LetterTemplate, actor: Actor, action: str) -> None:
    details = {
        "template": row.template,
        "language": row.language,
        "version": row.version,
        "sha256": row.sha256,
    }
    audit.record(actor=actor, action=action, obj=row, details=details)
