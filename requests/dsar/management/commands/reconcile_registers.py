"""`manage.py reconcile_registers`: every register against the tables, as of a day."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dsar.rules.transitions import NotAllowed
from dsar.services import registers
from dsar.services.registers.reconciling import reconcile


class Command(BaseCommand):
    """Prints one line a register; fails when one does not agree to the last row."""

    help = "Compare every register with independent counts of the tables."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the day."""
        parser.add_argument("--as-of", default="", help="YYYY-MM-DD; now when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare and say so."""
        try:
            found = reconcile(registers.now_or(options["as_of"]))
        except NotAllowed as refused:
            raise CommandError(str(refused)) from refused
        for one in found:
            total = sum(one.rows.values())
            state = "agrees" if one.holds else f"DIFFERS: tables {one.tables}, twice {one.twice[:5]}"
            self.stdout.write(f"{one.register:14} {total:7,} rows {state} {one.rows}")
        if not all(one.holds for one in found):
            raise CommandError("A register does not agree with the tables.")
