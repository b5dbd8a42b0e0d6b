"""`python -m bench.kill [--embedded] [--cases N]`: deletions while workers are killed with -9 at random.

Scaled: PostgreSQL and Redis, prefork workers. Embedded: SQLite and the filesystem broker, threads. Each case
is planned, approved by a second person, erased, proved and closed. The source counts every row it changes by
triggers, so that an erasure done twice would show. Prints one JSON line; exits 1 when anything is not right.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import databases

ROWS = 12
SEED = 7
SCHEMA = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, email VARCHAR(80) NOT NULL UNIQUE, name VARCHAR(80) NOT NULL);
CREATE TABLE posts (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers(id),
  text VARCHAR(80));
CREATE TABLE changes (what VARCHAR(20), id INTEGER);
"""
POSTGRESQL = """
CREATE FUNCTION note() RETURNS trigger AS $$ BEGIN
  PERFORM pg_sleep(0.01);
  INSERT INTO changes VALUES (TG_TABLE_NAME, OLD.id); RETURN COALESCE(NEW, OLD); END $$
  LANGUAGE plpgsql;
CREATE TRIGGER c BEFORE UPDATE OR DELETE ON customers FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER p BEFORE UPDATE OR DELETE ON posts FOR EACH ROW EXECUTE FUNCTION note();
"""
SQLITE = """
CREATE TRIGGER c AFTER UPDATE ON customers BEGIN INSERT INTO changes VALUES ('customers', old.id); END;
CREATE TRIGGER p AFTER DELETE ON posts BEGIN INSERT INTO changes VALUES ('posts', old.id); END;
"""
YAML = """
dataset:
  - fides_key: shop
    name: Shop
    collections:
      - name: customers
        fields:
          - {name: id, fides_meta: {primary_key: true, data_type: integer}}
          - {name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}
          - {name: name, data_categories: [user.name]}
      - name: posts
        fides_meta: {masking_strategy_override: {strategy: delete}}
        fields:
          - {name: id, fides_meta: {primary_key: true, data_type: integer}}
          - name: customer_id
            fides_meta: {references: [{dataset: shop, field: customers.id, direction: from}]}
          - {name: text, data_categories: [user.content]}
"""


class Workers:
    """Celery workers in process groups of their own, one of which is killed now and then."""

    def __init__(self, embedded: bool, count: int, folder: Path, progress: Callable[[], int]) -> None:
        pool = ["--pool=threads", "--concurrency=2"] if embedded else ["--pool=prefork", "--concurrency=2"]
        self.command = [sys.executable, "-m", "celery", "-A", "config", "worker", *pool, "--loglevel=ERROR"]
        self.command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        self.log = (folder / "workers.log").open("ab")
        self.kills, self.stopped, self.progress = 0, threading.Event(), progress
        self.groups = [self._start() for _ in range(count)]
        self.thread = threading.Thread(target=self._kill_at_random, daemon=True)

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(self.command, start_new_session=True, stdout=self.log, stderr=self.log)

    def _kill(self, process: "subprocess.Popen[bytes]") -> None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _kill_at_random(self) -> None:
        """Kill one in three at birth, the others once the work has got on since the last kill.

        So a slow or busy machine has as many deaths in the middle of the work as a fast one.
        """
        dice, birth = random.Random(SEED), birth_seconds()
        while not self.stopped.wait(dice.uniform(0.2, 1.5) * birth):
            if dice.random() > 1 / 3 and not self._worked():
                return
            place = dice.randrange(len(self.groups))
            self._kill(self.groups[place])
            self.kills += 1
            self.groups[place] = self._start()

    def _worked(self) -> bool:
        """Wait until the source has changed; returns whether it has before the end."""
        before = self.progress()
        while not self.stopped.wait(0.5):
            if self.progress() > before:
                return True
        return False

    def stop(self) -> None:
        """End the killing, then every worker."""
        self.stopped.set()
        if self.thread.ident:
            self.thread.join()
        for process in self.groups:
            self._kill(process)
        self.log.close()


def birth_seconds() -> float:
    """Return how long a process takes to load the portal here and now."""
    started = time.monotonic()
    command = [sys.executable, "-m", "celery", "-A", "config", "inspect", "--help"]
    subprocess.run(command, capture_output=True, check=True)
    return time.monotonic() - started


def fill(source: str, cases: int) -> None:
    """Make the source: one customer and some posts a case."""
    import sqlalchemy as sa

    from platforms.connectors.sql.urls import parse_url

    engine = sa.create_engine(parse_url(source), poolclass=sa.pool.NullPool)
    sqlite = source.startswith("sqlite")
    with engine.begin() as connection:
        parts = [*SCHEMA.split(";"), *(SQLITE.split("END;") if sqlite else [POSTGRESQL])]
        for part in filter(str.strip, parts):
            connection.exec_driver_sql(f"{part} END" if sqlite and "TRIGGER" in part else part)
        for n in range(1, cases + 1):
            who = {"n": n, "e": f"person{n}@example.org", "w": f"Person {n}"}
            connection.execute(sa.text("INSERT INTO customers VALUES (:n, :e, :w)"), who)
            posts = [{"i": n * 100 + k, "n": n, "t": f"post {k}"} for k in range(ROWS)]
            connection.execute(sa.text("INSERT INTO posts VALUES (:i, :n, :t)"), posts)
    engine.dispose()


def look(source: str) -> dict[str, int]:
    """Return what the source says after all: rows changed more than once, and data that is still there."""
    import sqlalchemy as sa

    from platforms.connectors.sql.urls import parse_url

    engine = sa.create_engine(parse_url(source), poolclass=sa.pool.NullPool)
    questions = {
        "changed": "SELECT count(*) FROM changes",
        "twice": "SELECT count(*) FROM (SELECT 1 FROM changes GROUP BY what, id HAVING count(*) > 1) t",
        "left": "SELECT (SELECT count(*) FROM posts) + count(*) FROM customers WHERE name LIKE 'Person%'",
    }
    with engine.connect() as connection:
        found = {name: int(connection.execute(sa.text(q)).scalar_one()) for name, q in questions.items()}
    engine.dispose()
    return found


def prepare(source: str, cases: int) -> tuple[Any, Any]:
    """Migrate, make staff, system and cases; returns who proposes and who approves."""
    from django.core.management import call_command
    from django.utils import timezone

    from accounts.enums import Role
    from accounts.services.audit import SYSTEM, Actor
    from dsar.enums import Channel, Right
    from dsar.services import intake, planning
    from platforms.services import create_system, import_dataset
    from tests import factories

    call_command("migrate", verbosity=0)
    now = timezone.now()
    system = create_system(key="shop", name="Shop", connector="sql", secret=source, actor=SYSTEM, now=now)
    import_dataset(system=system, source=YAML, actor=SYSTEM, now=now)
    handler = Actor.of(factories.StaffFactory(role=Role.HANDLER))
    dpo = Actor.of(factories.StaffFactory(role=Role.DPO))
    for n in range(1, cases + 1):
        subject = factories.SubjectFactory(user=None, name=f"Person {n}")
        factories.IdentityFactory(subject=subject, value=f"person{n}@example.org")
        case = intake.open_case(
            subject=subject,
            right=Right.DELETION,
            channel=Channel.DASHBOARD,
            received_at=now,
            actor=SYSTEM,
            now=now,
        )
        planning.request_plan(case=case, actor=handler, now=now)
    return handler, dpo


def drive(handler: Any, dpo: Any, deadline: float) -> None:
    """Do what staff and beat do until every case is closed: approve, close, sweep."""
    from django.db import OperationalError
    from django.utils import timezone

    from config import jobs
    from dsar.enums import CaseStatus
    from dsar.models import Case

    while Case.objects.open().exists() and time.monotonic() < deadline:
        try:
            for case in Case.objects.filter(
                status__in=[CaseStatus.PLANNED, CaseStatus.READY, CaseStatus.APPROVAL]
            ):
                step_on(case, handler, dpo)
            jobs.sweep(now=timezone.now())
        except OperationalError as fault:
            if "locked" not in str(fault):
                raise
        time.sleep(0.5)


def step_on(case: Any, handler: Any, dpo: Any) -> None:
    """Do what one case needs from staff now."""
    from django.utils import timezone

    from dsar.enums import CaseStatus
    from dsar.services import cases, planning, recipients

    now, plan = timezone.now(), case.plans.first()
    if case.status == CaseStatus.PLANNED:
        planning.propose(plan=plan, actor=handler, now=now)
    elif case.status == CaseStatus.APPROVAL:
        planning.decide(plan=plan, plan_hash=plan.hash, approve=True, reason="", actor=dpo, now=now)
    else:
        for notice in case.notices.filter(sent_at=None, not_told_reason=""):
            recipients.told(notice=notice, how="by contract mail", actor=handler, now=now)
        cases.close(case=case, outcome="fulfilled", actor=handler, now=now)


def verdict(source: str, cases: int) -> dict[str, Any]:
    """Return what came of it, from source, cases and audit trail."""
    from django.utils import timezone

    from accounts.models import AuditEvent
    from accounts.services import sealing, verifying
    from dsar.enums import Outcome
    from dsar.models import Case

    sealing.seal_all(now=timezone.now())
    done = AuditEvent.objects.filter(action="step.done", details__operation="erase").count()
    found = look(source)
    report = verifying.verify()
    closed = Case.objects.filter(outcome=Outcome.FULFILLED).count()
    right = closed == cases == done and found == {"changed": cases * (ROWS + 1), "twice": 0, "left": 0}
    return {
        "cases": cases,
        "closed": closed,
        "erasures_recorded": done,
        **found,
        "audit_events": report.events,
        "audit_intact": report.intact,
        "holds": right and report.intact,
    }


def run(embedded: bool, cases: int, minutes: float) -> dict[str, Any]:
    """Run the whole test in folders and databases of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if embedded:
            os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'portal.sqlite3'}"
            os.environ["CELERY_BROKER_URL"] = "filesystem://"
            return measured(f"sqlite:///{folder / 'shop.sqlite3'}", embedded, cases, minutes, folder)
        with databases.postgresql("kill") as portal, databases.postgresql("shop") as source:
            os.environ["DATABASE_URL"] = portal
            os.environ["CELERY_BROKER_URL"] = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/14")
            return measured(source, embedded, cases, minutes, folder)


def measured(source: str, embedded: bool, cases: int, minutes: float, folder: Path) -> dict[str, Any]:
    """Prepare, run with killing, and judge."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "bench.kill_settings", "MEDIA_ROOT": str(folder)}
    for part in ("queue", "control", "mail"):
        (folder / part).mkdir()
    import django

    django.setup()
    from django.db import connections

    fill(source, cases)
    handler, dpo = prepare(source, cases)
    started = time.monotonic()
    workers = Workers(embedded, 2, folder, lambda: look(source)["changed"])
    workers.thread.start()
    try:
        drive(handler, dpo, started + minutes * 60)
    finally:
        workers.stop()
    seconds = time.monotonic() - started
    result = {
        "name": "kill_embedded" if embedded else "kill",
        "kills": workers.kills,
        **verdict(source, cases),
    }
    connections.close_all()
    if not result["holds"] and os.environ.get("KILL_LOG"):
        print((folder / "workers.log").read_text()[-6000:], file=sys.stderr)
    return result | {"seconds": round(seconds, 1)}


def main() -> int:
    """Read the arguments, run, print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--embedded", action="store_true")
    parser.add_argument("--cases", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=15)
    given = parser.parse_args()
    result = run(given.embedded, given.cases or (50 if given.embedded else 200), given.minutes)
    print(json.dumps(result), flush=True)
    return 0 if result["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
