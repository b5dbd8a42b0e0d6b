"""A restore drill: people are erased, a backup is restored, the journal replayed. On copies alone.

The engine that erases a person stands above this app; it registers the drill (`AppConfig.ready`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from retention.services.replaying import Replay


@dataclass
class Drill:
    """What a drill showed. `changed`: tables in which other rows than those erased differ from the backup."""

    people: int
    erased: int
    rows_live: int
    replay: Replay
    again: Replay
    changed: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Return whether the restored copy has nothing of what was erased, and everything else as it was."""
        once = self.replay.clean and self.again.clean and not self.changed and self.erased == self.people
        return once and not self.again.deleted and not self.again.masked

    def as_json(self) -> dict[str, Any]:
        """Return JSON values; no personal value is among them."""
        return {
            "passed": self.passed, "people": self.people, "erased": self.erased,
            "rows_erased_live": self.rows_live, "changed": self.changed, "seconds": round(self.seconds, 1),
            "replay": self.replay.as_json(), "again": self.again.as_json(),
        }  # fmt: skip

    def as_text(self) -> str:
        """Return lines for a terminal and for a report."""
        return "\n".join(
            [
                f"Restore drill: {'passed' if self.passed else 'FAILED'}, {self.seconds:.1f} s.",
                f"{self.erased} of {self.people} people were erased in a copy: {self.rows_live} rows.",
                "The backup from before was restored and the journal replayed:",
                self.replay.as_text(),
                f"A second replay deleted {sum(self.again.deleted.values())} and masked "
                f"{sum(self.again.masked.values())} rows.",
                "Every other row equals the backup." if not self.changed else
                f"Other rows differ in: {', '.join(self.changed)}.",
            ]
        )  # fmt: skip


Run = Callable[[Path, Path, int, datetime], Drill]
_drills: list[Run] = []


def register(run: Run) -> None:
    """Say how a drill is run: (SQLite file of the demo company, folder for the copies, people, now)."""
    _drills[:] = [run]


def run(company: Path, folder: Path, people: int, now: datetime) -> Drill:
    """Run a drill on copies of a SQLite file. Raises RuntimeError when nobody said how, ConnectorError."""
    if not _drills:
        raise RuntimeError("Nothing is registered that runs a drill.")
    return _drills[0](company, folder, people, now)
