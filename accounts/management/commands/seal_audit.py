"""`manage.py seal_audit`: seal what waits now; `--after-restore` once after a restore into another server."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.services import sealing


class Command(BaseCommand):
    """Seal the audit trail by hand. Beat does it every minute."""

    help = "Seal the audit events that wait."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the case of a restored database."""
        parser.add_argument("--after-restore", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal and say how many seals were made."""
        try:
            made = len(sealing.seal_after_restore(now=timezone.now())) if options["after_restore"] else 0
            made += sealing.seal_all(now=timezone.now())
        except sealing.TransactionIdsRestarted as restarted:
            raise CommandError(str(restarted)) from restarted
        self.stdout.write(f"{made} seals made.")
