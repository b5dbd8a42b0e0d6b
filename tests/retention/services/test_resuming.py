"""A sweep that was interrupted goes on, on every database; each row goes once, with its proof."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.services.audit import SYSTEM
from config.profile import active_profile
from platforms.services import create_system, import_dataset
from retention.enums import SweepOrigin, SweepState
from retention.models import SweepBatch
from retention.services import deciding, running, windows
from retention.services.planning import plan_sweep
from tests.dsar.engine.databases import fresh

NOW = datetime(2026, 11, 24, 11, tzinfo=UTC)
YAML = """
dataset:
  - fides_key: site
    name: Site
    collections:
      - name: server_logs
        fields:
          - {name: id, data_categories: [system.operations], fides_meta: {primary_key: true}}
          - {name: created_at, data_categories: [system.operations]}
"""
TABLES = {
    "sqlite": "CREATE TABLE server_logs (id INTEGER PRIMARY KEY, created_at TEXT NOT NULL);"
    " CREATE INDEX logs_at ON server_logs (created_at)",
    "postgresql": "CREATE TABLE server_logs (id bigint PRIMARY KEY, created_at timestamptz NOT NULL);"
    " CREATE INDEX logs_at ON server_logs (created_at)",
}


class Killed(BaseException):
    """The end of a worker."""


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def test_it_goes_on_after_the_second_window(kind, tmp_path, officer, monkeypatch):
    small = active_profile().sweeps.model_copy(update={"window_rows": 100, "pause_ms": 0})
    profile = active_profile().model_copy(update={"sweeps": small})
    monkeypatch.setattr(running, "active_profile", lambda: profile)
    for database in fresh(kind, tmp_path):
        database.run(TABLES[kind])
        moments = [NOW - timedelta(days=500, minutes=n) for n in range(450)] + [NOW]
        rows = [
            {"id": n, "created_at": at if kind == "postgresql" else at.isoformat()}
            for n, at in enumerate(moments)
        ]
        database.fill("server_logs", rows)
        url = database.url
        system = create_system(key="site", name="Site", connector="sql", actor=SYSTEM, now=NOW, secret=url)
        import_dataset(system=system, source=YAML, actor=SYSTEM, now=NOW)
        sweep = plan_sweep(now=NOW, origin=SweepOrigin.COMMAND)
        deciding.approve(sweep=sweep, plan_sha256=sweep.plan_sha256, note="ok", actor=officer, now=NOW)
        real, calls = windows.intend, []

        def dying(*given, real=real, calls=calls):
            calls.append(1)
            if len(calls) == 3:
                raise Killed
            return real(*given)

        with monkeypatch.context() as patched:
            patched.setattr(windows, "intend", dying)
            with pytest.raises(Killed):
                running.work(sweep_id=str(sweep.pk), now_fn=lambda: NOW)
        assert database.rows("SELECT count(*) FROM server_logs") == [(251,)]
        running.work(sweep_id=str(sweep.pk), now_fn=lambda: NOW + timedelta(hours=1))
        sweep.refresh_from_db()
        assert (sweep.state, sweep.rows_done) == (SweepState.DONE, 450)
        assert database.rows("SELECT id FROM server_logs") == [(450,)]
        proved = [key for one in SweepBatch.objects.done() for key in windows.keys_of(one).values()]
        assert sorted(proved) == list(range(450))
