"""`manage.py rewrap_keys`: write every encrypted value again with the first key of KEY_RING."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services import keys
from config import crypto


class Command(BaseCommand):
    """Finish a rotation of keys."""

    help = (
        "Encrypt everything anew with the active key. The oldest key stays in the ring: it indexes and signs."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Say per field how many rows were written."""
        try:
            done = keys.rewrap()
        except crypto.DecryptionFailed as fault:
            raise CommandError(
                f"{fault} Put the key that wrote it back into KEY_RING and run this again."
            ) from fault
        for name, rows in sorted(done.items()):
            self.stdout.write(f"{name}: {rows}")
        self.stdout.write(f"Everything is encrypted with {crypto.active_key_id()}.")
