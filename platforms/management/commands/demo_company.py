"""`manage.py demo_company`: a product database with 500 made-up customers, to try the portal on."""

from argparse import ArgumentParser
from datetime import date
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from sqlalchemy.exc import SQLAlchemyError

from platforms.demo import DemoCompanyError, create_company, people


class Command(BaseCommand):
    help = "Create the demo company's product database in SQLite or PostgreSQL."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", required=True, help="sqlite:///var/demo.sqlite3 or postgresql://…")
        parser.add_argument("--people", type=int, default=500, help="how many customers (default 500)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same company")
        parser.add_argument("--today", type=date.fromisoformat, help="YYYY-MM-DD the rows lead up to")
        parser.add_argument("--force", action="store_true", help="replace the demo company that is there")

    def handle(self, *args: Any, **options: Any) -> None:
        begun = perf_counter()
        try:
            counts = create_company(
                options["url"],
                people=options["people"],
                seed=options["seed"],
                today=options["today"] or timezone.localdate(),
                force=options["force"],
            )
        except DemoCompanyError as error:
            raise CommandError(str(error)) from error
        except SQLAlchemyError as error:
            raise CommandError(f"The database at --url could not be used: {error}") from error
        self._report(counts, perf_counter() - begun)
        self._introduce(options["seed"], options["people"])

    def _report(self, counts: dict[str, int], seconds: float) -> None:
        for table in sorted(counts):
            self.stdout.write(f"{counts[table]:>9,}  {table}")
        self.stdout.write(f"{sum(counts.values()):>9,}  rows in {len(counts)} tables, {seconds:.1f} s")

    def _introduce(self, seed: int, count: int) -> None:
        for person in people(seed, min(count, 3)):
            self.stdout.write(f"For example {person.name} <{person.email}>, user id {person.user_id}")
