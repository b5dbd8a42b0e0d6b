"""Looks into a mailbox that somebody asked for: a job for the worker, so that no page waits for a server."""

import uuid
from datetime import datetime, timedelta

from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import Actor
from config import jobs
from config.jobs import JobStatus
from correspondence.models import MailFetch
from correspondence.services import fetching, mailboxes
from correspondence.services.fetching import Now
from correspondence.services.imap import MailServerFault

AGAIN = timedelta(seconds=10)
UNDER_WAY = (JobStatus.READY, JobStatus.RUNNING)


class FetchRefused(ValueError):
    """A mailbox cannot be fetched; the sentence says what to do."""


def ask(*, key: str, actor: Actor, now: datetime) -> MailFetch:
    """Have a mailbox fetched by the worker. Raises FetchRefused.

    Refused: a key that the profile does not have, a mailbox without IMAP settings, one that is asked already.
    """
    if key not in mailboxes.known_keys():
        raise FetchRefused(_("The company has no mailbox with this key."))
    _account(key)
    try:
        with transaction.atomic():
            asked = MailFetch.objects.create(mailbox=key, asked_by=actor.user, asked_at=now)
            audit.record(actor=actor, action="mailbox.fetch_asked", obj=asked, details={"mailbox": key})
            jobs.enqueue(asked)
    except IntegrityError as twice:
        raise FetchRefused(_("This mailbox is being fetched already. Load the page again soon.")) from twice
    return asked


def _account(key: str) -> mailboxes.Account:
    try:
        account = mailboxes.account_of(key)
    except ImproperlyConfigured as fault:
        raise FetchRefused(str(fault)) from fault
    if account is None:
        name = {"setting": f"IMAP_{key.upper()}_URL"}
        raise FetchRefused(_("This mailbox is not fetched. Set %(setting)s first.") % name)
    return account


def given_up(asked: MailFetch, now: datetime) -> None:
    """Record that the workers of a look died; the page of the mailboxes says so to whoever asked."""
    del now
    audit.record(
        actor=audit.SYSTEM, action="mailbox.fetch_given_up", obj=asked, details={"mailbox": asked.mailbox}
    )


def run(*, fetch_id: uuid.UUID | str, now_fn: Now) -> bool:
    """Fetch the mailbox of one job when it is due; returns whether that was done now.

    While another worker fetches the same mailbox, the job waits for its turn. A fault of the server ends it:
    the mailbox is looked into every minute anyway, and whoever asked reads what to do.
    """
    token = jobs.claim(MailFetch, fetch_id, now=now_fn())
    if token is None:
        return False
    job = MailFetch.objects.get(pk=fetch_id)
    try:
        account = _account(job.mailbox)
        if not fetching.claim(job.mailbox, now=now_fn()):
            jobs.release(job, token, at=now_fn() + AGAIN)
            return False
        found = fetching.fetch(account=account, now_fn=now_fn)
    except (FetchRefused, MailServerFault) as fault:
        jobs.fail(job, token, error=str(fault), now=now_fn(), final=True)
        return False
    jobs.finish(job, token, now=now_fn(), new_messages=found)
    return True
