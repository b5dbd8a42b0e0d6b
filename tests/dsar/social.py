"""A product that links accounts at all ten platforms: its database, and cases driven to their end."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from accounts.services.audit import SYSTEM, Actor
from dsar.enums import CaseStatus
from dsar.models import Case, Plan
from dsar.services import cases, planning
from platforms import fakes
from platforms.models import Disconnection, System
from platforms.services import create_system, import_dataset, revoking
from tests.dsar.engine.test_engine_platforms import SCHEMA, YAML
from tests.dsar.shop import work
from tests.notices import tell_everybody

VALUES = "{fb: meta_facebook, x: x}"
EVERY = "{" + ", ".join(f"{key}: {key}" for key in fakes.SPECS) + "}"
WIDE = SCHEMA.replace("network VARCHAR(10)", "network VARCHAR(20)")


class Social:
    """The product's database and its system in the portal; an account, a thread, a message a platform."""

    def __init__(self, path: Path, now) -> None:
        self.path = path
        gone = [
            f"DELETE FROM {table};" for table in ("replies", "messages", "threads", "metrics", "schedule")
        ]
        self.run("".join((WIDE, ";", *gone, "DELETE FROM accounts;", *self._linked())))
        self.system: System = create_system(
            key="social", name="Product", connector="sql", secret=f"sqlite:///{path}", actor=SYSTEM, now=now
        )
        import_dataset(system=self.system, source=YAML.replace(VALUES, EVERY), actor=SYSTEM, now=now)

    def _linked(self) -> Iterator[str]:
        """Two accounts of the first person and one of the second at each platform."""
        for number, key in enumerate(fakes.SPECS, start=1):
            for owner, account in ((1, "1001"), (1, "1002"), (2, "1003")):
                row = number * 10 + int(account[-1])
                yield f"INSERT INTO accounts VALUES ({row}, {owner}, '{key}', '{account}', '@a', 'on');"
                yield f"INSERT INTO threads VALUES ({row}, {row}, 'Guest', NULL);"
                yield f"INSERT INTO messages VALUES ({row}, {row}, 'hello');"

    def run(self, script: str) -> None:
        with sqlite3.connect(self.path) as db:
            db.executescript(script)

    def rows(self, query: str) -> list[tuple]:
        with sqlite3.connect(self.path) as db:
            return db.execute(query).fetchall()

    def accounts(self, platform: str) -> list[str]:
        query = f"SELECT network_id FROM accounts WHERE network='{platform}' ORDER BY 1"
        return [row[0] for row in self.rows(query)]


def end_accounts(clock) -> None:
    """Let a worker of disconnections come by until nothing is due."""
    while True:
        due = Disconnection.objects.filter(completed_at=None, status__in=["ready", "running"])
        keys = list(due.values_list("pk", flat=True))
        worked = [pk for pk in keys if revoking.work(disconnection_id=pk, now_fn=clock)]
        if not worked:
            return


def finished(case: Case, handler: Actor, dpo: Actor, now: datetime) -> Plan:
    """Drive a case from its plan to its end."""
    work()
    case.refresh_from_db()
    assert case.status == CaseStatus.PLANNED, case.attention
    plan = case.plans.first()
    for block in planning.undecided(plan):
        planning.decide_block(
            plan=plan, system=block["system"], collection=block["collection"], field=block["field"],
            reason="Nothing of this platform is kept.", actor=handler, now=now,
        )  # fmt: skip
        plan.refresh_from_db()
    planning.propose(plan=plan, actor=handler, now=now)
    planning.decide(plan=plan, plan_hash=plan.hash, approve=True, reason="", actor=dpo, now=now)
    work()
    case.refresh_from_db()
    tell_everybody(case, handler, now)
    case.refresh_from_db()
    assert case.status == CaseStatus.READY, case.attention
    cases.close(case=case, outcome=cases.allowed_outcomes(case)[0], actor=handler, now=now)
    return plan
