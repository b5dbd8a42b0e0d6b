"""Removing what is over its period with a proof for each record, against the database's own DELETE.

Two million rows with five indexes, half a million of them over their period: in the order of their age on
disk, scattered over it, and with eight writers at work. The floor removes the same rows in the same windows
of 20,000 and runs VACUUM; measured is the whole sweep: plan, keys written down, removal, proofs, VACUUM, last
look. CPU is that of all PostgreSQL processes and of this one; WAL that of the whole server. Run it on a quiet
server. Beside it stand, for comparison, Django's queryset delete and one evidence row a record.

Growth compares the same removal in a table of 200,000 rows and in one of three million: statements, and WAL
against the floor's.
"""

import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from bench import databases, portal
from bench.figure import Figure

NAMES = ("retention_cpu_ratio", "retention_wal_ratio", "retention_growth", "retention_sqlite_ratio")
WINDOW = 20_000
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
LIMIT = datetime(2025, 11, 26, 8, tzinfo=UTC)
"""What began on 25 November 2025, in Los Angeles, or before is over after twelve months."""
TICKS = os.sysconf("SC_CLK_TCK")
YAML = """
dataset:
  - fides_key: site
    name: Site
    collections:
      - name: server_logs
        fields:
          - {name: id, data_categories: [system.operations], fides_meta: {primary_key: true}}
          - {name: created_at, data_categories: [system.operations]}
          - {name: user_id, data_categories: [user.unique_id]}
          - {name: path, data_categories: [user.behavior.browsing_history]}
          - {name: address, data_categories: [user.device.ip_address]}
"""
FILL = """
CREATE TABLE server_logs (id bigint PRIMARY KEY, created_at timestamptz NOT NULL, user_id integer,
  path text, address text);
INSERT INTO server_logs
  SELECT i, timestamptz '{limit}' + (({place}) - {expired}) * interval '1 second',
         i % 5000, '/page/' || (i % 1000), '192.0.2.' || (i % 250) FROM generate_series(1, {rows}) i;
CREATE INDEX ON server_logs (created_at); CREATE INDEX ON server_logs (user_id);
CREATE INDEX ON server_logs (path); CREATE INDEX ON server_logs (user_id, created_at);
CREATE INDEX ON server_logs (address)
"""


def run(smoke: bool) -> list[Figure]:
    """Return the four figures; `smoke` works on 60,000 rows."""
    rows, expired = (60_000, 15_000) if smoke else (2_000_000, 500_000)
    with databases.postgresql() as own:
        portal.start(own)
        _compared(5_000, 1_000, "i")  # a worker has everything loaded
        plain = _compared(rows, expired, "i")
        scattered = _compared(rows, expired, _scattered(rows))
        busy = _compared(rows, expired, "i", writers=8)
        small = _compared(rows // 10, expired // 10, "i")
        large = _compared(rows + rows // 2, expired // 10, "i")
        lite = _sqlite(rows // 4, expired // 4)
    worst = max((plain, scattered), key=lambda one: one["cpu_ratio"])
    growth = max(large["sweep"]["statements"] / small["sweep"]["statements"], _more(small, large))
    detail = {
        "rows": rows,
        "expired": expired,
        "in_order": plain,
        "scattered": scattered,
        "eight_writers": busy,
    }
    return [
        Figure("retention_cpu_ratio", worst["cpu_ratio"], "x DELETE + VACUUM", "<= 1.3", detail),
        Figure(
            "retention_wal_ratio", max(plain["wal_ratio"], scattered["wal_ratio"]), "x DELETE + VACUUM",
            "<= 1.05", {"in_order": plain["wal_ratio"], "scattered": scattered["wal_ratio"]},
        ),
        Figure("retention_growth", growth, "x per removed row", "<= 1.2", {"small": small, "large": large}),
        Figure("retention_sqlite_ratio", lite["ratio"], "x DELETE", "<= 1.7", lite),
    ]  # fmt: skip


def _scattered(rows: int) -> str:
    """Return a place for each row that has nothing to do with its key: a permutation of 1 to `rows`."""
    step = 611_953  # prime, so that every place occurs once
    return f"(i::bigint * {step}) % {rows} + 1"


def _compared(rows: int, expired: int, place: str, writers: int = 0) -> dict[str, Any]:
    """Return a sweep against the floor on two equal tables, one after the other."""
    with databases.postgresql("site") as url:
        _fill(url, rows, expired, place)
        with _writing(url, writers, rows):
            floor = _cost(url, lambda: _floor(url))
    with databases.postgresql("site") as url:
        _fill(url, rows, expired, place)
        with _writing(url, writers, rows):
            sweep = _cost(url, lambda: _sweep(f"postgresql://{url.partition('://')[2]}", expired))
    return {
        "cpu_ratio": round(sweep["cpu"] / floor["cpu"], 3),
        "wal_ratio": round(sweep["wal"] / floor["wal"], 3),
        "rows_per_second": round(expired / sweep["wall"]),
        "floor": floor,
        "sweep": sweep,
    }


def _fill(url: str, rows: int, expired: int, place: str) -> None:
    with psycopg.connect(url) as made:
        made.execute(FILL.format(rows=rows, expired=expired + 1, place=place, limit=LIMIT.isoformat()))
    with psycopg.connect(url, autocommit=True) as made:
        made.execute("VACUUM ANALYZE server_logs")
        made.execute("CHECKPOINT")


def _floor(url: str) -> None:
    """Remove what is over its period in windows of the same size, then run VACUUM."""
    with psycopg.connect(url, autocommit=True) as made:
        lower = datetime.min.replace(tzinfo=UTC, year=1900)
        while True:
            found = made.execute(
                "SELECT created_at FROM server_logs WHERE created_at >= %s AND created_at < %s "
                "ORDER BY created_at OFFSET %s LIMIT 1",
                [lower, LIMIT, WINDOW],
            ).fetchone()
            upper = found[0] if found else LIMIT
            made.execute("DELETE FROM server_logs WHERE created_at >= %s AND created_at < %s", [lower, upper])
            lower = upper
            if found is None:
                break
        made.execute("VACUUM server_logs")


def _sweep(url: str, expired: int) -> dict[str, int]:
    """Plan and carry out a sweep; every row must be proved. Returns the statements it sent to the source."""
    from accounts.services.audit import SYSTEM
    from platforms.connectors.sql.session import SqlSession
    from platforms.models import System
    from platforms.services import create_system, import_dataset
    from retention.enums import SweepOrigin
    from retention.models import Sweep, SweepBatch
    from retention.services import deciding, running
    from retention.services.planning import plan_sweep

    System.objects.update(enabled=False)
    key = f"site{System.objects.count()}"
    system = create_system(key=key, name="Site", connector="sql", actor=SYSTEM, now=NOW, secret=url)
    source = YAML.replace("fides_key: site", f"fides_key: {key}")
    import_dataset(system=system, source=source, origin="bench.yml", actor=SYSTEM, now=NOW)
    sent, plain = [0], SqlSession._counted

    def counted(self: Any, *given: Any) -> None:
        sent[0] += 1
        plain(self, *given)

    SqlSession._counted = counted  # type: ignore[method-assign]
    try:
        sweep = plan_sweep(now=NOW, origin=SweepOrigin.COMMAND)
        Sweep.objects.filter(pk=sweep.pk).update(why=[], state="planned")
        deciding.start(sweep=sweep, now=NOW)
        running.work(sweep_id=str(sweep.pk), now_fn=lambda: NOW)
    finally:
        SqlSession._counted = plain  # type: ignore[method-assign]
    sweep.refresh_from_db()
    proved = sum(SweepBatch.objects.done().filter(step__sweep=sweep).values_list("rows", flat=True))
    if sweep.state != "done" or proved < expired or sweep.steps.filter(rows_left__gt=0).exists():
        raise RuntimeError(f"{sweep.state}: {proved} of {expired} proved, {sweep.last_error}")
    return {"statements": sent[0], "proved": proved}


def _more(small: dict[str, Any], large: dict[str, Any]) -> float:
    """Return how much more WAL a sweep writes than the floor in a large table than in a small one.

    The floor's own WAL grows with the table, because the same keys lie on more pages of its indexes.
    """
    return float(large["wal_ratio"] / small["wal_ratio"])


def _cost(url: str, work: Callable[[], Any]) -> dict[str, float]:
    """Return CPU seconds, WAL bytes and wall time of some work, and the statements if it counts them."""
    wal, cpu, began = _wal(url), _cpu(), time.perf_counter()
    told = work()
    cost = {"cpu": _cpu() - cpu, "wall": time.perf_counter() - began, "wal": _wal(url) - wal}
    return {name: round(value, 3) for name, value in cost.items()} | (told or {})


def _wal(url: str) -> float:
    with psycopg.connect(url, autocommit=True) as looked:
        row = looked.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn").fetchone()
        return float(row[0]) if row else 0.0


def _cpu() -> float:
    """Return the CPU seconds of this process and of every PostgreSQL process, those that ended included."""
    used = time.process_time()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            name, _, rest = (folder / "stat").read_text().partition(" (")[2].rpartition(") ")
        except OSError:
            continue
        if name == "postgres":
            fields = rest.split()
            # Children that ended are counted with the postmaster alone.
            used += (int(fields[11]) + int(fields[12]) + int(fields[13]) + int(fields[14])) / TICKS
    return used


@contextmanager
def _writing(url: str, writers: int, rows: int) -> Iterator[None]:
    """Have as many writers add rows of today meanwhile."""
    stop, threads = threading.Event(), []

    def write(number: int) -> None:
        with psycopg.connect(url, autocommit=True) as made:
            key = rows + 1 + number
            while not stop.wait(0.005):
                made.execute("INSERT INTO server_logs VALUES (%s, %s, 1, '/now', '192.0.2.1')", [key, NOW])
                key += writers

    for number in range(writers):
        threads.append(threading.Thread(target=write, args=(number,)))
        threads[-1].start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _sqlite(rows: int, expired: int) -> dict[str, Any]:
    """Return the sweep against DELETE in the same windows in a SQLite file, in CPU of this process."""
    with tempfile.TemporaryDirectory() as folder:
        floor, sweep = Path(folder) / "floor.sqlite3", Path(folder) / "sweep.sqlite3"
        for path in (floor, sweep):
            _fill_sqlite(path, rows, expired)
        began = time.process_time()
        _floor_sqlite(floor)
        cost = time.process_time() - began
        began = time.process_time()
        told = _sweep(f"sqlite:///{sweep}", expired)
        ours = time.process_time() - began
    return {"ratio": ours / cost, "floor_s": round(cost, 2), "sweep_s": round(ours, 2), "rows": rows} | told


def _fill_sqlite(path: Path, rows: int, expired: int) -> None:
    with sqlite3.connect(path) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute(
            "CREATE TABLE server_logs (id INTEGER PRIMARY KEY, created_at TEXT NOT NULL, user_id INTEGER, "
            "path TEXT, address TEXT)"
        )
        made.executemany(
            "INSERT INTO server_logs VALUES (?, ?, ?, ?, ?)",
            (
                (i, (LIMIT + timedelta(seconds=i - expired - 1)).isoformat(" "), i % 5000,
                 f"/page/{i % 1000}", f"192.0.2.{i % 250}")
                for i in range(1, rows + 1)
            ),
        )  # fmt: skip
        for columns in ("created_at", "user_id", "path", "user_id, created_at", "address"):
            made.execute(f"CREATE INDEX logs_{columns.replace(', ', '_')} ON server_logs ({columns})")


def _floor_sqlite(path: Path) -> None:
    made = sqlite3.connect(path, isolation_level=None)
    made.execute("PRAGMA secure_delete = ON")
    lower, limit = "", LIMIT.isoformat(" ")
    while True:
        found = made.execute(
            "SELECT created_at FROM server_logs WHERE created_at >= ? AND created_at < ? "
            "ORDER BY created_at LIMIT 1 OFFSET ?",
            [lower, limit, WINDOW],
        ).fetchone()
        upper = found[0] if found else limit
        made.execute("BEGIN IMMEDIATE")
        made.execute("DELETE FROM server_logs WHERE created_at >= ? AND created_at < ?", [lower, upper])
        made.execute("COMMIT")
        lower = upper
        if found is None:
            break
    made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    made.close()
