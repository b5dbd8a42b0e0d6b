"""`manage.py prove`: when a record was removed, by which schedule and run, with the proof."""

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from platforms.models import System
from retention.services import proving


class Command(BaseCommand):
    """Writes the proofs of the removal of one record to stdout. Exits with 1 when there is none."""

    help = "Show when a record was removed, by which schedule and sweep, with a proof that can be checked."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the system and the record."""
        parser.add_argument("--system", required=True, help="Key of the system")
        parser.add_argument("--record", required=True, help="Primary key; parts separated by commas")
        parser.add_argument("--collection", default="", help="dataset.collection, to look there alone")
        parser.add_argument("--json", action="store_true", help="The proofs as one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look for the record and write what is proved."""
        system = System.objects.filter(key=options["system"]).first()
        if system is None:
            raise CommandError(f"There is no system {options['system']!r}.", returncode=2)
        found = proving.prove(system=system, record=options["record"], collection=options["collection"])
        if options["json"]:
            self.stdout.write(json.dumps([one.document for one in found], indent=1))
        for one in found if not options["json"] else ():
            step = one.batch.step
            self.stdout.write(
                f"{one.batch.collection} {options['record']}: removed by {step.sweep} under the schedule "
                f"{step.schedule} at {one.batch.done_at:%Y-%m-%d %H:%M:%S} UTC "
                f"({'sealed' if one.sealed else 'not sealed yet: the seal follows within a minute'})."
            )
        if not found:
            raise CommandError("No sweep of this portal removed such a record.", returncode=1)
