"""`manage.py add_staff EMAIL --name NAME --role ROLE …`: the first colleagues of a new installation."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.enums import Role
from accounts.services import staff
from accounts.services.audit import SYSTEM


class Command(BaseCommand):
    """Make a staff account from the command line."""

    help = "Make a staff account. Its password is set through “Forgot it?” on the sign-in page."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take address, name and roles."""
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", action="append", required=True, choices=Role.values)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account and say what comes next."""
        try:
            user = staff.add_staff(
                email=options["email"],
                name=options["name"],
                wanted=[Role(r) for r in options["role"]],
                actor=SYSTEM,
            )
        except staff.StaffRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{user.email} can now set a password through “Forgot it?” on the sign-in page.")
