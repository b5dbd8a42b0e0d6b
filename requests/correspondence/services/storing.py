"""A message is stored, encrypted, before anybody looks into it."""

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.services import audit
from config import jobs
from correspondence.models import RawMessage
from correspondence.services import vault

Before = Callable[[], object]


def store_raw(
    *,
    mailbox: str,
    chunks: Iterable[bytes],
    now: datetime,
    source: str = "",
    server_at: datetime | None = None,
    together: Before = lambda: None,
) -> RawMessage | None:
    """Store the bytes of a message once; returns None when this mailbox has them already.

    `source` is `imap:<uidvalidity>:<uid>`; without one it is made of the hash of the bytes. `together` runs
    in the same transaction, whether the message is new or not (how far the mailbox is fetched).
    """
    pk = uuid.uuid4()
    sealed = vault.write(RawMessage, pk, chunks)
    try:
        with transaction.atomic():
            row = _create(pk, mailbox, source, sealed, now, server_at)
            together()
    except IntegrityError:
        vault.forget(RawMessage, pk)
        if not _known(mailbox, source, sealed.sha256):
            raise
        with transaction.atomic():
            together()
        return None
    except BaseException:
        vault.forget(RawMessage, pk)
        raise
    return row


def _create(
    pk: uuid.UUID, mailbox: str, source: str, sealed: vault.Sealed, now: datetime, server_at: datetime | None
) -> RawMessage:
    row = RawMessage.objects.create(
        id=pk, mailbox=mailbox, source=source or f"post:{sealed.sha256}", sha256=sealed.sha256,
        size=sealed.size, file_key=sealed.key, fetched_at=now, server_at=server_at,
    )  # fmt: skip
    details = {"mailbox": mailbox, "sha256": sealed.sha256, "size": sealed.size}
    audit.record(actor=audit.SYSTEM, action="mail.stored", obj=row, details=details)
    jobs.enqueue(row)
    return row


def _known(mailbox: str, source: str, sha256: str) -> bool:
    rows = RawMessage.objects.filter(mailbox=mailbox)
    return rows.filter(sha256=sha256).exists() or bool(source and rows.filter(source=source).exists())
