"""`manage.py backup_set`: record a backup that was taken, or that it is gone. For scripts that make them."""

import argparse
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services.audit import SYSTEM
from config import clock
from platforms.models import System
from retention.models import BackupSet
from retention.services import backups


class Command(BaseCommand):
    """Records a backup set. Exits with 2 when it is refused."""

    help = "Record that a backup of a system was taken, or with --gone that it was overwritten."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the system, the name of the backup, and what is said about it."""
        parser.add_argument("--system", required=True, help="Key of the system")
        parser.add_argument("--label", required=True, help="As the backup software calls it")
        parser.add_argument("--taken", help="When it was taken (ISO 8601); now if absent")
        parser.add_argument("--keep-days", type=int, default=0, help="After so many days it is overwritten")
        parser.add_argument("--where", default="", help="Where it is kept")
        parser.add_argument("--gone", action="store_true", help="It is gone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Record it and say until when it is there."""
        system = System.objects.filter(key=options["system"]).first()
        if system is None:
            raise CommandError(f"There is no system {options['system']!r}.", returncode=2)
        try:
            self.stdout.write(_gone(system, options) if options["gone"] else _taken(system, options))
        except ValueError as fault:
            raise CommandError(str(fault), returncode=2) from fault


def _taken(system: System, options: dict[str, Any]) -> str:
    now = clock.now()
    taken = datetime.fromisoformat(options["taken"]) if options["taken"] else now
    made = backups.record_set(
        system=system, label=options["label"], taken_at=taken if taken.tzinfo else taken.replace(tzinfo=UTC),
        keep_days=options["keep_days"], where=options["where"], actor=SYSTEM, now=now,
    )  # fmt: skip
    return f"{made} of {system}: there until {made.gone_on}."


def _gone(system: System, options: dict[str, Any]) -> str:
    found = BackupSet.objects.filter(system=system, label=options["label"]).first()
    if found is None:
        raise backups.BackupRefused(f"No backup set {options['label']!r} of {system} is recorded.")
    backups.set_gone(backup=found, actor=SYSTEM, now=clock.now())
    return f"{found} of {system} is gone."
