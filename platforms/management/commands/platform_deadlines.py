"""`manage.py platform_deadlines`: write docs/platform-deadlines.md; `--check` only compares."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from platforms.services import deadlines


class Command(BaseCommand):
    """The table of all platforms and triggers as a document."""

    help = "Write docs/platform-deadlines.md from the registry and the profiles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --check."""
        parser.add_argument("--check", action="store_true", help="Fail when the document is not up to date.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the document, or fail when it differs from what would be written."""
        path = settings.BASE_DIR / "docs" / "platform-deadlines.md"
        with translation.override("en"):
            text = deadlines.document()
        if not options["check"]:
            path.write_text(text, "utf-8")
        elif not path.is_file() or path.read_text("utf-8") != text:
            raise CommandError(f"{path.name} is not up to date. Run manage.py platform_deadlines.")
