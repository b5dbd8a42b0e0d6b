"""Erasing one person's 200,000 rows in one table of PostgreSQL, the plan made before.

The figure is the slowest of masking with null, masking by keyed hash, and deleting. All include what comes
before the first write: comparing schema and rows with the plan. One transaction; statements grow with rows /
1,000.
"""

import time
from typing import Any

import psycopg

from bench import databases, portal
from bench.figure import Figure

NAMES = ("erasure_rows_per_second",)
YAML = """
dataset:
  - fides_key: site
    name: Site
    collections:
      - name: visits
        fides_meta: {{{override}}}
        fields:
          - name: id
            data_categories: [user.unique_id]
            fides_meta: {{primary_key: true, data_type: integer}}
          - {{name: email, data_categories: [user.contact.email], fides_meta: {{identity: email}}}}
          - {{name: address, data_categories: [user.device.ip_address], fides_meta: {{data_type: string}}}}
          - {{name: page, data_categories: [user.behavior], fides_meta: {{data_type: string}}}}
"""
_DELETE = "masking_strategy_override: {strategy: delete}"
WAYS: dict[str, tuple[str, Any]] = {"mask": ("", None), "hash": ("", "hash"), "delete": (_DELETE, None)}


def run(smoke: bool) -> list[Figure]:
    """Return the figure; `smoke` erases 5,000 rows."""
    rows = 5_000 if smoke else 200_000
    with databases.postgresql() as url:
        portal.start(url)
        found = {way: _erased(way, rows) for way in WAYS}
    slowest = min(one["rows_per_second"] for one in found.values())
    detail = {"rows": rows} | found
    return [Figure("erasure_rows_per_second", slowest, "rows/s", ">= 10000", detail)]


def _erased(way: str, rows: int) -> dict[str, Any]:
    from django.utils import timezone

    from dsar import engine
    from platforms.connectors.sql import SqlConnector
    from platforms.datasets import parse

    with databases.postgresql("site") as url:
        _fill(url, rows)
        datasets = parse(YAML.format(override=WAYS[way][0]), "bench.yml").datasets
        source = engine.Source("site", datasets, SqlConnector(url))
        plan = engine.make_plan(
            sources=[source],
            identities={"email": ["one@example.org"]},
            right="deletion",
            now=timezone.now(),
            mask=WAYS[way][1],
        )
        before, cpu, began = _commits(url), time.process_time(), time.perf_counter()
        result = engine.erase(plan=plan, source=source)
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        left = sum(engine.probe(plan=plan, source=source).remaining.values())
        if not result.ok or sum(result.rows.values()) != rows or left:
            raise RuntimeError(f"{way}: {result.status}, {result.rows}, {left} left, {result.error}")
        return {
            "rows_per_second": round(rows / took),
            "statements": result.statements,
            "transactions": _commits(url) - before,
            "cpu_s": round(cpu, 2),
        }


def _fill(url: str, rows: int) -> None:
    with psycopg.connect(url) as made:
        made.execute(
            "CREATE TABLE visits AS SELECT i AS id, 'one@example.org'::text AS email, '192.0.2.1'::text AS "
            "address, '/page/' || i AS page FROM generate_series(1, %s) i",
            [rows],
        )
        made.execute("ALTER TABLE visits ADD PRIMARY KEY (id)")
        made.execute("CREATE INDEX ON visits (email)")
        # A number for each transaction that changes something: what the erasure needs is one.
        made.execute("CREATE TABLE writes (id bigint)")
        made.execute(
            "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN INSERT INTO writes VALUES (txid_current()); RETURN NULL; END$$"
        )
        made.execute(
            "CREATE TRIGGER note AFTER UPDATE OR DELETE ON visits FOR EACH STATEMENT EXECUTE FUNCTION note()"
        )
    with psycopg.connect(url, autocommit=True) as made:
        made.execute("VACUUM ANALYZE")


def _commits(url: str) -> int:
    """Return how many transactions have changed the table so far."""
    with psycopg.connect(url) as looked:
        row = looked.execute("SELECT count(DISTINCT id) FROM writes").fetchone()
        return int(row[0]) if row else 0
