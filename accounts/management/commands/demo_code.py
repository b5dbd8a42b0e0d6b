"""`manage.py demo_code EMAIL`: the code that a demo staff member's authenticator app shows now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.services import demo


class Command(BaseCommand):
    """Pass the second step of the demonstration without a phone."""

    help = "Print the current code of a demo staff member. Refuses on production settings."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address of the staff member."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print six digits."""
        try:
            self.stdout.write(demo.current_code(options["email"]))
        except (demo.NotADemonstration, LookupError) as refused:
            raise CommandError(str(refused)) from refused
