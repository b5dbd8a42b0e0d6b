"""`manage.py verify_audit`: recompute the whole audit trail and name the first thing that does not fit."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.services import verifying


class Command(BaseCommand):
    """Verify leaves, roots, chain and signatures."""

    help = "Verify the audit trail. Exit code 1 when something was changed, removed or put in."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the form of the answer."""
        parser.add_argument("--json", action="store_true", help="one JSON document instead of sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, report, and end with 1 when the trail is broken."""
        report = verifying.verify()
        self.stdout.write(json.dumps(report.as_dict(), indent=2) if options["json"] else sentences(report))
        if not report.intact:
            raise SystemExit(1)


def sentences(report: verifying.Report) -> str:
    """Return the report for a reader."""
    lines = [f"{report.events} events under {report.seals} seals were recomputed."]
    if report.waiting:
        lines.append(
            f"{report.waiting} events wait to be sealed, the oldest since {report.waiting_since:%F %T} UTC."
        )
    if not report.guarded:
        lines.append(
            "The database does not refuse changes any more: a trigger is missing. Run `manage.py migrate`."
        )
    lines.append(report.fault.sentence if report.fault else "Nothing sealed was changed, removed or put in.")
    return "\n".join(lines)
