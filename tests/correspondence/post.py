"""Mail for the tests: messages as bytes, put through storing and reading as the portal does it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from correspondence.models import Message, RawMessage
from correspondence.services import reading, storing
from tests.factories import NOW

CAME = NOW - timedelta(hours=3)
"""When the test messages reached our mail server."""


def mail(
    subject: str = "Good day",
    text: str = "Hello.",
    *,
    sender: str = "leonie@example.org",
    to: str = "privacy@mediuxai.com",
    at: datetime = CAME,
    headers: Iterable[str] = (),
    number: Any = 1,
) -> bytes:
    """Return a plain message, received by our server at `at`; `headers` stand below the trusted ones."""
    lines = [
        f"Received: from out.example.org by mx.mediuxai.com with ESMTPS; {format_datetime(at)}",
        *headers,
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        f"Date: {format_datetime(at - timedelta(minutes=2))}",
        f"Message-ID: <{number}@example.org>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "",
        text,
    ]
    return "\r\n".join(lines).encode()


def arrive(raw: bytes, *, mailbox: str = "privacy", now: datetime = NOW) -> Message:
    """Store and read one message; returns what became of it."""
    row = storing.store_raw(mailbox=mailbox, chunks=[raw], now=now)
    assert row is not None, "the message was there already"
    message = reading.read_message(raw_id=row.pk, now=now)
    assert message is not None, RawMessage.objects.get(pk=row.pk).last_error
    return Message.objects.get(pk=message.pk)
