"""`manage.py demo_year`: a year of invented cases, for demonstrations and measurements only."""

import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dsar.services import demo_year


class Command(BaseCommand):
    """Writes the year; refused under production settings."""

    help = "Write a year of invented cases into this database (never under production settings)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the number of cases, the seed and the end of the year."""
        parser.add_argument("--cases", type=int, default=5000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--until", help="ISO 8601 with offset; now when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it and say how long it took."""
        until = datetime.fromisoformat(options["until"]) if options["until"] else timezone.now()
        if until.tzinfo is None:
            raise CommandError("The end of the year needs an offset: 2026-11-25T00:00:00+00:00.")
        began = time.perf_counter()
        try:
            n = demo_year.make(
                cases=options["cases"], until=until, seed=options["seed"], say=self.stdout.write
            )
        except demo_year.NotADemonstration as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{n:,} cases in {time.perf_counter() - began:.1f} s")
