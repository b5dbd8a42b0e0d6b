"""Answer questions about legal dates: JSON in, JSON out. `manage.py` answers without loading Django."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dsar.services.reckoning import command


class Command(BaseCommand):
    """The same command for `call_command` and for the list of commands."""

    help = "Answer questions about legal dates on stdin (one JSON object or a list)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --json: JSON even on a terminal."""
        parser.add_argument("--json", action="store_true", help="JSON even on a terminal")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer stdin; exits with 2 when a question cannot be read."""
        as_json = options["json"] or not self.stdout.isatty()
        code = command.run(sys.stdin, self.stdout, self.stderr, as_json=as_json)
        if code:
            raise SystemExit(code)
