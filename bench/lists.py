"""The lists of the staff desk at 1,000 and at 1,000,000 cases.

The same cases in all states, stored straight into the table; the page is asked for through the whole of
Django. What it asks of the database is counted without what every page of the desk costs (session, user,
second factor, permissions). Growth is the greater one of two ratios: buffers touched by the page's statements
(EXPLAIN ANALYZE, BUFFERS), and the time that they take (best of several rounds). The due list is the first
page of open cases by date, as the queue and the clock's reminders read it.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench import databases, portal
from bench.figure import Figure

NAMES = ("admin_queries", "admin_growth", "due_buffers")
SMALL, LARGE, SMOKE_LARGE = 1_000, 1_000_000, 20_000
ROUNDS = 7
DUE_ROWS = 25
COLUMNS = """id, number, reference, subject_id, "right", regime, regime_reason, channel, status, words, scope,
 language, received_at, opened_at, verified_at, verification_level, verification_method, statutory_due_on,
 promised_due_on, due_on, attention, closed_at, outcome, version, assignee_id"""
CASES = """
INSERT INTO dsar_case ({columns})
SELECT gen_random_uuid(), i, 'BN-2026-' || i, (%(subjects)s::uuid[])[1 + i %% 50],
  (ARRAY['access', 'deletion'])[1 + i %% 2], 'eu_gdpr', 'The person lives in Germany.', 'dashboard', s, '',
  '[]',
  'en', at, at, at, 2, 'signed in', on_, on_, on_, '', CASE WHEN s = 'closed' THEN at + interval '9 days' END,
  CASE WHEN s = 'closed' THEN 'fulfilled' ELSE '' END, 0, (%(staff)s::bigint[])[1 + i %% 4]{defaults}
FROM (
  SELECT i, (%(states)s::text[])[1 + ((i::bigint * 7919) %% 13)::int] AS s, at,
    (at + interval '30 days')::date AS on_
  FROM (SELECT i, now() - (%(last)s - i) * interval '40 seconds' AS at
        FROM generate_series(%(first)s::int, %(last)s::int) i) t
) u
"""


def run(smoke: bool) -> list[Figure]:
    """Return the three figures; `smoke` stops at 20,000 cases."""
    with databases.postgresql() as url:
        portal.start(url)
        return _measure(SMOKE_LARGE if smoke else LARGE)


def _measure(large: int) -> list[Figure]:
    from accounts.enums import Role
    from tests import desk
    from tests.factories import SubjectFactory

    me, other = desk.staff("Me", Role.DPO), desk.staff("Other", Role.HANDLER)
    subjects = [SubjectFactory().pk for _ in range(50)]
    client = desk.signed_in(me)
    found = {}
    for first, last in ((1, SMALL), (SMALL + 1, large)):
        _add(first, last, subjects, [me.pk, other.pk, None, other.pk])
        found[last] = _page(client) | {"due_buffers": _due()}
    few, many = found[SMALL], found[large]
    ratios = {name: round(many[name] / few[name], 2) for name in ("buffers", "database_s")}
    by_size = {"cases": found}
    return [
        Figure("admin_queries", many["queries"], "queries", "<= 4", {"cases": large, "all": many["all"]}),
        Figure("admin_growth", max(ratios.values()), "x", "<= 2", ratios | by_size),
        Figure("due_buffers", max(one["due_buffers"] for one in found.values()), "buffers", "<= 8",
               {"rows": DUE_ROWS, "at": {size: one["due_buffers"] for size, one in found.items()}}),
    ]  # fmt: skip


def _add(first: int, last: int, subjects: list[int], staff: list[int | None]) -> None:
    from django.db import connection

    from dsar.enums import CaseStatus

    names = {"first": first, "last": last, "subjects": subjects, "staff": staff, "states": list(CaseStatus)}
    others = _defaults()
    columns = "".join(f', "{column}"' for column in others)
    values = "".join(f", %({column})s" for column in others)
    statement = CASES.replace("{columns}", COLUMNS + columns).replace("{defaults}", values)
    with connection.cursor() as cursor:
        cursor.execute(statement, names | others)
        cursor.execute("VACUUM ANALYZE dsar_case")


def _defaults() -> dict[str, Any]:
    """Return what a new case holds in each column that must be filled and that `COLUMNS` does not name."""
    from django.db import connection

    from dsar.models import Case

    named = set(re.findall(r"\w+", COLUMNS))
    return {
        field.column: field.get_db_prep_save(field.get_default(), connection)
        for field in Case._meta.concrete_fields
        if not field.null and field.column not in named
    }


def _page(client: Any) -> dict[str, Any]:
    """Return what the list of cases asks of the database."""
    from django.urls import reverse

    address = reverse("admin:dsar_case_changelist")
    client.get(address)
    with _watched() as asked:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"The list answered {response.status_code}.")
    mine = [(sql, params) for sql, params, _ in asked if "dsar_" in sql]
    spent = [_spent(lambda: client.get(address)) for _ in range(ROUNDS)]
    return {
        "queries": len(mine),
        "all": len(asked),
        "buffers": sum(_buffers(sql, params) for sql, params in mine),
        "database_s": round(min(spent), 5),
    }


Asked = list[tuple[str, Any, float]]


@contextmanager
def _watched() -> Iterator[Asked]:
    """Collect statements with their parameters and seconds."""
    from django.db import connection

    asked: Asked = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            asked.append((sql, params, time.perf_counter() - began))

    with connection.execute_wrapper(watch):
        yield asked


def _spent(work: Callable[[], object]) -> float:
    """Return the seconds that the statements about cases take."""
    with _watched() as asked:
        work()
    return sum(seconds for sql, _, seconds in asked if "dsar_" in sql)


def _buffers(sql: str, params: Any) -> int:
    """Return how many buffers a statement touches, those of planning left out."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) {sql}", params)
        first = next(line for (line,) in cursor.fetchall() if "Buffers:" in line)
    return sum(int(number) for number in re.findall(r"(?:hit|read)=(\d+)", first))


def _due() -> int:
    from dsar.models import Case

    rows = Case.objects.open().order_by("due_on", "number").values_list("pk", "due_on")[:DUE_ROWS]
    return _buffers(*rows.query.sql_with_params())
