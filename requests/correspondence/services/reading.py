"""Reading a stored message: a job that parses the bytes, keeps its files and puts it where it belongs.

A message that cannot be parsed, or that stopped its worker again and again, is kept as it came and shown.
"""

import hashlib
import uuid
from datetime import datetime

from django.db import DatabaseError, transaction

from accounts.services import audit
from config import crypto, jobs
from config.jobs import LeaseLost
from config.sealed import PackageDamaged
from correspondence.enums import Direction, MailKind
from correspondence.models import Attachment, Letter, Message, RawMessage
from correspondence.querysets import id_index, sender_index
from correspondence.rules import mime, proposing, quoting, received, recognising
from correspondence.rules.mime import FilePart, Parsed, Unreadable
from correspondence.services import mailboxes, placing, tokens, vault

MOST_BYTES = 64 * 1024 * 1024
MOST_TRIES = 3


def read_message(*, raw_id: uuid.UUID | str, now: datetime) -> Message | None:
    """Read one stored message when it is due; returns None when somebody else has it or its file is gone."""
    token = jobs.claim(RawMessage, raw_id, now=now)
    if token is None:
        return None
    raw = RawMessage.objects.get(pk=raw_id)
    try:
        parsed = _parse(raw)
    except PackageDamaged as fault:
        jobs.fail(raw, token, error=str(fault), now=now)
        return None
    files: list[Attachment] = []
    try:
        files = [_keep(raw, place, part) for place, part in enumerate(parsed.files)]
        return _store(raw, token, parsed, files, now)
    except BaseException as fault:
        for file in files:
            vault.forget(Attachment, file.pk)
        if isinstance(fault, DatabaseError):
            jobs.fail(raw, token, error=f"Storing it failed ({type(fault).__name__}).", now=now)
        if isinstance(fault, DatabaseError | LeaseLost):
            return None
        raise


def given_up(raw: RawMessage, now: datetime) -> None:
    """Record that the workers of a message died; called inside the transaction that gives it up.

    The message stays as it came, and its mailbox counts it as one that could not be stored.
    """
    del now
    details = {"mailbox": raw.mailbox, "sha256": raw.sha256}
    audit.record(actor=audit.SYSTEM, action="mail.given_up", obj=raw, details=details)


def work_off(*, now: datetime, limit: int = 1000) -> int:
    """Read stored messages that are due, oldest first, in this process; returns how many were read."""
    due = RawMessage.objects.filter(jobs._due(now)).order_by("fetched_at").values_list("pk", flat=True)
    return sum(read_message(raw_id=pk, now=now) is not None for pk in list(due[:limit]))


def _parse(raw: RawMessage) -> Parsed:
    """Return what can be read; what cannot becomes a message without words. Raises PackageDamaged."""
    if raw.attempts > MOST_TRIES:
        return _unreadable("Reading it was stopped several times.")
    if raw.size > MOST_BYTES:
        return _unreadable("It is too large to be read.")
    try:
        return mime.parse(vault.read(raw))
    except Unreadable as fault:
        return _unreadable(str(fault))


def _unreadable(why: str) -> Parsed:
    return Parsed([], "", text=why, flags=["unreadable"])


def _keep(raw: RawMessage, place: int, part: FilePart) -> Attachment:
    """Write the file of an attachment; its row is stored with the message."""
    pk = uuid.uuid4()
    sealed = vault.write(Attachment, pk, [part.data])
    return Attachment(
        id=pk, message_id=raw.pk, position=place, name=part.name, declared_type=part.declared_type,
        found_type=part.found_type, size=sealed.size, sha256=sealed.sha256, file_key=sealed.key,
    )  # fmt: skip


@transaction.atomic
def _store(
    raw: RawMessage, token: uuid.UUID, parsed: Parsed, files: list[Attachment], now: datetime
) -> Message:
    came = received.arrival(parsed.headers, mailboxes.trust())
    message = _message(raw, parsed, came)
    letter = _own_letter(parsed)
    message.kind = _kind(parsed, came, is_own=letter is not None)
    is_copy = placing.join_original(message)
    message.save(force_insert=True)
    Attachment.objects.bulk_create(files)
    if not is_copy:
        placing.place(message=message, parsed=parsed, own_letter=letter, now=now)
    details = {"kind": message.kind, "triage": message.in_triage, "flags": message.flags}
    audit.record(actor=audit.SYSTEM, action="mail.read", obj=message, details=details)
    jobs.finish(raw, token, now=now)
    return message


def _kind(parsed: Parsed, came: received.Arrival, *, is_own: bool) -> MailKind:
    if "unreadable" in parsed.flags:
        return MailKind.UNPARSEABLE
    return recognising.kind_of(parsed, is_own=is_own, is_spam=came.is_spam)


def _own_letter(parsed: Parsed) -> Letter | None:
    pk = tokens.own_id(parsed.message_id)
    return Letter.objects.filter(pk=pk).first() if pk else None


def _message(raw: RawMessage, parsed: Parsed, came: received.Arrival) -> Message:
    """Return the row of a message, not stored yet and in triage; its id is that of its bytes."""
    at, by = _received(raw, came)
    own = mailboxes.without_plus(parsed.sender) in mailboxes.addresses()
    said = f"{parsed.subject}\n{quoting.fresh(parsed.text)}"
    message = Message(
        id=raw.pk, raw=raw, in_triage=True, direction=Direction.OUT if own else Direction.IN,
        mailbox=mailboxes.mailbox_for(raw.mailbox, parsed.recipients),
        sender=parsed.sender, sender_name=parsed.sender_name,
        sender_index=sender_index(parsed.sender) if parsed.sender else "",
        subject=parsed.subject, text=parsed.text, quote_at=parsed.quote_at,
        message_id=parsed.message_id,
        message_id_index=id_index(parsed.message_id) if parsed.message_id else "",
        content_index=_content_index(parsed), dated_at=parsed.dated_at, received_at=at, received_by=by,
        authentication=came.authentication, flags=parsed.flags,
        never_answer=own or recognising.never_answer(parsed), proposed_rights=proposing.rights_in(said),
    )  # fmt: skip
    message.recipients = parsed.recipients
    return message


def _received(raw: RawMessage, came: received.Arrival) -> tuple[datetime, str]:
    """Return when a message reached us and by which clock; never later than when we had it in hand."""
    for at, by in ((came.at, "received"), (raw.server_at, "imap")):
        if at is not None and at <= raw.fetched_at:
            return at, by
    return raw.fetched_at, "fetched"


def _content_index(parsed: Parsed) -> str:
    digest = hashlib.sha256("\0".join([parsed.sender, parsed.subject, parsed.text]).encode())
    for part in parsed.files:
        digest.update(hashlib.sha256(part.data).digest())
    return crypto.blind_index(digest.hexdigest(), purpose="mail-content")
