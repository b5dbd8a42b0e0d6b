"""A product that links accounts at all ten platforms: its database, and cases driven to their end."""

import sqlite3
from pathlib import Path

from accounts.services.audit import SYSTEM
from platforms import fakes
from platforms.models import Disconnection, System
from platforms.services import create_system, import_dataset, revoking
from tests.dsar.engine.test_engine_platforms import SCHEMA, YAML

VALUES = "{fb: meta_facebook, x: x}"
EVERY = "{" + ", ".join(f"{key}: {key}" for key in fakes.SPECS) + "}"
WIDE = SCHEMA.replace("network VARCHAR(10)", "network VARCHAR(20)")


class Social:
    """The product's database and its system in the portal; an account, a thread, a message a platform."""

    def __init__(self, path: Path, now) -> None:
        self.path = path
        self.run(WIDE)
        self.run("DELETE FROM replies; DELETE FROM messages; DELETE FROM threads; DELETE FROM metrics;")
        self.run("DELETE FROM schedule; DELETE FROM accounts;")
        for number, key in enumerate(fakes.SPECS, start=1):
            for owner, account in ((1, "1001"), (1, "1002"), (2, "1003")):
                row = number * 10 + int(account[-1])
                self.run(f"INSERT INTO accounts VALUES ({row}, {owner}, '{key}', '{account}', '@a', 'on')")
                self.run(f"INSERT INTO threads VALUES ({row}, {row}, 'Guest', NULL)")
                self.run(f"INSERT INTO messages VALUES ({row}, {row}, 'hello')")
        self.system: System = create_system(
            key="social", name="Product", connector="sql", secret=f"sqlite:///{path}", actor=SYSTEM, now=now
        )
        import_dataset(system=self.system, source=YAML.replace(VALUES, EVERY), actor=SYSTEM, now=now)

    def run(self, script: str) -> None:
        with sqlite3.connect(self.path) as db:
            db.executescript(script)

    def rows(self, query: str) -> list[tuple]:
        with sqlite3.connect(self.path) as db:
            return db.execute(query).fetchall()

    def accounts(self, platform: str) -> list[str]:
        return [
            row[0]
            for row in self.rows(f"SELECT network_id FROM accounts WHERE network='{platform}' ORDER BY 1")
        ]


def end_accounts(clock) -> None:
    """Let a worker of disconnections come by until nothing is due."""
    while True:
        due = Disconnection.objects.filter(completed_at=None, status__in=["ready", "running"])
        worked = [
            pk for pk in due.values_list("pk", flat=True) if revoking.work(disconnection_id=pk, now_fn=clock)
        ]
        if not worked:
            return
