"""Reads of the correspondence app."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from config import crypto
from config.jobs import JobStatus
from correspondence.enums import MailKind, Settled, TextStatus, ThreadStatus

if TYPE_CHECKING:
    from correspondence.models import (  # noqa: F401  (named in the base classes)
        LetterTemplate,
        Message,
        RawMessage,
        Thread,
    )


def id_index(message_id: str) -> str:
    """Return the blind index of a Message-ID (with its angle brackets)."""
    return crypto.blind_index(message_id, purpose="message-id")


def sender_index(address: str) -> str:
    """Return the blind index of a sender's address."""
    return crypto.blind_index(address.strip().casefold(), purpose="mail-sender")


class RawMessageQuerySet(models.QuerySet["RawMessage"]):
    """Messages as they came."""

    def unread(self) -> RawMessageQuerySet:
        """Return those that are not parsed yet."""
        return self.exclude(status=JobStatus.DONE)


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages as they were read."""

    def triage(self) -> MessageQuerySet:
        """Return what a person has to look at."""
        return self.filter(in_triage=True)

    def with_id(self, message_id: str) -> MessageQuerySet:
        """Return messages with this Message-ID."""
        return self.filter(message_id_index=id_index(message_id))

    def of_sender(self, address: str) -> MessageQuerySet:
        """Return messages whose From header names this address."""
        return self.filter(sender_index=sender_index(address))

    def between(self, since: datetime, until: datetime) -> MessageQuerySet:
        """Return messages that reached us in a span of time, both ends included."""
        return self.filter(raw__fetched_at__gte=since, raw__fetched_at__lte=until)

    def automatic(self) -> MessageQuerySet:
        """Return what no person wrote."""
        return self.filter(kind__in=[MailKind.BOUNCE, MailKind.AUTO_REPLY, MailKind.LOOP])

    def spam(self) -> MessageQuerySet:
        """Return what the mail server or a colleague called spam."""
        return self.filter(Q(kind=MailKind.SPAM) | Q(settled=Settled.SPAM))


class ThreadQuerySet(models.QuerySet["Thread"]):
    """Threads."""

    def open(self) -> ThreadQuerySet:
        """Return those that are not done."""
        return self.exclude(status=ThreadStatus.DONE)

    def to_answer(self) -> ThreadQuerySet:
        """Return those in which the next word is ours."""
        return self.filter(status=ThreadStatus.OPEN)

    def due_by(self, day: date) -> ThreadQuerySet:
        """Return open threads whose own date or deadline is at hand."""
        return self.open().filter(Q(due_on__lte=day) | Q(deadline_on__lte=day))

    def of_case(self, case_id: uuid.UUID) -> ThreadQuerySet:
        """Return the threads about a case."""
        return self.filter(case_id=case_id)


class LetterTemplateQuerySet(models.QuerySet["LetterTemplate"]):
    """Texts of letters."""

    def in_use(self) -> LetterTemplateQuerySet:
        """Return the texts that take the place of the shipped ones."""
        return self.filter(status=TextStatus.PUBLISHED)

    def of(self, template: str, language: str) -> LetterTemplateQuerySet:
        """Return the versions of one letter in one language, newest first."""
        return self.filter(template=template, language=language).order_by("-number")

    def next_number(self, template: str, language: str) -> int:
        """Return the number of the next version."""
        newest: Any = self.of(template, language).values_list("number", flat=True).first()
        return (newest or 0) + 1
