"""`manage.py texts`: find the portal's texts, keep the catalogues, compile them. Needs no gettext tools."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.texts import compile_all, extract, faults, read, write
from config.texts.extracting import merged

SOURCE_LANGUAGE = "en"


class Command(BaseCommand):
    """Update, check or compile the catalogues below locale/."""

    help = "Update the catalogues from the source (default), --check them, or --compile them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do."""
        parser.add_argument("--check", action="store_true", help="exit 1 when a text lacks a translation")
        parser.add_argument("--compile", action="store_true", help="make the .mo files, and nothing else")

    def handle(self, **options: Any) -> None:
        """Do it for every language but the one that the source is written in."""
        folder = Path(settings.LOCALE_PATHS[0])
        if options["compile"]:
            self.stdout.write(f"{len(compile_all(folder, force=True))} catalogues compiled.")
            return
        found = extract(Path(settings.BASE_DIR))
        languages = [code for code, _name in settings.LANGUAGES if code != SOURCE_LANGUAGE]
        for code in languages:
            self._one(code, folder / code / "LC_MESSAGES" / "django.po", found, check=options["check"])
        if not options["check"]:
            compile_all(folder)

    def _one(self, code: str, path: Path, found: dict[Any, Any], *, check: bool) -> None:
        known = read(path)
        entries = list(merged(found, known))
        if not check:
            write(path, code, entries)
            left = sum(not one.translated for one in entries)
            self.stdout.write(f"{code}: {len(entries)} texts, {left} without a translation.")
            return
        wrong = list(faults(entries))
        gone = [key for key in known if key not in found]
        if wrong or gone:
            raise CommandError(
                "\n".join([*wrong, *(f"“{key[1][:70]}” stands nowhere any more." for key in gone)])
            )
        self.stdout.write(f"{code}: {len(entries)} texts, all translated.")
