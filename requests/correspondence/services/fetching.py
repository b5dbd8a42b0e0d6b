"""Fetching: every message of a mailbox is stored once, whatever drops, dies or comes twice.

How far a mailbox is fetched moves in the transaction that stores the message. So a fetcher killed anywhere
goes on with the message it had not stored, and one that it had stored is known by its source or its hash.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Q

from accounts.services import audit
from correspondence.models import Mailbox
from correspondence.services import storing
from correspondence.services.imap import Listed, MailServerFault, Refused, Session
from correspondence.services.mailboxes import Account

BATCH = 100
LEASE = timedelta(minutes=10)
Now = Callable[[], datetime]
After = Callable[[int], None]


def claim(key: str, *, now: datetime) -> bool:
    """Take a mailbox for one poll, so that beat does not start a second fetcher; returns whether it is ours.

    Two fetchers at once would do no harm, only work twice.
    """
    Mailbox.objects.get_or_create(key=key)
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    return bool(Mailbox.objects.filter(free, key=key).update(lease_until=now + LEASE))


def fetch(*, account: Account, now_fn: Now) -> int:
    """Store what is new in a mailbox; returns how many messages were new to us.

    A fault of the server is kept on the mailbox's row, raised again as MailServerFault.
    """
    Mailbox.objects.get_or_create(key=account.key)
    try:
        with Session(account) as session:
            stored = fetch_new(session, now_fn=now_fn)
    except MailServerFault as fault:
        _failed(account.key, str(fault), now_fn())
        raise
    Mailbox.objects.filter(key=account.key).update(lease_until=None)
    return stored


def fetch_new(session: Session, *, now_fn: Now) -> int:
    """Store what is new on an open line. Raises MailServerFault."""
    box = _position(session, now_fn())
    uids = session.uids_after(box.last_uid)
    waiting = sorted(uid for uid in box.missing_uids if uid <= box.last_uid)
    stored = sum(_batch(session, part, now_fn) for part in _parts([*waiting, *uids]))
    _polled(session.account.key, stored, now_fn())
    return stored


def _parts(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (uids[at : at + BATCH] for at in range(0, len(uids), BATCH))


def _position(session: Session, now: datetime) -> Mailbox:
    """Return how far the mailbox is fetched; a new UIDVALIDITY makes every number void (RFC 3501 2.3.1.1)."""
    with transaction.atomic():
        box = Mailbox.objects.select_for_update().get(key=session.account.key)
        if box.uidvalidity == session.uidvalidity:
            return box
        details = {"from": box.uidvalidity, "to": session.uidvalidity, "at": now.isoformat()}
        box.uidvalidity, box.last_uid, box.missing_uids = session.uidvalidity, 0, []
        box.save(update_fields=["uidvalidity", "last_uid", "missing_uids"])
        audit.record(actor=audit.SYSTEM, action="mail.numbered_anew", obj=box, details=details)
    return box


def _batch(session: Session, uids: Sequence[int], now_fn: Now) -> int:
    listed, stored, done = session.listed(uids), 0, []
    for uid in uids:
        if uid not in listed:  # removed by somebody between search and fetch
            _advance(session.account.key, uid)
            continue
        try:
            stored += _one(session, listed[uid], now_fn())
            done.append(uid)
        except Refused:
            _advance(session.account.key, uid, missing=True)
    if done:
        session.mark_seen(done)
    return stored


def _one(session: Session, one: Listed, now: datetime) -> bool:
    key = session.account.key
    new = storing.store_raw(
        mailbox=key, chunks=session.read(one), now=now, server_at=one.at,
        source=f"imap:{session.uidvalidity}:{one.uid}", together=partial(_advance, key, one.uid),
    )  # fmt: skip
    return new is not None


def _advance(key: str, uid: int, *, missing: bool = False) -> None:
    """Note how far the mailbox is fetched; a message that the server would not give is tried again."""
    with transaction.atomic():
        box = Mailbox.objects.select_for_update().get(key=key)
        waits = set(box.missing_uids)
        waits = waits | {uid} if missing else waits - {uid}
        box.missing_uids, box.last_uid = sorted(waits), max(box.last_uid, uid)
        box.save(update_fields=["missing_uids", "last_uid"])


def _polled(key: str, stored: int, now: datetime) -> None:
    Mailbox.objects.filter(key=key).update(
        polled_at=now, new_messages=stored, failures=0, last_error="", failed_at=None
    )


def _failed(key: str, sentence: str, now: datetime) -> None:
    Mailbox.objects.filter(key=key).update(
        failed_at=now, failures=F("failures") + 1, last_error=sentence[:300], lease_until=None
    )


def stay(*, account: Account, now_fn: Now, wait: Callable[[Session], None], after: After) -> None:
    """Fetch, then wait for news and fetch again, on one line until it breaks. Raises MailServerFault.

    `wait` returns when it is time to look; `after` gets the number of new messages.
    """
    Mailbox.objects.get_or_create(key=account.key)
    try:
        with Session(account) as session:
            while True:
                after(fetch_new(session, now_fn=now_fn))
                wait(session)
    except MailServerFault as fault:
        _failed(account.key, str(fault), now_fn())
        raise
