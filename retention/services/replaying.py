"""After a restore: what was erased since the backup is erased again, and looked for (docs/decisions/0016)."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.services import audit
from accounts.services.audit import SYSTEM
from platforms.connectors import WrongSettings
from platforms.connectors.sql import SqlConnector
from platforms.models import System
from retention.models import JournalEntry
from retention.services import journal_checking, redoing
from retention.services.redoing import Restored

MARGIN = timedelta(hours=1)
"""Clocks differ, and an erasure is written down after the system has committed it."""


class TooOld(Exception):
    """The backup is older than the journal: erasures of the time between are not known."""


@dataclass
class Replay:
    """What came of a replay; rows by collection. `why`: what the database refused, by collection."""

    system: str
    where: str
    since: datetime | None
    began: datetime
    entries: int
    unsealed: int
    dry_run: bool
    deleted: Counter[str] = field(default_factory=Counter)
    masked: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    why: dict[str, str] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Return whether nothing is left of what was erased."""
        return not self.left

    def as_json(self) -> dict[str, Any]:
        """Return JSON values; no personal value is among them."""
        return {
            "system": self.system, "where": self.where, "dry_run": self.dry_run, "entries": self.entries,
            "since": self.since.isoformat() if self.since else None, "journal_since": self.began.isoformat(),
            "unsealed": self.unsealed, "deleted": dict(self.deleted), "masked": dict(self.masked),
            "left": dict(self.left), "why": self.why, "absent": self.absent,
        }  # fmt: skip

    def as_text(self) -> str:
        """Return lines for a terminal."""
        did, done = ("would be", "looked at") if self.dry_run else ("were", "replayed")
        lines = [
            f"{self.entries} entries of the journal are as written and were {done} in {self.where}; "
            f"{self.unsealed} of them wait for their seal.",
            f"The journal knows the erasures in {self.system} since {self.began:%Y-%m-%d %H:%M} UTC.",
        ]
        if self.since is None:
            lines.append("Nobody said when the backup was taken (--since): all of the journal was replayed.")
        for name in sorted({*self.deleted, *self.masked}):
            lines.append(f"  {name}: {self.deleted[name]} rows {did} deleted, {self.masked[name]} masked.")
        lines += [f"  {name}: not in this backup." for name in self.absent]
        lines += [f"  ! {name}: {n} rows left. {self.why.get(name, '')}".rstrip()
                  for name, n in sorted(self.left.items())]  # fmt: skip
        if not self.dry_run:
            lines.append("Looked again: nothing is left." if self.clean else "Looked again: rows are left.")
        return "\n".join(lines)


def replay(
    *,
    system: System,
    connector: SqlConnector,
    since: datetime | None = None,
    dry_run: bool = False,
    accept_older: bool = False,
) -> Replay:
    """Erase again in a restored database what the journal says, and look for it in a fresh session.

    `connector`: from `restored.connector_to`; `since`: when the backup was taken; without it the whole
    journal is replayed. The journal is checked first. Raises journal_checking.Tampered, TooOld unless
    `accept_older`, WrongSettings where none of the tables is there or nothing can be written, SourceFailed.
    """
    checked, began = journal_checking.verify(system), journal_checking.began(system)
    if since and since < began and not accept_older:
        raise TooOld(
            f"The backup was taken before the journal began: it knows the erasures in {system.name} since "
            f"{began:%Y-%m-%d %H:%M} UTC. What was erased between {since:%Y-%m-%d %H:%M} UTC and then has "
            "to be found by other means. Add --accept-older to replay what is known."
        )
    entries = list(JournalEntry.objects.of(system.pk, since - MARGIN if since else None))
    made = Replay(system.name, connector.where, since, began, len(entries), checked.unsealed, dry_run)
    if not entries:
        return made
    with connector.session() as session:
        at_work = redoing.open_restored(system, session, entries)
        _refuse(at_work, connector, dry_run)
        made.absent = at_work.absent
        if dry_run:
            _preview(at_work, made)
            return made
        redoing.mask(at_work)
        redoing.delete(at_work)
    made.deleted, made.masked = +at_work.deleted, +at_work.masked
    made.why = {task.entry.collection: task.why for task in at_work.tasks if task.why}
    with connector.session() as session:
        made.left = redoing.look(redoing.open_restored(system, session, entries))
    _tell(system, made)
    return made


def _refuse(at_work: Restored, connector: SqlConnector, dry_run: bool) -> None:
    if not at_work.tasks:
        raise WrongSettings(
            f"None of the tables of the journal is in {connector.where}: this is another database."
        )
    if at_work.schema.read_only and not dry_run:
        raise WrongSettings(f"Nothing can be written in {connector.where}: {at_work.schema.read_only}.")
    stuck = sorted({str(one.ref) for one in at_work.schema.tables.values() if not one.writable})
    if stuck and not dry_run:
        raise WrongSettings(f"This user may not write in {', '.join(stuck)} of {connector.where}.")


def _preview(at_work: Restored, made: Replay) -> None:
    made.left = redoing.look(at_work)
    for task in at_work.tasks:
        if task.entry.columns is None:
            made.deleted[task.entry.collection] += len(task.keys)
    made.deleted = +made.deleted
    made.masked, made.left = made.left - made.deleted, Counter()


@transaction.atomic
def _tell(system: System, made: Replay) -> None:
    """Record that the journal was replayed: counts, and whether anything is left."""
    details = {
        "system": system.key, "where": made.where, "entries": made.entries,
        "since": made.since.isoformat() if made.since else "", "deleted": sum(made.deleted.values()),
        "masked": sum(made.masked.values()), "left": sum(made.left.values()),
    }  # fmt: skip
    audit.record(actor=SYSTEM, action="erasures.replayed", obj=system, details=details)
