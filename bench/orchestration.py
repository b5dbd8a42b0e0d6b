"""The job machine: how many messages a case costs the broker, and how fast cases get through their steps.

The systems' own work is left out on both sides: a step does nothing but be recorded. Measured: from the
commit that starts the runs until every case has settled, through the broker and a Celery worker, with lease,
locks, timeline and audit trail. Floor: a loop in one process that marks each run and each step as begun and
as done, a commit each. Messages are read off the broker, where the worker would find them.
"""

import time
from collections import Counter
from typing import Any

from bench import databases, portal, shop
from bench.figure import Figure

NAMES = ("orchestration_messages", "orchestration_ratio")
STEPS = 11
ROUNDS = 3


def run(smoke: bool) -> list[Figure]:
    """Return the two figures; `smoke` takes 4 cases a round instead of 60."""
    with databases.postgresql() as url:
        portal.start(url)
        return _measure(4 if smoke else 60, 1 if smoke else ROUNDS)


def _measure(cases: int, rounds: int) -> list[Figure]:
    from django.db import connections

    from config.celery import app

    systems, actor = _systems(), shop.staff()[0]
    _count_messages(app)
    sent = _count_messages(app, lambda: _start(cases, systems, actor))
    _loop(_made(1, systems, actor))
    more: Counter[str] = Counter()
    pairs = [_pair(app, cases, systems, actor, more) for _ in range(rounds)]
    machine, loop = min(one for one, _ in pairs), min(one for _, one in pairs)
    connections.close_all()
    steps = cases * STEPS
    times = {"steps_per_second": round(steps / machine), "loop_steps_per_second": round(steps / loop)}
    sizes = {"cases": cases, "steps_a_case": STEPS}
    runs = sent["dsar.run_case"] / cases + more["dsar.run_case"] / (cases * rounds)
    told = {"at_the_start": dict(sent), "while_at_work": dict(more)}
    return [
        Figure("orchestration_messages", runs, "messages a case", "== 1", sizes | told),
        Figure("orchestration_ratio", loop / machine, "of a direct loop", ">= 0.1", sizes | times),
    ]


def _systems() -> list[Any]:
    from tests.factories import SystemFactory

    return [SystemFactory(key=f"system-{n}", position=n) for n in range(STEPS)]


def _approved(systems: list[Any]) -> Any:
    """Return an approved plan of a case over all systems."""
    from dsar.engine import PlanDocument
    from dsar.enums import CaseStatus
    from tests.factories import CaseFactory, PlanFactory

    parts = [
        {"system": str(one.pk), "key": one.key, "found": 1, "delete": 0, "mask": 0, "blocked": []}
        for one in systems
    ]
    moment = shop.now()
    case = CaseFactory(verified=True, status=CaseStatus.PLANNED)
    document = PlanDocument("access", moment, [], {}, "", "00").to_json()
    return PlanFactory(case=case, number=1, status="approved", document=document, summary={"systems": parts})


def _start(cases: int, systems: list[Any], actor: Any) -> list[Any]:
    """Start the runs of new cases, as the second person's decision does."""
    from django.db import transaction

    from dsar.services import planning

    runs = []
    for plan in [_approved(systems) for _ in range(cases)]:
        with transaction.atomic():
            runs.append(planning.start(plan=plan, actor=actor, now=shop.now()))
    return runs


def _made(cases: int, systems: list[Any], actor: Any) -> list[Any]:
    """Make runs with their steps and tell nobody."""
    from config import jobs
    from dsar.models import Run

    publish = jobs._kinds[Run]
    jobs.register(Run, lambda _: None)
    try:
        return _start(cases, systems, actor)
    finally:
        jobs.register(Run, publish)


def _count_messages(app: Any, work: Any = lambda: None) -> Counter[str]:
    """Do some work, then take every message off the broker; returns how many by task."""
    work()
    found: Counter[str] = Counter()
    with app.connection_for_read() as connection:
        queue = connection.SimpleQueue(app.conf.task_default_queue)
        while queue.qsize():
            message = queue.get_nowait()
            found[message.headers["task"]] += 1
            message.ack()
        queue.close()
    return found


def _pair(app: Any, cases: int, systems: list[Any], actor: Any, more: Counter[str]) -> tuple[float, float]:
    """Return the seconds of the machine and of the loop for the same number of cases."""
    machine = _by_worker(app, _made(cases, systems, actor), more)
    return machine, _loop(_made(cases, systems, actor))


def _by_worker(app: Any, runs: list[Any], more: Counter[str]) -> float:
    """Return the seconds until a worker has settled all cases; `more` gets what it publishes itself."""
    from celery.contrib.testing.worker import start_worker
    from celery.signals import before_task_publish

    from config import jobs
    from dsar.models import Run
    from dsar.services import steps

    def nothing(step: Any, _: Any) -> Any:
        return lambda now: steps.done(step, now=now, result={"status": "done", "rows": {}})

    def published(sender: str, **_: Any) -> None:
        more[sender] += 1

    real, steps.carry_out = steps.carry_out, nothing
    mine = Run.objects.filter(pk__in=[one.pk for one in runs])
    try:
        with start_worker(app, pool="solo", perform_ping_check=False, loglevel="ERROR"):
            began = time.perf_counter()
            for one in runs:
                jobs._kinds[Run](one.pk)
            before_task_publish.connect(published)
            while mine.exclude(status="done").exists():
                if time.perf_counter() - began > 120:
                    raise RuntimeError("The worker did not finish.")
                time.sleep(0.1)
            return time.perf_counter() - began
    finally:
        before_task_publish.disconnect(published)
        steps.carry_out = real


def _loop(runs: list[Any]) -> float:
    from dsar.models import Run, Step

    began = time.perf_counter()
    for one in runs:
        Run.objects.filter(pk=one.pk).update(status="running", started_at=shop.now())
        for pk in one.plan.steps.order_by("position").values_list("pk", flat=True):
            Step.objects.filter(pk=pk).update(status="running", started_at=shop.now())
            Step.objects.filter(pk=pk).update(status="done", finished_at=shop.now())
        Run.objects.filter(pk=one.pk).update(status="done", finished_at=shop.now())
    return time.perf_counter() - began
