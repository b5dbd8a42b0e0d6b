"""The demo company as `make run` builds it, made once for all tests that only read it."""

from datetime import date
from time import process_time
from typing import NamedTuple

import pytest
from sqlalchemy import Engine, create_engine, event, text

from platforms.demo import create_company

TODAY = date(2026, 11, 24)


class Made(NamedTuple):
    """Where the company is, how many rows each table has, and how much processor time it took."""

    url: str
    counts: dict[str, int]
    seconds: float


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Made:
    url = f"sqlite:///{tmp_path_factory.mktemp('demo')}/company.sqlite3"
    begun = process_time()
    counts = create_company(url, today=TODAY)
    return Made(url, counts, process_time() - begun)


@pytest.fixture(scope="session")
def company(made) -> Engine:
    """An engine that can read the company and is refused when it tries to write."""
    engine = create_engine(made.url)
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA query_only=ON"))
    yield engine
    engine.dispose()


@pytest.fixture
def count(company):
    """Run a SELECT and return its first value."""

    def first_value(sql: str, **values: object) -> object:
        with company.connect() as connection:
            return connection.execute(text(sql), values).scalar_one()

    return first_value
