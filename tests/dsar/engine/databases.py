"""Throw-away databases for the engine's tests: the same schema on SQLite, PostgreSQL and MariaDB."""

import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dsar.engine import PlanDocument, Source, collect, erase, make_plan, probe
from dsar.trial import disclosed
from platforms.connectors.sql import SqlConnector
from platforms.connectors.sql.urls import parse_url
from platforms.datasets import parse

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
POSTGRESQL = os.environ.get("ENGINE_POSTGRESQL_URL", "postgresql://root@127.0.0.1:5432/root")
MARIADB = os.environ.get("ENGINE_MARIADB_URL", "mysql://root@127.0.0.1:3306/mysql")


@dataclass
class Database:
    """One database with helpers to fill and look into it."""

    kind: str
    url: str
    made: list[Any] = field(default_factory=list)

    def run(self, script: str) -> None:
        engine = sa.create_engine(parse_url(self.url), poolclass=sa.pool.NullPool)
        with engine.begin() as connection:
            for statement in script.split(";"):
                if statement.strip():
                    connection.exec_driver_sql(self.spell(statement.strip()))
        engine.dispose()

    def spell(self, statement: str) -> str:
        if self.kind == "mysql":
            return statement.replace('"', "`").replace("%", "%%")
        return statement.replace("%", "%%") if self.kind == "postgresql" else statement

    def fill(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        engine = sa.create_engine(parse_url(self.url), poolclass=sa.pool.NullPool)
        names = list(rows[0])
        target = sa.table(table, *[sa.column(name) for name in names])
        with engine.begin() as connection:
            connection.execute(target.insert(), [dict(row) for row in rows])
        engine.dispose()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        engine = sa.create_engine(parse_url(self.url), poolclass=sa.pool.NullPool)
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.exec_driver_sql(self.spell(query))]
        engine.dispose()
        return found

    def source(self, yaml: str, key: str = "source") -> Source:
        return Source(key, parse(yaml, "test.yml").datasets, SqlConnector(self.url))


@dataclass
class Ran:
    """What one request did."""

    plan: PlanDocument
    raw: dict[str, list[dict[str, Any]]]
    filtered: dict[str, list[dict[str, Any]]]
    result: Any = None
    proof: Any = None


def ask(database: Database, yaml: str, right: str = "access", *, apply: bool = False, **options: Any) -> Ran:
    """Run one request; `email=…` and other identities as keywords, the rest goes to make_plan."""
    known = ("categories", "schedules", "mask", "now", "salt", "choices")
    settings = {name: options.pop(name) for name in known if name in options}
    identities = {key: value if isinstance(value, list) else [value] for key, value in options.items()}
    source = database.source(yaml)
    plan = make_plan(
        sources=[source],
        identities=identities,
        right=right,
        **({"now": NOW} | settings),  # type: ignore[arg-type]
    )
    assert plan.sources["source"].status == "ready", plan.sources["source"].reason
    assert not plan.problems, plan.problems
    plan = PlanDocument.from_json(plan.to_json())
    raw, filtered = disclosed(plan, source)
    ran = Ran(plan, raw, filtered)
    if apply:
        ran.result = erase(plan=plan, source=source)
        assert ran.result.ok, ran.result.error
        ran.proof = probe(plan=plan, source=source)
    return ran


def rows_of(plan: PlanDocument, source: Source) -> list[Any]:
    return list(collect(plan=plan, source=source))


def _server(url: str) -> sa.Connection:
    engine = sa.create_engine(parse_url(url), poolclass=sa.pool.NullPool, isolation_level="AUTOCOMMIT")
    try:
        return engine.connect()
    except sa.exc.OperationalError:
        pytest.skip(f"no database server at {parse_url(url).host}: start it to run this test")


def fresh(kind: str, folder: Path) -> Iterator[Database]:
    """Yield an empty database of a kind and drop it afterwards."""
    if kind == "sqlite":
        path = folder / f"{uuid.uuid4().hex}.db"
        path.touch()
        yield Database(kind, f"sqlite:///{path}")
        return
    server = _server(POSTGRESQL if kind == "postgresql" else MARIADB)
    name = f"eng_{uuid.uuid4().hex[:12]}"
    server.exec_driver_sql(f"CREATE DATABASE {name}")
    url = parse_url(POSTGRESQL if kind == "postgresql" else MARIADB).set(database=name)
    try:
        yield Database(kind, url.render_as_string(hide_password=False))
    finally:
        force = " WITH (FORCE)" if kind == "postgresql" else ""
        server.exec_driver_sql(f"DROP DATABASE {name}{force}")
        server.close()
