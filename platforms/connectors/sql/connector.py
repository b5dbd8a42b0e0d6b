"""Opening one connection to an SQL database, late, with time-outs and foreign keys on."""

import json
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg  # noqa: F401 - loaded here, not in the middle of a request
import sqlalchemy as sa
import sqlalchemy.dialects.postgresql.psycopg
from sqlalchemy.engine import URL

from platforms.connectors.base import Level, SourceUnreachable, WrongSettings
from platforms.connectors.sql.faults import reason
from platforms.connectors.sql.jsonpath import decode, values_at
from platforms.connectors.sql.session import SqlSession
from platforms.connectors.sql.urls import parse_url, shown, sqlite_path

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 120


class SqlConnector:
    """A database by URL. Errors name host and database, never user or password."""

    kind = "sql"
    level: Level = "rows"

    def __init__(self, url: str | URL, *, statement_seconds: int = STATEMENT_SECONDS) -> None:
        self.url = parse_url(url) if isinstance(url, str) else url
        self.statement_seconds = statement_seconds
        self.where = shown(self.url)

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any], secret: str | None) -> "SqlConnector":
        """Build it from a system's settings; the URL is the secret. Raises WrongSettings."""
        url = secret or str(settings.get("url") or "")
        if not url:
            raise WrongSettings("An SQL system needs a database URL as its secret.")
        return cls(url, statement_seconds=int(settings.get("statement_seconds") or STATEMENT_SECONDS))

    @contextmanager
    def session(self) -> Iterator[SqlSession]:
        """Open one connection and close it at the end. Raises SourceUnreachable, SourceFailed."""
        read_only = ""
        if self.url.drivername == "sqlite":
            path = sqlite_path(self.url)
            read_only = _read_only(self.url, path)
            engine = sa.create_engine(
                "sqlite://", creator=lambda: self._sqlite(path, read_only), poolclass=sa.pool.NullPool
            )
        else:
            engine = sa.create_engine(self.url, poolclass=sa.pool.NullPool, **self._options())
        try:
            connection = engine.connect()
        except (sa.exc.SQLAlchemyError, sqlite3.Error, OSError, UnicodeError) as fault:
            raise SourceUnreachable(f"No connection to {self.where}: {reason(fault)}.") from fault
        try:
            yield SqlSession(connection, self.where, read_only)
        finally:
            connection.close()
            engine.dispose()

    def _options(self) -> dict[str, Any]:
        if self.url.drivername.startswith("postgresql"):
            milliseconds = self.statement_seconds * 1000
            arguments: dict[str, Any] = {
                "connect_timeout": CONNECT_SECONDS,
                "application_name": "privacy-portal",
                "options": f"-c statement_timeout={milliseconds} -c lock_timeout=15000",
            }
            if "options" in self.url.query:
                arguments["options"] = f"{self.url.query['options']} {arguments['options']}"
            return {"isolation_level": "REPEATABLE READ", "connect_args": arguments}
        seconds = {"read_timeout": self.statement_seconds, "write_timeout": self.statement_seconds}
        return {
            "isolation_level": "REPEATABLE READ",
            "connect_args": {"connect_timeout": CONNECT_SECONDS, "charset": "utf8mb4", **seconds},
        }

    def _sqlite(self, path: Path, read_only: str) -> sqlite3.Connection:
        mode = "ro" if read_only else "rw"
        uri = f"file:{quote(str(path))}?mode={mode}"
        connection = sqlite3.connect(
            uri, uri=True, isolation_level=None, timeout=CONNECT_SECONDS, check_same_thread=False
        )
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
        connection.create_function("portal_lower", 1, _lower, deterministic=True)
        connection.create_function("portal_inside", 4, _inside, deterministic=True)
        deadline = _Deadline(self.statement_seconds)
        connection.set_progress_handler(deadline.passed, 200_000)
        connection.set_trace_callback(deadline.started)
        return connection


class _Deadline:
    """Stops a SQLite statement that runs too long."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.until = time.monotonic() + seconds

    def started(self, _: str) -> None:
        self.until = time.monotonic() + self.seconds

    def passed(self) -> int:
        return int(time.monotonic() > self.until)


def _read_only(url: URL, path: Path) -> str:
    if "mode=ro" in (url.database or "") or url.query.get("mode") == "ro":
        return "the URL opens it read-only"
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        return "the file is read-only"
    return ""


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _inside(document: Any, path: str, wanted: str, fold: int) -> int:
    values = {text.lower() if fold else text for text in json.loads(wanted)}
    found = values_at(decode(document), [step for step in path.split(".") if step])
    return int(any((str(value).lower() if fold else str(value)) in values for value in found))
