"""`manage.py sweep`: what the schedules would remove, and its removal."""

import argparse
import json
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services.audit import SYSTEM
from config import clock
from platforms.models import System
from retention.enums import SweepOrigin, SweepState
from retention.models import Sweep
from retention.services import deciding, running, telling
from retention.services.planning import plan_sweep


class Command(BaseCommand):
    """Plans a sweep of one or all systems; with `--apply` carries it out as well."""

    help = "Show what is due under the retention schedules; with --apply remove it and prove it."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the system, the moment, and whether anything is removed."""
        parser.add_argument("--system", help="Key of one system; all systems in use if absent")
        parser.add_argument("--now", help="Look at the periods as of this moment (ISO 8601)")
        parser.add_argument("--dry-run", action="store_true", help="Plan only; this is the default")
        parser.add_argument("--apply", action="store_true", help="Remove what is due")
        parser.add_argument("--json", action="store_true", help="One JSON document on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        """Plan, carry out if asked to, and say what is. Exits with 1 when something is left undone."""
        if options["apply"] and options["dry_run"]:
            raise CommandError("--apply removes what is due, --dry-run removes nothing: choose one of them.")
        sweep = plan_sweep(
            now=clock.now(), origin=SweepOrigin.COMMAND, system=_system(options["system"]),
            as_of=_moment(options["now"]),
        )  # fmt: skip
        if options["apply"]:
            sweep = _carry_out(sweep)
        else:
            deciding.stop(
                sweep=sweep, reason="Planned on the command line to look.", actor=SYSTEM, now=clock.now()
            )
            sweep.refresh_from_db()
        document = telling.as_json(sweep)
        self.stdout.write(json.dumps(document, indent=1) if options["json"] else telling.as_text(document))
        if options["apply"] and (sweep.state != SweepState.DONE or document["left"]):
            raise CommandError(
                "Not everything that is due was removed: see the problems above.", returncode=1
            )


def _carry_out(sweep: Sweep) -> Sweep:
    if sweep.why:
        raise CommandError(
            f"{sweep} would remove {sweep.rows_due} rows ({', '.join(sweep.why)}): somebody has to approve "
            "it. Open it in the admin under Sweeps.",
            returncode=3,
        )
    deciding.start(sweep=sweep, now=clock.now())
    running.work(sweep_id=str(sweep.pk), now_fn=clock.now)
    sweep.refresh_from_db()
    return sweep


def _system(key: str | None) -> System | None:
    if key is None:
        return None
    system = System.objects.filter(key=key, enabled=True).first()
    if system is None:
        known = ", ".join(System.objects.filter(enabled=True).values_list("key", flat=True))
        raise CommandError(f"There is no system {key!r} in use. Known: {known or 'none'}.", returncode=2)
    return system


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as fault:
        raise CommandError(
            f"{text!r} is no moment: write for example 2026-11-25T00:00:00Z.", returncode=2
        ) from fault
    return found if found.tzinfo else found.replace(tzinfo=UTC)
