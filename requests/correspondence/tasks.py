"""Background work of the correspondence app."""

from celery import shared_task
from django.utils import timezone

from correspondence.services import fetch_requests, fetching, letters, mailboxes, reading, vault
from correspondence.services.imap import MailServerFault


@shared_task(name="correspondence.send_letter")
def send_letter(letter_id: str) -> None:
    """Send one letter when it is due."""
    letters.send_letter(letter_id=letter_id, now=timezone.now())


@shared_task(name="correspondence.read_message")
def read_message(raw_id: str) -> None:
    """Read one stored message when it is due."""
    reading.read_message(raw_id=raw_id, now=timezone.now())


@shared_task(name="correspondence.fetch_mail")
def fetch_mail() -> int:
    """Fetch every mailbox that nobody is fetching now; beat runs it every MAIL_POLL_SECONDS."""
    return sum(_fetch(account) for account in mailboxes.accounts())


def _fetch(account: mailboxes.Account) -> int:
    """Return how many messages were new; a fault stands on the mailbox's row, and the others go on."""
    if not fetching.claim(account.key, now=timezone.now()):
        return 0
    try:
        return fetching.fetch(account=account, now_fn=timezone.now)
    except MailServerFault:
        return 0


@shared_task(name="correspondence.fetch_mailbox")
def fetch_mailbox(fetch_id: str) -> None:
    """Look into one mailbox because somebody asked for it."""
    fetch_requests.run(fetch_id=fetch_id, now_fn=timezone.now)


@shared_task(name="correspondence.sweep_mail_files")
def sweep_mail_files() -> int:
    """Remove files that a killed process left without a row; beat runs it every hour."""
    return vault.sweep(now=timezone.now())
