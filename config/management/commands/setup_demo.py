"""`manage.py setup_demo`: the demonstration company in var/, ready to start."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import demo


def table(doors: list[demo.Door]) -> str:
    """Return the accounts that were made, one a line, in columns."""
    rows = [("Role", "Name", "E-mail", "Password")] + [(d.role, d.name, d.email, d.password) for d in doors]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    return "\n".join(
        "  " + "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in rows
    )


class Command(BaseCommand):
    """Set up the demonstration without starting it."""

    help = "Create var/ with database, demo company, staff and people. Prints passwords once."

    def handle(self, *args: Any, **options: Any) -> None:
        """Set up, and say what was made."""
        if not settings.DEMO:
            raise CommandError("This makes a demonstration. Production settings are active; it was not run.")
        doors = demo.set_up()
        if doors:
            self.stdout.write(
                f"These accounts were made for {settings.PROFILE}. The passwords are shown this once:\n"
            )
            self.stdout.write(table(doors))
            self.stdout.write(
                "\nStaff need a code as second step: .venv/bin/python manage.py demo_code E-MAIL"
            )
            self.stdout.write(f"Mail to people is written to {settings.EMAIL_FILE_PATH}\n")
