"""What goes of letters and mail about a case when its records may go; times, kinds and hashes stay."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from correspondence.enums import Counterpart, Template, ThreadStatus
from correspondence.models import Attachment, Letter, Message, PostalCopy, PrivilegedNote, RawMessage, Thread
from correspondence.services import vault

GONE = "(forgotten)"
AT_THE_END: Mapping[type[Model], Mapping[str, Any]] = {
    Thread: {"title": GONE, "address": ""},
    PrivilegedNote: {"text": GONE},
    Message: {
        "sender": "", "sender_name": "", "recipients": [], "subject": "", "text": GONE, "message_id": "",
        "sender_index": "", "message_id_index": "", "content_index": "",
    },
    Attachment: {"name": GONE, "file_key": ""},
    RawMessage: {"file_key": ""},
    Letter: {"clause_facts": {}, "to": GONE, "body": GONE, "returned_why": GONE, "raw": ""},
    PostalCopy: {"pdf": "", "evidence": GONE},
}  # fmt: skip
"""By kind of row: what takes the place of a text that is there. A file goes with its key."""


def blank(row: Model, fields: Mapping[str, Any]) -> None:
    """Put something else in the place of every text of a row that is not empty, and save the row."""
    there = {name: value for name, value in fields.items() if getattr(row, name)}
    for name, value in there.items():
        setattr(row, name, value)
    if there:
        row.save(update_fields=list(there))


def waits_for_others(case_id: uuid.UUID) -> bool:
    """Whether an authority or somebody with a legal claim still has an open matter about a case."""
    others = Thread.objects.of_case(case_id).filter(
        counterpart__in=[Counterpart.AUTHORITY, Counterpart.LEGAL]
    )
    return others.exclude(status=ThreadStatus.DONE).exists()


def end_case(case_id: uuid.UUID) -> None:
    """Destroy the texts and files of every letter and thread about a case. Call it inside a transaction."""
    threads = Thread.objects.of_case(case_id)
    for letter in Letter.objects.filter(case_id=case_id) | Letter.objects.filter(thread__in=threads):
        if letter.template == Template.FREE:
            letter.title = GONE
            letter.save(update_fields=["title"])
        blank(letter, AT_THE_END[Letter])
    for copy in PostalCopy.objects.filter(letter__case_id=case_id):
        blank(copy, AT_THE_END[PostalCopy])
    for note in PrivilegedNote.objects.filter(thread__in=threads):
        blank(note, AT_THE_END[PrivilegedNote])
    _end_messages(Message.objects.filter(thread__in=threads))
    for thread in threads:
        blank(thread, AT_THE_END[Thread])


def end_stray(addresses: Iterable[str]) -> None:
    """Destroy the settled mail of a person that belongs to no thread: it proves nothing.

    What waits in triage stays until a person has looked at it.
    """
    for address in addresses:
        _end_messages(Message.objects.of_sender(address).filter(thread=None, in_triage=False))


def _end_messages(messages: Iterable[Message]) -> None:
    for message in messages:
        for file in message.attachments.all():
            vault.destroy(file)
            blank(file, AT_THE_END[Attachment])
        vault.destroy(message.raw)
        blank(message, AT_THE_END[Message])


def destroy_proof(*, message_id: uuid.UUID, sha256: str) -> None:
    """Destroy a file that came by mail, and the bytes of its message: they hold it as well.

    What was read of the message stays. Call it inside the transaction that destroys the proof itself.
    """
    found = Attachment.objects.filter(message_id=message_id, sha256=sha256).select_related("message__raw")
    for file in found:
        vault.destroy(file)
        vault.destroy(file.message.raw)
