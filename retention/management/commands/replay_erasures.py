"""`manage.py replay_erasures`: after a restore, erase again what was erased since the backup was taken."""

import argparse
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import clock
from platforms.connectors import ConnectorError, SourceFailed, SourceUnreachable
from platforms.connectors.sql.urls import parse_url, sqlite_path
from platforms.models import System
from retention.services import drilling, replaying, restored
from retention.services.journal_checking import Tampered


class Command(BaseCommand):
    """Replays the journal of erasures in a restored database.

    Exits with 0 when nothing is left, 1 when rows are left, 2 when it could not begin (address, rights,
    backup older than the journal), 3 when the journal or the audit trail was tampered with.
    """

    help = "After a restore: erase again what was erased since the backup was taken, and look for it."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the system, the restored database, and when the backup was taken."""
        parser.add_argument("--system", help="Key of the system")
        parser.add_argument("--url", help="URL of the restored database")
        parser.add_argument(
            "--since", help="When the backup was taken (ISO 8601); all of the journal if absent"
        )
        parser.add_argument("--dry-run", action="store_true", help="Say what would be done; change nothing")
        parser.add_argument(
            "--in-place", action="store_true", help="The backup was restored over the live one"
        )
        parser.add_argument(
            "--accept-older", action="store_true", help="Go on with a backup older than the journal"
        )
        parser.add_argument("--drill", action="store_true", help="Show it on copies of the demo company")
        parser.add_argument("--people", type=int, default=10, help="Drill: how many people are erased")
        parser.add_argument("--report", help="Drill: file to write the report to")
        parser.add_argument("--json", action="store_true", help="One JSON document on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay, or run the drill, and say what came of it."""
        try:
            result = self._drill(options) if options["drill"] else self._replay(options)
        except Tampered as fault:
            raise CommandError(f"{fault} Nothing was changed.", returncode=3) from fault
        except SourceFailed as fault:
            raise CommandError(
                f"{fault} What was committed before stays; run the command again.", returncode=1
            ) from fault
        except (ConnectorError, replaying.TooOld) as fault:
            raise CommandError(str(fault), returncode=2) from fault
        text = json.dumps(result.as_json(), indent=1) if options["json"] else result.as_text()
        self.stdout.write(text)
        good = result.passed if isinstance(result, drilling.Drill) else result.clean
        if not good:
            raise CommandError("Not everything that was erased is gone: see above.", returncode=1)

    def _replay(self, options: dict[str, Any]) -> replaying.Replay:
        if not options["system"] or not options["url"]:
            raise CommandError("Give --system and --url, or --drill.", returncode=2)
        system = System.objects.filter(key=options["system"]).first()
        if system is None:
            raise CommandError(f"There is no system {options['system']!r}.", returncode=2)
        connector = restored.connector_to(system, options["url"], in_place=options["in_place"])
        if options["in_place"] and not options["dry_run"]:
            _confirm(system)
        return replaying.replay(
            system=system, connector=connector, since=_moment(options["since"]),
            dry_run=options["dry_run"], accept_older=options["accept_older"],
        )  # fmt: skip

    def _drill(self, options: dict[str, Any]) -> drilling.Drill:
        if not settings.DEMO_COMPANY_URL:
            raise CommandError(
                "There is no demo company here: the drill is for the demonstration.", returncode=2
            )
        url = parse_url(settings.DEMO_COMPANY_URL)
        if url.drivername != "sqlite":
            raise SourceUnreachable("The drill copies a SQLite file, and the demo company is none.")
        with tempfile.TemporaryDirectory(prefix="restore-drill-") as folder:
            made = drilling.run(sqlite_path(url), Path(folder), options["people"], clock.now())
        if options["report"]:
            Path(options["report"]).write_text(made.as_text() + "\n", encoding="utf-8")
        return made


def _confirm(system: System) -> None:
    """Have somebody type the key of the system whose live database is written."""
    try:
        typed = input(f"This writes in the LIVE database of {system.name}. Type {system.key} to go on: ")
    except EOFError:
        typed = ""
    if typed.strip() != system.key:
        raise CommandError("Not confirmed. Nothing was changed.", returncode=2)


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
