"""`manage.py new_key [NAME]`: a fresh entry for KEY_RING."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config import crypto


class Command(BaseCommand):
    """Make a key."""

    help = "Print a new key. Put it in front of KEY_RING, restart, then run rewrap_keys."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the key's name; the default is made of the date."""
        parser.add_argument("name", nargs="?", default=f"k{datetime.now(UTC):%Y%m%d}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print `id:base64`."""
        self.stdout.write(crypto.new_key(options["name"]))
