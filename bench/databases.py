"""Throw-away PostgreSQL databases and SQLite files for the benchmarks."""

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

PG_URL = os.environ.get("PG_URL", "postgres://root@127.0.0.1:5432/root").replace(
    "postgres://", "postgresql://", 1
)


@contextmanager
def postgresql(prefix: str = "bench") -> Iterator[str]:
    """Yield the URL of an empty database on the server of PG_URL; dropped afterwards."""
    name = f"{prefix}_{uuid.uuid4().hex[:10]}"
    with psycopg.connect(PG_URL, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{PG_URL.rpartition('/')[0]}/{name}"
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def sqlite() -> Iterator[str]:
    """Yield the URL of a SQLite file in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
