"""kill -9 between any two steps of a disconnection leaves a state from which it completes by itself."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from platforms import fakes

ROOT = Path(__file__).resolve().parents[3]
STEPS = 7
"""Two calls and five writes of a grant that is revoked: another number means a step without a test."""


def every_death(database):
    """Have workers killed after each step; returns what each disconnection became."""
    with fakes.running() as url:
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings.test", "DATABASE_URL": database,
            "PLATFORM_FAKES_URL": url, "HTTP_ALLOW_PRIVATE": "true", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        command = [sys.executable, "-m", "tests.platforms.revoking.killed"]
        done = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=400
        )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def check(found):
    assert [one["killed"] for one in found] == [True] * STEPS + [False]
    for one in found:
        assert one["outcome"] in ("revoked", "already_gone")
        assert (one["stage"], one["status"], one["tokens"], one["kept"]) == ("proved", "ended", 0, "")
        assert (one["probe"], one["alive"]) == ("dead", False)


@pytest.mark.slow
def test_every_death_on_sqlite(tmp_path):
    check(every_death(f"sqlite:///{tmp_path}/portal.sqlite3"))


@pytest.mark.services
def test_every_death_on_postgresql():
    import psycopg

    base = os.environ.get("PG_URL", "postgres://root@127.0.0.1:5432/root")
    name = f"killed_{os.getpid()}"
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        check(every_death(f"{base.rpartition('/')[0]}/{name}"))
    finally:
        with psycopg.connect(base, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
