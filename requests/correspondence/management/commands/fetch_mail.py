"""`manage.py fetch_mail [--once] [--read] [--mailbox KEY …]`: fetch the mailboxes of the profile by IMAP."""

import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone

from correspondence.services import fetching, mailboxes, reading
from correspondence.services.imap import MailServerFault, Session

IDLE_SECONDS = 300
POLL_SECONDS = 60
LONGEST_PAUSE = 600


class Command(BaseCommand):
    """Fetches once, or stays: by IDLE where the server offers it, else every minute."""

    help = "Fetch the mailboxes by IMAP; every message is stored before it is read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --once, --read and mailbox keys."""
        parser.add_argument("--once", action="store_true", help="fetch what is there and end")
        parser.add_argument("--read", action="store_true", help="also read stored messages in this process")
        parser.add_argument("--mailbox", action="append", default=[], help="only this mailbox (repeatable)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Fetch. Raises CommandError when no mailbox is set up, or (with --once) when one failed."""
        wanted = options["mailbox"]
        found = [one for one in mailboxes.accounts() if not wanted or one.key in wanted]
        if not found:
            raise CommandError("No mailbox is set up. Set IMAP_<KEY>_URL for a mailbox of the profile.")
        if options["once"]:
            self._once(found, read=options["read"])
            return
        lines = [
            threading.Thread(target=self._stay, args=(one, options["read"]), daemon=True) for one in found
        ]
        for line in lines:
            line.start()
        for line in lines:
            line.join()

    def _once(self, accounts: list[mailboxes.Account], *, read: bool) -> None:
        faults = []
        for account in accounts:
            try:
                stored = fetching.fetch(account=account, now_fn=timezone.now)
                self.stdout.write(f"{account.key}: {stored} new")
            except MailServerFault as fault:
                faults.append(f"{account.key}: {fault}")
        while read and reading.work_off(now=timezone.now()):
            pass
        if faults:
            raise CommandError(" ".join(faults))

    def _stay(self, account: mailboxes.Account, read: bool) -> None:
        pause = 5
        while True:
            close_old_connections()
            try:
                fetching.stay(account=account, now_fn=timezone.now, wait=_wait, after=_after(read))
            except MailServerFault as fault:
                self.stderr.write(f"{account.key}: {fault}")
                time.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)


def _wait(session: Session) -> None:
    """Wait for news: at most IDLE_SECONDS where the server tells, else POLL_SECONDS."""
    if session.can_idle:
        session.idle(IDLE_SECONDS)
    else:
        time.sleep(POLL_SECONDS)


def _after(read: bool) -> fetching.After:
    def after(_stored: int) -> None:
        while read and reading.work_off(now=timezone.now()):
            pass
        close_old_connections()

    return after
