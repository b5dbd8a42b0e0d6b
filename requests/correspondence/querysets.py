"""Reads of the correspondence app."""

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from config import crypto
from config.jobs import JobStatus
from correspondence.enums import MailKind, Settled, ThreadStatus

if TYPE_CHECKING:
    from correspondence.models import Message, RawMessage, Thread

    RawRows = QuerySet[RawMessage]
    MessageRows = QuerySet[Message]
    ThreadRows = QuerySet[Thread]
else:
    RawRows = MessageRows = ThreadRows = QuerySet


def id_index(message_id: str) -> str:
    """Return the blind index of a Message-ID (with its angle brackets)."""
    return crypto.blind_index(message_id, purpose="message-id")


def sender_index(address: str) -> str:
    """Return the blind index of a sender's address."""
    return crypto.blind_index(address.strip().casefold(), purpose="mail-sender")


class RawMessageQuerySet(RawRows):
    """Messages as they came."""

    def unread(self) -> Self:
        """Return those that are not parsed yet."""
        return self.exclude(status=JobStatus.DONE)


class MessageQuerySet(MessageRows):
    """Messages as they were read."""

    def triage(self) -> Self:
        """Return what a person has to look at."""
        return self.filter(in_triage=True)

    def with_id(self, message_id: str) -> Self:
        """Return messages with this Message-ID."""
        return self.filter(message_id_index=id_index(message_id))

    def of_sender(self, address: str) -> Self:
        """Return messages whose From header names this address."""
        return self.filter(sender_index=sender_index(address))

    def between(self, since: datetime, until: datetime) -> Self:
        """Return messages that reached us in a span of time, both ends included."""
        return self.filter(raw__fetched_at__gte=since, raw__fetched_at__lte=until)

    def automatic(self) -> Self:
        """Return what no person wrote."""
        return self.filter(kind__in=[MailKind.BOUNCE, MailKind.AUTO_REPLY, MailKind.LOOP])

    def spam(self) -> Self:
        """Return what the mail server or a colleague called spam."""
        return self.filter(Q(kind=MailKind.SPAM) | Q(settled=Settled.SPAM))


class ThreadQuerySet(ThreadRows):
    """Threads."""

    def open(self) -> Self:
        """Return those that are not done."""
        return self.exclude(status=ThreadStatus.DONE)

    def to_answer(self) -> Self:
        """Return those in which the next word is ours."""
        return self.filter(status=ThreadStatus.OPEN)

    def due_by(self, day: date) -> Self:
        """Return open threads whose own date or deadline is at hand."""
        return self.open().filter(Q(due_on__lte=day) | Q(deadline_on__lte=day))

    def of_case(self, case_id: uuid.UUID) -> Self:
        """Return the threads about a case."""
        return self.filter(case_id=case_id)
