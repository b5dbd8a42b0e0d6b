"""Every register and the quarterly report with a demo year of 5,000 cases, on PostgreSQL.

Each page is asked for through the whole of Django. The value of a page is the best of several rounds; the
figure is that of the slowest register. `register_rows_lost` counts what the registers and independent
statements over the tables do not agree about.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bench import databases, portal
from bench.figure import Figure

NAMES = ("register_ms", "register_report_ms", "register_rows_lost")
CASES, SMOKE_CASES = 5_000, 200
ROUNDS = 15
UNTIL = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


def run(smoke: bool) -> list[Figure]:
    """Return the figures; `smoke` takes 200 cases."""
    with databases.postgresql() as url:
        portal.start(url)
        return measure(SMOKE_CASES if smoke else CASES)


def measure(cases: int) -> list[Figure]:
    """Write the year and time every page; the database is the one that Django is set up for."""
    from accounts.enums import Role
    from dsar.services import demo_year, registers
    from dsar.services.registers.reconciling import reconcile
    from tests import desk

    demo_year.make(cases=cases, until=UNTIL)
    client = desk.signed_in(desk.staff("Me", Role.DPO))
    times = {one.key: _milliseconds(_opening(client, f"{one.key}/")) for one in registers.ALL}
    times["overview"] = _milliseconds(_opening(client, ""))
    report = _milliseconds(_opening(client, "report/"))
    compared = reconcile(registers.as_of(None, now=datetime.now(UTC)))
    lost = sum(_gap(one.rows, one.tables) + len(one.twice) for one in compared)
    rows = {one.register: sum(one.rows.values()) for one in compared}
    walls = {key: wall for key, (wall, _cpu) in times.items()}
    cpus = {key: cpu for key, (_wall, cpu) in times.items()}
    return [
        Figure("register_ms", max(walls.values()), "ms", "<= 300", {"cases": cases, "cpu": cpus} | walls),
        Figure("register_report_ms", report[0], "ms", "<= 300", {"cases": cases, "cpu": report[1]}),
        Figure("register_rows_lost", lost, "rows", "== 0", rows),
    ]


def _opening(client: Any, page: str) -> Callable[[], None]:
    """Return a function that opens a page of the registers."""

    def work() -> None:
        response = client.get(f"/staff/registers/{page}")
        if response.status_code != 200:
            raise RuntimeError(f"{page} answered {response.status_code}.")

    return work


def _milliseconds(work: Callable[[], object]) -> tuple[float, float]:
    """Return wall time and CPU time of this process, each the best of several rounds after a first one.

    A busy machine stretches the wall time; the CPU time tells then, without that of the database.
    """
    work()
    wall = cpu = float("inf")
    for _ in range(ROUNDS):
        began, used = time.perf_counter(), time.process_time()
        work()
        wall, cpu = min(wall, time.perf_counter() - began), min(cpu, time.process_time() - used)
    return round(wall * 1000, 1), round(cpu * 1000, 1)


def _gap(rows: dict[str, int], tables: dict[str, int]) -> int:
    return sum(abs(rows.get(code, 0) - tables.get(code, 0)) for code in {*rows, *tables})
