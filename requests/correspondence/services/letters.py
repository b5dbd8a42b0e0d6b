"""Letters: written from a template, queued in the transaction of what they tell, sent as a job, kept as
sent.
"""

import base64
import hashlib
import re
import smtplib
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import DataSubject
from accounts.services import audit
from config import jobs
from config.jobs import JobStatus
from config.profile import active_profile
from config.sentences import remember, say
from correspondence.enums import Template
from correspondence.models import Letter, Thread
from correspondence.rules import clauses
from correspondence.services import tokens
from correspondence.services.templates import (
    LetterFault,
    check_whole,
    one_line,
    render,
    source_of,
    write_text,
)
from correspondence.services.words import FALLBACK, language_for, worded

__all__ = ["LetterFault", "one_line", "queue_letter", "render", "resend", "send_letter", "source_of"]

Listener = Callable[[Letter], None]
Guard = Callable[[Letter, Thread | None], str]
_failed: list[Listener] = []
_guards: list[Guard] = []


def on_leaving(guard: Guard) -> None:
    """Have somebody asked before a letter may leave: returns a sentence that says why not, or nothing.

    Called for every letter, whoever wrote it, with the thread that it is a reply in, if any.
    """
    _guards.append(guard)


remember(gettext_noop("The mail server refused it (%(kind)s)."))


def on_failure(listener: Listener) -> None:
    """Have somebody told, inside the transaction, of a letter that could not be sent after the last
    attempt.
    """
    _failed.append(listener)


def queue_letter(
    *,
    template: str,
    to: str,
    now: datetime,
    context: Mapping[str, Any] | None = None,
    title: str = "",
    body: str = "",
    language: str = FALLBACK,
    regime: str = "",
    case_id: uuid.UUID | None = None,
    reference: str = "",
    subject_person: DataSubject | None = None,
    thread: Thread | None = None,
    actor: audit.Actor = audit.SYSTEM,
) -> Letter:
    """Store a letter and have it sent; call it inside the transaction of what the letter tells.

    `to`: one address. `title` and `body` are for free letters, `context` for all others. `language`: that of
    the person; one that is not offered falls back to the company's. `regime` decides which clauses are
    mandatory.
    `thread`: the one that it is a reply in. Raises LetterFault: a value or a mandatory clause is missing, the
    address is no address, or it asks for what must not be asked.
    """
    letter = compose(
        template=template, context=context or {}, title=title, body=body, language=language, regime=regime
    )
    check_address(to)
    letter.to, letter.case_id, letter.reference = to, case_id, reference
    letter.subject_person, letter.created_at, letter.thread = subject_person, now, thread
    letter.written_by = actor.user if actor.user and actor.user.is_staff else None
    check_clauses(letter)
    check_guards(letter)
    with transaction.atomic():
        letter.save(force_insert=True)
        record_queued(letter, actor)
        jobs.enqueue(letter)
    return letter


def compose(
    *, template: str, context: Mapping[str, Any], title: str, body: str, language: str, regime: str,
    whole: bool = True,
) -> Letter:  # fmt: skip
    """Return an unsaved letter with its text, its template's version and what its text must contain.

    With `whole` False it may lack values: they stand in the text as ⟦name⟧. Raises LetterFault.
    """
    code = language_for(language)
    letter = Letter(template=template, language=code, regime=regime)
    if template == Template.FREE:
        letter.title, letter.body = one_line(title), body.strip() + "\n"
        return letter
    written = write_text(template, context, code)
    if whole:
        check_whole(written)
    letter.title, letter.body = written.title, written.body
    letter.template_version, letter.template_sha256 = written.source.version, written.source.sha256
    with translation.override(code):
        letter.clause_facts = clauses.facts_of(template, regime, worded(context))
    return letter


def missing_in(letter: Letter) -> list[clauses.Clause]:
    """Return the mandatory clauses that a letter lacks as it stands."""
    text = f"{letter.title}\n{letter.body}"
    return clauses.missing(letter.template, letter.regime, letter.language, text, letter.clause_facts or {})


def check_clauses(letter: Letter) -> None:
    """Raise LetterFault for a letter without title or text, or without a clause that the law demands."""
    if not letter.title or not letter.body.strip():
        raise LetterFault(_("A letter needs a title and a text."))
    lacking = missing_in(letter)
    if lacking:
        words = "; ".join(f"{clause.says} ({clause.source})" for clause in lacking)
        raise LetterFault(
            _("The letter “%(title)s” does not say: %(words)s.")
            % {"title": letter.get_template_display(), "words": words}
        )


def forbidden_in(letter: Letter) -> list[str]:
    """Return, in sentences, why a letter must not leave whatever it says besides."""
    return [said for guard in _guards if (said := guard(letter, letter.thread))]


def check_guards(letter: Letter) -> None:
    """Raise LetterFault for a letter that must not leave."""
    if refused := forbidden_in(letter):
        raise LetterFault(" ".join(refused))


def check_address(to: str) -> None:
    """Raise LetterFault unless `to` is exactly one e-mail address."""
    if not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", to):
        raise LetterFault(_("A letter needs exactly one e-mail address."))


def record_queued(letter: Letter, actor: audit.Actor) -> None:
    """Append the audit event of a letter that is ready to leave."""
    audit.record(
        actor=actor, action="letter.queued", obj=letter, personal={"email": letter.to},
        details={"template": letter.template, "version": letter.template_version, "language": letter.language,
                 "case": str(letter.case_id or ""), "dispatch": letter.dispatch},
    )  # fmt: skip


def message_of(letter: Letter, *, now: datetime) -> EmailMessage:
    """Return the message of a letter.

    Date and id are fixed, so that what is kept is what leaves, byte for byte.
    """
    profile = active_profile()
    sender = profile.mailbox(profile.letters.from_mailbox).address
    reply = profile.mailbox(profile.letters.reply_mailbox).address
    headers = {
        "Message-ID": f"<{letter.pk}@{profile.identity.website_domain}>",
        "Date": format_datetime(now),
    }
    if letter.written_by_id is None:
        # RFC 3834, section 5: what a person wrote or decided to send must not carry it, or a vacation notice
        # stays out and filters for machines take the letter.
        headers["Auto-Submitted"] = "auto-generated"
    headers |= tokens.headers_for(letter)
    name = one_line(profile.letters.sender).replace('"', "")
    return EmailMessage(
        letter.title, letter.body, f'"{name}" <{sender}>', [letter.to],
        reply_to=[tokens.reply_address(letter, reply)], headers=headers,
    )  # fmt: skip


def send_letter(*, letter_id: uuid.UUID | str, now: datetime) -> bool:
    """Send a letter when it is due; returns whether it left now.

    A refusal by the mail server is recorded and tried again with back-off; after the last attempt the letter
    needs attention. A worker killed between the server's "accepted" and our commit sends the same bytes, with
    the same Message-ID, once more: mail servers drop the copy.
    """
    token = jobs.claim(Letter, letter_id, now=now)
    if token is None:
        return False
    letter = Letter.objects.get(pk=letter_id)
    message = message_of(letter, now=now)
    made: Any = message.message()
    raw = made.as_bytes(linesep="\r\n")
    try:
        get_connection().send_messages([message])
    except (smtplib.SMTPException, OSError) as fault:
        _sending_failed(letter, token, fault, now)
        return False
    _sent(letter, token, raw, now)
    return True


def _sent(letter: Letter, token: uuid.UUID, raw: bytes, now: datetime) -> None:
    with transaction.atomic():
        letter.raw, letter.sha256 = base64.b64encode(raw).decode(), hashlib.sha256(raw).hexdigest()
        letter.sent_at, letter.message_id = now, f"<{letter.pk}@{active_profile().identity.website_domain}>"
        letter.save(update_fields=["raw", "sha256", "sent_at", "message_id"])
        jobs.finish(letter, token, now=now)
        audit.record(
            actor=audit.SYSTEM, action="letter.sent", obj=letter,
            details={"sha256": letter.sha256, "case": str(letter.case_id or "")},
        )  # fmt: skip


def _sending_failed(letter: Letter, token: uuid.UUID, fault: Exception, now: datetime) -> None:
    """Record why, without addresses: mail servers quote them in their answers."""
    code = getattr(fault, "smtp_code", "")
    reason = say("The mail server refused it (%(kind)s).", kind=f"{type(fault).__name__} {code}".strip())
    with transaction.atomic():
        final = isinstance(fault, smtplib.SMTPRecipientsRefused) and _permanent(fault)
        status = jobs.fail(letter, token, error=reason, now=now, final=final)
        _tell_failure(letter, reason)
        if status == JobStatus.ATTENTION:
            _need_somebody(letter)


def _tell_failure(letter: Letter, reason: str) -> None:
    details = {"reason": reason, "attempts": letter.attempts, "case": str(letter.case_id or "")}
    audit.record(actor=audit.SYSTEM, action="letter.failed", obj=letter, details=details)


def _need_somebody(letter: Letter) -> None:
    for listener in _failed:
        listener(letter)


def given_up(letter: Letter, now: datetime) -> None:
    """Record that the workers of a letter died; called inside the transaction that gives it up."""
    del now
    _tell_failure(letter, letter.last_error)
    _need_somebody(letter)


def _permanent(fault: smtplib.SMTPRecipientsRefused) -> bool:
    """Whether every recipient was refused for good (5xx)."""
    return all(500 <= code < 600 for code, _ in fault.recipients.values())


def resend(*, letter: Letter, actor: audit.Actor, now: datetime) -> bool:
    """Try a letter that needs attention again; returns whether there was one to try."""
    with transaction.atomic():
        waiting = Letter.objects.filter(pk=letter.pk, status=JobStatus.ATTENTION)
        if not waiting.update(status=JobStatus.READY, attempts=0, lost=0, next_attempt_at=now):
            return False
        audit.record(actor=actor, action="letter.retried", obj=letter)
        jobs.enqueue(letter)
    return True
