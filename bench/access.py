"""One person's access request over eleven collections: what it asks of our own database, of the source, of
the CPU.

Statements are counted from the order of the plan to the written package: the order and both runs of the
worker. What two people's decisions between the runs ask for stands beside it. CPU is that of the engine's
work in this process: planning, and reading what the plan found with what may be disclosed of it; the whole
case, package and all, stands beside it.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from bench import databases, portal, shop
from bench.figure import Figure

NAMES = ("access_statements", "access_connections", "access_cpu_seconds")
ROUNDS = 9


def run(smoke: bool) -> list[Figure]:
    """Return the three figures; `smoke` takes fewer people and rounds."""
    with (
        databases.postgresql() as url,
        databases.postgresql("shop") as source,
        tempfile.TemporaryDirectory() as folder,
    ):
        portal.start(url)
        from django.conf import settings

        settings.MEDIA_ROOT = Path(folder)
        shop.fill(source, 50 if smoke else 500)
        shop.install(source)
        return _measure(2 if smoke else ROUNDS)


def _measure(rounds: int) -> list[Figure]:
    handler, dpo = shop.staff()
    cases = [_case(number, handler, dpo) for number in range(1, rounds + 2)][1:]  # the first one warms up
    last, cpu = cases[-1], median(one["engine_s"] for one in cases)
    statements = max(sum(one["statements"].values()) - one["statements"]["approval"] for one in cases)
    connects = max(max(one["connects"].values()) for one in cases)
    sizes = {"collections": 1 + len(shop.CHILDREN), "rows": last["rows"], "rounds": rounds}
    parts = sizes | {"by_part": dict(last["statements"])}
    times = {"whole_case_s": median(one["whole_s"] for one in cases), "covers": "planning and collecting"}
    return [
        Figure("access_statements", statements, "statements", "<= 60", parts),
        Figure("access_connections", connects, "a source and run", "== 1", sizes | dict(last["connects"])),
        Figure("access_cpu_seconds", cpu, "s CPU", "<= 0.1", sizes | times),
    ]


def _case(number: int, handler: Any, dpo: Any) -> dict[str, Any]:
    """Take one case from plan to package and return what it cost."""
    from dsar.enums import CaseStatus, Right
    from dsar.services import planning

    case = shop.open_case(number, Right.ACCESS)
    cost: dict[str, Any] = {"statements": Counter(), "connects": Counter()}
    began = time.process_time()
    parts: list[tuple[str, Callable[[Any], Any]]] = [
        ("request", lambda _: planning.request_plan(case=case, actor=handler, now=shop.now())),
        ("plan", shop.work),
        ("approval", lambda _: shop.approve(case, handler, dpo)),
        ("carry_out", shop.work),
    ]
    run: Any = None
    for name, part in parts:
        with _statements(cost["statements"], name), _connects(cost["connects"], name):
            run = part(run)
    cost["whole_s"] = time.process_time() - began
    case.refresh_from_db()
    package = case.packages.first()
    if case.status != CaseStatus.REVIEW or package is None:
        raise RuntimeError(f"The case ended as {case.status}: {case.attention}")
    cost["rows"] = sum(package.contents.values())
    cost["engine_s"] = _engine(case)
    return cost


def _engine(case: Any) -> float:
    """Return the CPU seconds of planning and of collecting all that the plan found."""
    from dsar import engine
    from dsar.services import sources

    began = time.process_time()
    document = sources.document_for(case, sources.systems(), now=shop.now())
    for system in sources.systems():
        source = sources.source_of(system)
        cut = engine.Disclosure(document, source)
        for collection, row, third in engine.collect(plan=document, source=source):
            cut.of(collection, row, third)
    return time.process_time() - began


@contextmanager
def _statements(counts: Counter[str], name: str) -> Iterator[None]:
    from django.db import connection

    def counted(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        counts[name] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counted):
        yield


@contextmanager
def _connects(counts: Counter[str], name: str) -> Iterator[None]:
    import sqlalchemy as sa

    def counted(*_: Any) -> None:
        counts[name] += 1

    sa.event.listen(sa.pool.Pool, "connect", counted)
    try:
        yield
    finally:
        sa.event.remove(sa.pool.Pool, "connect", counted)
