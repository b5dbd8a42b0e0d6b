"""The package of 100,000 rows: CPU beside PostgreSQL's own COPY into a ZIP file, and memory while it is
written.

Floor: COPY … TO STDOUT as CSV into one ZIP member at level 1, CPU of this process. Measured: rows read from
the same table through the SQL connector's driver, CSV and JSON and page, encrypted. Pairs are taken in
turn; the median counts. Memory is how much this process grows at most; the growth for a tenth of the rows
stands beside it.
"""

import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from bench import databases, portal
from bench.figure import Figure

NAMES = ("export_cpu_ratio", "export_memory_mb")
ROUNDS = 5
PAGE_BYTES, MEGABYTE = 4096, 1024 * 1024
TABLE = """
CREATE TABLE bench_posts AS SELECT i AS id, i % 500 AS user_id, 'Post ' || i || ' about ' || md5(i::text) AS
title, repeat('Some words of a post, with a comma, and "quotes". ', 2) || md5((i * 7)::text) AS body,
  ('{draft,planned,published}'::text[])[1 + i % 3] AS status, timestamptz '2026-01-01' + i * interval '7 s'
  AS made_at, CASE WHEN i % 4 > 0 THEN timestamptz '2026-02-01' + i * interval '9 s' END AS published_at,
  (i * 0.37)::numeric(12, 2) AS cost, i % 2 = 0 AS pinned, 'https://example.org/p/' || i AS url, i * 3 AS
  likes FROM generate_series(1, {rows}) AS i
"""


def run(smoke: bool) -> list[Figure]:
    """Return the two figures; `smoke` takes 2,000 rows."""
    rows = 2_000 if smoke else 100_000
    with databases.postgresql() as url, tempfile.TemporaryDirectory() as folder:
        portal.start(url)
        return _measure(url, Path(folder), rows, 2 if smoke else ROUNDS)


def _measure(url: str, folder: Path, rows: int, rounds: int) -> list[Figure]:
    import psycopg
    from django.conf import settings

    settings.MEDIA_ROOT = folder
    with psycopg.connect(url, autocommit=True) as made:
        made.execute(TABLE.replace("{rows}", str(rows)))
    _export(url, 1)
    few = _growth(lambda: _export(url, rows // 10))
    many = _growth(lambda: _export(url, rows))
    pairs = [(_cpu(lambda: _floor(url, folder)), _cpu(lambda: _export(url, rows))) for _ in range(rounds)]
    ratios = [export / floor for floor, export in pairs]
    cpu = {"floor_s": median(f for f, _ in pairs), "export_s": median(e for _, e in pairs)}
    read = _cpu(lambda: sum(1 for _ in _rows(url, rows)))
    detail = {"rows": rows, "ratios": [round(r, 2) for r in ratios], "reading_s": read} | cpu
    memory = {"rows": rows, "growth_of_a_tenth_mb": round(few, 1)}
    return [
        Figure("export_cpu_ratio", median(ratios), "x COPY to ZIP", "<= 3.5", detail),
        Figure("export_memory_mb", many, "MB", "<= 32", memory),
    ]


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _floor(url: str, folder: Path) -> None:
    import psycopg

    target = zipfile.ZipFile(folder / "floor.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    query = "COPY bench_posts TO STDOUT (FORMAT csv, HEADER)"
    with (
        psycopg.connect(url) as source,
        target,
        target.open("posts.csv", "w") as member,
        source.cursor().copy(query) as copied,
    ):
        for block in copied:
            member.write(block)


def _rows(url: str, rows: int) -> Iterator[tuple[str, dict[str, Any], dict[str, str]]]:
    import psycopg

    nothing: dict[str, str] = {}
    with psycopg.connect(url) as source, source.cursor("bench") as cursor:
        cursor.execute("SELECT * FROM bench_posts LIMIT %s", [rows])
        names = [column.name for column in cursor.description or ()]
        while block := cursor.fetchmany(1000):
            for row in block:
                yield "shop.posts", dict(zip(names, row, strict=True)), nothing


def _export(url: str, rows: int) -> None:
    from dsar.services import packaging
    from tests.factories import NOW, PackageFactory

    index = packaging.PackageIndex("B-1", "Access", "GDPR", packaging.Company("Bench", "Bench"), NOW, NOW)
    package = PackageFactory()
    packaging.write_package(package=package, rows=_rows(url, rows), index=index, released=lambda *_: False)
    packaging.destroy(package=package)


def _growth(work: Callable[[], object]) -> float:
    """Return by how many megabytes this process grows at most while something is done."""
    before, most, ended = _resident(), [0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.005):
            most[0] = max(most[0], _resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        ended.set()
        watcher.join()
    return max(most[0] - before, 0) / MEGABYTE


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES
