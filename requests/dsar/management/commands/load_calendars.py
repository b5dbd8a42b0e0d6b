"""Load holiday calendars: those that ship with the portal, or fresh ones from the `holidays` library."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.services.audit import SYSTEM
from dsar.rules.holidays import PLACES, canonical
from dsar.rules.transitions import NotAllowed
from dsar.services.clocks import calendars, editions, generating
from dsar.services.reckoning import shipped


class Command(BaseCommand):
    """Each change of a calendar is a new edition; open cases are computed again, old and new date shown."""

    help = "Load holiday calendars as new editions and compute open cases again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take codes, and where the days come from."""
        parser.add_argument("codes", nargs="*", help="for example DE DE-BY GB-EAW; none: all that are needed")
        parser.add_argument(
            "--from-library", action="store_true", help="generate instead of the shipped files"
        )
        parser.add_argument(
            "--write", action="store_true", help="write the shipped files anew (for developers)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load or write; says what each edition moved."""
        codes = [canonical(code) for code in options["codes"]] or needed()
        if options["write"]:
            version = timezone.localdate().isoformat()
            for code in codes:
                self.stdout.write(str(generating.write(code, shipped.FOLDER, version=version)))
            return
        for code in codes:
            try:
                self._load(code, fresh=options["from_library"] or code not in shipped.codes())
            except NotAllowed as refused:
                raise CommandError(str(refused)) from refused

    def _load(self, code: str, *, fresh: bool) -> None:
        file = None if fresh else shipped.edition(code)
        found = editions.load(
            code=code,
            days=shipped.days(code) if file else generating.generate(code),
            through=date.fromisoformat(file["through"]) if file else date(generating.LAST_YEAR, 12, 31),
            source=file["source"] if file else generating.source_of(code),
            actor=SYSTEM,
            now=timezone.now(),
        )
        said = f"edition {found.edition.number}" if found.edition else "unchanged"
        self.stdout.write(f"{code}: {said}, {len(found.moved)} open cases moved")
        for one in found.moved:
            self.stdout.write(f"  {one.reference}: {one.was} -> {one.on}")


def needed() -> list[str]:
    """Return the codes that ship, and those that this company's dates depend on."""
    return sorted({*PLACES, *calendars.used()})
