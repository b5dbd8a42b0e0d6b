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
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template import Context, Engine
from django.utils.translation import gettext as _

from accounts.models import DataSubject
from accounts.services import audit
from config import jobs
from config.jobs import JobStatus
from config.profile import active_profile
from correspondence.enums import Template
from correspondence.models import Letter

FOLDER = Path(settings.BASE_DIR) / "templates" / "letters"
TITLE_LENGTH = 200
_VERSION = re.compile(r"\{#\s*version (\S+)\s*#\}\n")
Listener = Callable[[Letter], None]
_failed: list[Listener] = []


class LetterFault(ValueError):
    """The letter cannot be written as asked; the message says what to change."""


def on_failure(listener: Listener) -> None:
    """Have somebody told, inside the transaction, of a letter that could not be sent after the last
    attempt.
    """
    _failed.append(listener)


@lru_cache(maxsize=32)
def source_of(template: str) -> tuple[str, str]:
    """Return (version, text) of a template file; its first line names the version."""
    text = (FOLDER / f"{template}.txt").read_text(encoding="utf-8")
    found = _VERSION.match(text)
    if not found:
        raise LetterFault(f"templates/letters/{template}.txt must begin with {{# version … #}}.")
    return found.group(1), text[found.end() :]


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return Engine(dirs=[str(FOLDER)], autoescape=False, string_if_invalid="⟦missing⟧")


def render(template: str, context: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return (title, body, version) of a template; the first line of its text is the title.

    Raises LetterFault when something that the text names is not in `context`: no letter leaves with a hole.
    """
    version, source = source_of(template)
    given = {"profile": active_profile(), **context}
    text = _engine().from_string(source).render(Context(given, autoescape=False))
    if "⟦missing⟧" in text:
        line = next(line for line in text.splitlines() if "⟦missing⟧" in line)
        raise LetterFault(f"The letter {template} lacks a value in “{line.strip()}”.")
    title, _, body = text.partition("\n")
    return one_line(title), re.sub(r"\n{3,}", "\n\n", body).strip() + "\n", version


def one_line(title: str) -> str:
    """Return a title without line breaks and control characters, at most 200 characters long."""
    return " ".join("".join(c if c.isprintable() else " " for c in title).split())[:TITLE_LENGTH]


def queue_letter(
    *,
    template: str,
    to: str,
    now: datetime,
    context: Mapping[str, Any] | None = None,
    title: str = "",
    body: str = "",
    language: str = "en",
    case_id: uuid.UUID | None = None,
    reference: str = "",
    subject_person: DataSubject | None = None,
    actor: audit.Actor = audit.SYSTEM,
) -> Letter:
    """Store a letter and have it sent; call it inside the transaction of what the letter tells.

    `to`: one address. `title` and `body` are for free letters, `context` for all others. Raises LetterFault.
    """
    if template == Template.FREE:
        text = one_line(title), body.strip() + "\n", ""
    else:
        text = render(template, context or {})
    if not text[0] or not text[1].strip():
        raise LetterFault(_("A letter needs a title and a text."))
    if not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", to):
        raise LetterFault(_("A letter needs exactly one e-mail address."))
    with transaction.atomic():
        letter = Letter.objects.create(
            template=template, template_version=text[2], language=language, to=to,
            title=text[0], body=text[1], case_id=case_id, reference=reference,
            subject_person=subject_person, created_at=now,
            written_by=actor.user if actor.user and actor.user.is_staff else None,
        )  # fmt: skip
        audit.record(
            actor=actor, action="letter.queued", obj=letter, personal={"email": to},
            details={"template": template, "version": text[2], "case": str(case_id or "")},
        )  # fmt: skip
        jobs.enqueue(letter)
    return letter


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
        "Auto-Submitted": "auto-generated",
    }
    if letter.reference:
        headers["X-Reference"] = letter.reference
    name = one_line(profile.letters.sender).replace('"', "")
    return EmailMessage(
        letter.title, letter.body, f'"{name}" <{sender}>', [letter.to], reply_to=[reply], headers=headers
    )


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
    reason = f"The mail server refused it ({type(fault).__name__}{f' {code}' if code else ''})."
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
