"""Databases of every kind for the engine's tests."""

import pytest

from tests.dsar.engine.databases import Database, fresh

SERVERS = [pytest.param(kind, marks=pytest.mark.services) for kind in ("postgresql", "mysql")]


@pytest.fixture(params=["sqlite", *SERVERS])
def database(request: pytest.FixtureRequest, tmp_path) -> Database:
    """An empty database; each test runs on SQLite, PostgreSQL and MariaDB."""
    yield from fresh(request.param, tmp_path)


@pytest.fixture
def sqlite(tmp_path) -> Database:
    yield from fresh("sqlite", tmp_path)


@pytest.fixture
def postgresql(tmp_path) -> Database:
    yield from fresh("postgresql", tmp_path)
