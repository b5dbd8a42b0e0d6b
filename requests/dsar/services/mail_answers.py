"""Answers that come by mail to what we asked: a clarification, a proof of identity. Dated by their receipt.

A From address proves nobody, so that a message of another sender, and one without what was asked for, is left
to whoever reads it.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction

from accounts.services.audit import ANONYMOUS
from config.sentences import say
from correspondence.enums import Counterpart
from correspondence.models import Attachment, Message
from correspondence.services import vault
from dsar.enums import CaseStatus, MandateStatus, Method
from dsar.models import Case, IdentityCheck, Representative
from dsar.rules.transitions import NotAllowed
from dsar.services import clarifying, mandate_checks, representation, story
from dsar.services.identity import answering

BY_FILE = (Method.DOCUMENT, Method.MANDATE, Method.DECLARATION)
"""What is shown by a file. What was asked by questions or a sign-in is answered by its link."""


class _File:
    """An attachment as uploads take it."""

    def __init__(self, attachment: Attachment) -> None:
        self.name: str | None = attachment.name
        self.size: int | None = attachment.size
        self._attachment = attachment

    def chunks(self) -> Iterable[bytes]:
        """Yield the content in pieces."""
        return vault.read(self._attachment)


def take(*, case: Case, message: Message, now: datetime) -> None:
    """Give a person's message to what it answers in an open case. Call it inside a transaction."""
    thread = message.thread
    if thread is None or not case.is_open:
        return
    if thread.counterpart in (Counterpart.AGENT, Counterpart.OTHER):
        _mandate_came(case, message, now)
        return
    if thread.counterpart != Counterpart.PERSON:
        return
    if "other_sender" in message.flags or message.never_answer:
        return
    _clarified(case, message, now)
    _proved(case, message, now)


def _mandate_came(case: Case, message: Message, now: datetime) -> None:
    """Take the file of whoever claims to act, written from the address they gave, as the proof they owe.

    It proves nothing yet: a person reads it and decides.
    """
    claim = mandate_checks.acting(case)
    if claim is None or claim.proof_sha256 or message.never_answer:
        return
    if message.sender.casefold() != claim.email.casefold() or claim.status != MandateStatus.CLAIMED:
        return
    check = case.identity_checks.open().filter(method=Method.MANDATE, arrived_at=None).first()
    if check is not None:
        _first_taken(case, message, now, lambda file: _handed_in(check, file, message, now))
    else:
        _first_taken(case, message, now, lambda file: _added(claim, file, now))


def _added(claim: Representative, file: Attachment, now: datetime) -> str:
    """Add one file to a claim; returns why it was not taken, or the empty string."""
    try:
        with transaction.atomic():
            representation.add_proof(representative=claim, file=_File(file), actor=ANONYMOUS, now=now)
    except NotAllowed as refused:
        return str(refused)
    return ""


def _clarified(case: Case, message: Message, now: datetime) -> None:
    """Take the words written now as the answer to the open question; the clocks go on from their receipt."""
    asked = case.clarifications.filter(answered_at=None, asked_at__lte=message.received_at).first()
    words = message.text[: message.quote_at].strip()[: clarifying.MAX_TEXT]
    if asked and words:
        clarifying.answer(
            case=case, text=words, actor=ANONYMOUS, received_at=message.received_at, now=now,
            message_id=message.pk,
        )  # fmt: skip


def _proved(case: Case, message: Message, now: datetime) -> None:
    """Take the file of a message as the proof that was asked for; a person decides whether it is enough.

    The portal cannot tell how good a proof is. Once it is accepted, the clocks know the day it came.
    """
    if case.status not in (CaseStatus.NEW, CaseStatus.VERIFYING):
        return
    check = case.identity_checks.open().filter(
        method__in=BY_FILE, arrived_at=None, asked_at__lte=message.received_at
    ).first()  # fmt: skip
    if check is not None:
        _first_taken(case, message, now, lambda file: _handed_in(check, file, message, now))


def _first_taken(case: Case, message: Message, now: datetime, take_one: Callable[[Attachment], str]) -> None:
    """Offer the files of a message one by one until one is taken; say on the case when none was."""
    refused = ""
    for file in message.attachments.order_by("position"):
        refused = take_one(file)
        if not refused:
            return
    if not refused:
        return
    story.tell(
        case=case, kind="proof_unreadable", what=say("The file of a message was not taken as a proof"),
        note=refused, actor=ANONYMOUS, now=now,
    )  # fmt: skip


def _handed_in(check: IdentityCheck, file: Attachment, message: Message, now: datetime) -> str:
    """Take one file; returns why it was not taken, or the empty string."""
    try:
        with transaction.atomic():
            answering.take_file(check=check, file=_File(file), message=message.pk,
                                arrived_at=message.received_at, now=now)  # fmt: skip
    except NotAllowed as refused:
        return str(refused)
    return ""
