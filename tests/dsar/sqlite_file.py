"""Small databases in files, made once and copied: a test does not wait for the disk."""

import sqlite3
from functools import lru_cache
from pathlib import Path


@lru_cache
def _content(schema: str) -> bytes:
    with sqlite3.connect(":memory:") as db:
        db.executescript(schema)
        return db.serialize()


def make(path: Path, schema: str) -> None:
    """Write a database with this schema and these rows to `path`."""
    path.write_bytes(_content(schema))
