"""Factories of what arrives by mail: rows that satisfy the database's rules, with their encrypted files."""

import uuid
from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from config.jobs import JobStatus
from correspondence.enums import MailKind
from correspondence.models import Attachment, Message, RawMessage, Thread
from correspondence.querysets import sender_index
from correspondence.services import vault
from tests.factories import NOW


class RawMessageFactory(DjangoModelFactory[RawMessage]):
    """A stored message that was read; its encrypted file holds `content`."""

    class Meta:
        model = RawMessage

    class Params:
        content = b"From: leonie@example.org\r\n\r\nHello.\r\n"

    id = factory.LazyFunction(uuid.uuid4)
    mailbox = "privacy"
    source = factory.Sequence(lambda n: f"imap:1:{n}")
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    size = factory.LazyAttribute(lambda raw: len(raw.content))
    file_key = factory.LazyAttribute(lambda raw: vault.write(RawMessage, raw.id, [raw.content]).key)
    fetched_at = NOW
    status = JobStatus.DONE


class ThreadFactory(DjangoModelFactory[Thread]):
    """An open thread with an authority; `counterpart`, `case_id` say otherwise."""

    class Meta:
        model = Thread

    counterpart = "authority"
    title = factory.Sequence(lambda n: f"Inquiry {n}")
    opened_at = NOW - timedelta(days=1)
    last_at = NOW


class MessageFactory(DjangoModelFactory[Message]):
    """A message from Leonie that waits in triage."""

    class Meta:
        model = Message

    raw = factory.SubFactory(RawMessageFactory)
    mailbox = "privacy"
    kind = MailKind.OTHER
    sender = "leonie@example.org"
    sender_index = factory.LazyAttribute(lambda message: sender_index(message.sender))
    subject = factory.Sequence(lambda n: f"Question {n}")
    text = "Hello."
    received_at = NOW
    received_by = "received"
    in_triage = True


class AttachmentFactory(DjangoModelFactory[Attachment]):
    """A text file of a message."""

    class Meta:
        model = Attachment

    class Params:
        content = b"plain words"

    id = factory.LazyFunction(uuid.uuid4)
    message = factory.SubFactory(MessageFactory)
    position = 0
    name = "note.txt"
    declared_type = "text/plain"
    found_type = "text/plain"
    size = factory.LazyAttribute(lambda file: len(file.content))
    sha256 = "0" * 64
    file_key = factory.LazyAttribute(lambda file: vault.write(Attachment, file.id, [file.content]).key)
