"""The demo company on PostgreSQL: the same rows, and a database that goes on counting after them."""

import os
from datetime import datetime

import pytest
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.engine import make_url

from platforms.demo import DemoCompanyError, create_company
from platforms.demo.schema import METADATA
from tests.platforms.demo.conftest import TODAY

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def server():
    """An engine on the server of the services tests, to make and drop databases with."""
    url = make_url(os.environ.get("DATABASE_URL", "sqlite://"))
    if not url.drivername.startswith("postgres"):
        pytest.skip("DATABASE_URL names no PostgreSQL server: `make services-test` does")
    engine = create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def url(server):
    name = f"demo_company_{os.getpid()}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="module")
def counts(url):
    return create_company(url, people=40, today=TODAY)


@pytest.fixture
def connection(url, counts):
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def plain(row):
    """The values of a row as both databases give them back."""
    return [value.replace(tzinfo=None) if isinstance(value, datetime) else value for value in row]


def test_it_holds_the_rows_that_sqlite_holds(connection, counts, tmp_path):
    create_company(f"sqlite:///{tmp_path}/c", people=40, today=TODAY)
    engine = create_engine(f"sqlite:///{tmp_path}/c")
    connection.execute(text("SET TIME ZONE 'UTC'"))
    with engine.connect() as other:
        for table in METADATA.tables.values():
            # Each database sorts text its own way, so the rows are compared as a set.
            left = sorted(repr(plain(row)) for row in connection.execute(select(table)))
            right = sorted(repr(plain(row)) for row in other.execute(select(table)))
            assert left == right, table.name
    engine.dispose()


def test_new_rows_get_keys_after_the_generated_ones(connection, counts):
    insert = (
        "INSERT INTO teams (name, slug, owner_id, billing_email, created_at) "
        "VALUES ('New', 'new', 1, 'new@example.com', now()) RETURNING id"
    )
    assert connection.execute(text(insert)).scalar_one() == counts["teams"] + 1


def test_it_refuses_a_second_company_and_replaces_one_when_forced(url, counts):
    with pytest.raises(DemoCompanyError, match="--force"):
        create_company(url, people=40, today=TODAY)
    assert create_company(url, people=40, today=TODAY, force=True) == counts


def test_the_cycle_of_users_and_teams_is_checked_at_commit(connection):
    keys = inspect(connection).get_foreign_keys("users")
    (cycle,) = (key for key in keys if key["constrained_columns"] == ["default_team_id"])
    assert cycle["options"] == {"deferrable": True, "initially": "DEFERRED"}
