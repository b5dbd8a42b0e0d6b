"""The demo company is created whole or not at all, the same every time, and never over foreign tables."""

import hashlib
import sqlite3
from datetime import date, timedelta

import pytest
from sqlalchemy import create_engine, select

from platforms.demo import DemoCompanyError, company_exists, create_company, rows
from platforms.demo.schema import METADATA
from tests.platforms.demo.conftest import TODAY


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/deeper/company.sqlite3"


def content_hash(url: str) -> str:
    """Every value of every table, in key order."""
    digest = hashlib.sha256()
    engine = create_engine(url)
    with engine.connect() as connection:
        for table in METADATA.tables.values():
            for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
                digest.update(repr((table.name, *row)).encode())
    engine.dispose()
    return digest.hexdigest()


def test_500_people_make_at_least_50_000_rows_in_under_10_seconds_of_processor_time(made):
    assert made.seconds < 10
    assert made.counts["users"] == 500
    assert sum(made.counts.values()) >= 50_000
    assert len(made.counts) == len(METADATA.tables) - 1, "a table stayed empty"


def test_the_same_seed_and_day_make_the_same_content(tmp_path):
    hashes = set()
    for name in ("a", "b"):
        create_company(f"sqlite:///{tmp_path}/{name}", people=60, seed=7, today=TODAY)
        hashes.add(content_hash(f"sqlite:///{tmp_path}/{name}"))
    assert len(hashes) == 1


@pytest.mark.parametrize("change", [{"seed": 8}, {"today": TODAY + timedelta(days=1)}, {"people": 61}])
def test_another_seed_day_or_size_makes_other_content(tmp_path, change):
    usual = {"people": 60, "seed": 7, "today": TODAY}
    create_company(f"sqlite:///{tmp_path}/a", **usual)
    create_company(f"sqlite:///{tmp_path}/b", **usual | change)
    assert content_hash(f"sqlite:///{tmp_path}/a") != content_hash(f"sqlite:///{tmp_path}/b")


def test_a_company_that_is_there_stays_unless_forced(url):
    create_company(url, people=20, seed=1, today=TODAY)
    before = content_hash(url)
    with pytest.raises(DemoCompanyError, match=r"20 people, seed 1.*--force"):
        create_company(url, people=20, seed=2, today=TODAY)
    assert content_hash(url) == before
    create_company(url, people=20, seed=2, today=TODAY, force=True)
    assert content_hash(url) != before


def test_tables_of_somebody_else_are_never_replaced_even_when_forced(tmp_path):
    path = tmp_path / "theirs.sqlite3"
    theirs = sqlite3.connect(path)
    theirs.execute("CREATE TABLE users (name TEXT)")
    theirs.execute("INSERT INTO users VALUES ('Ada')")
    theirs.commit()
    with pytest.raises(DemoCompanyError, match="not the demo company's \\(users\\)"):
        create_company(f"sqlite:///{path}", today=TODAY, force=True)
    assert theirs.execute("SELECT name FROM users").fetchall() == [("Ada",)]


def test_a_failure_half_way_leaves_the_company_that_was_there(url, monkeypatch):
    create_company(url, people=20, today=TODAY)
    before = content_hash(url)

    def broken(*_args):
        yield from list(rows.batches(1, 20, TODAY))[:12]
        raise OSError("disk full")

    monkeypatch.setattr("platforms.demo.load.batches", broken)
    with pytest.raises(OSError, match="disk full"):
        create_company(url, people=20, today=TODAY, force=True)
    assert content_hash(url) == before


@pytest.mark.parametrize(
    ("url", "people", "sentence"),
    [
        ("mysql://localhost/demo", 500, "SQLite or PostgreSQL, not in mysql"),
        ("sqlite://", 1, "at least 2"),
        ("never a url", 500, "not a database URL: try sqlite:///"),
    ],
)
def test_what_cannot_be_made_is_refused_with_a_sentence(url, people, sentence):
    with pytest.raises(DemoCompanyError, match=sentence):
        create_company(url, people=people, today=date(2026, 1, 1))


def test_asking_whether_a_company_exists_makes_no_file(tmp_path, made):
    assert company_exists(made.url)
    assert not company_exists(f"sqlite:///{tmp_path}/absent.sqlite3")
    assert list(tmp_path.iterdir()) == []
