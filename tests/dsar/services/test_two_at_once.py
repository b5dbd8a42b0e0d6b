"""Two approvals at once on the embedded database: a file, real threads, exactly one wins."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

SCRIPT = """
import threading, django
django.setup()
from django.core.management import call_command
from django.db import connections
from accounts.services.audit import Actor
from dsar.models import Plan, Run
from dsar.rules.transitions import NotAllowed
from dsar.services import planning
from tests.factories import NOW, ApprovalFactory, StaffFactory

call_command("migrate", verbosity=0)  # changes nothing where the file is a copy of the tests' database
given = {"plan__summary": {"systems": []}, "plan__status": "proposed", "plan__case__right": "deletion"}
plan = ApprovalFactory(**given).plan
plan.case.status = "approval"
plan.case.save()
came, barrier = [], threading.Barrier(4)

def decide(actor):
    try:
        mine = Plan.objects.select_related("case").get(pk=plan.pk)
        barrier.wait()
        planning.decide(plan=mine, plan_hash=plan.hash, approve=True, reason="", actor=actor, now=NOW)
        came.append("won")
    except NotAllowed:
        came.append("refused")
    finally:
        connections.close_all()

threads = [threading.Thread(target=decide, args=[Actor.of(StaffFactory())]) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(*sorted(came), Run.objects.count())
"""


@pytest.mark.slow
@pytest.mark.django_db
def test_of_four_approvals_at_once_on_sqlite_exactly_one_wins(tmp_path):
    home = Path(__file__).resolve().parents[3]
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        (tmp_path / "portal.sqlite3").write_bytes(connection.connection.serialize())
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'portal.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "PYTHONPATH": f"{home}{os.pathsep}{home / 'requests'}",
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=home, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["refused", "refused", "refused", "won", "1"], done.stderr[-3000:]
