# ruff: noqa: E501 - tables and datasets read better on one line
"""Sources that refuse, vanish or are large."""

import os
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from dsar.engine import Source, erase, held, make_plan, probe
from platforms.connectors.sql import SqlConnector
from platforms.connectors.sql.urls import parse_url
from tests.dsar.engine.databases import NOW, ask, rows_of
from tests.dsar.engine.test_engine_features import ACCOUNTS, FROM_ACCOUNT, HEAD, USER, table

EVENTS = table(
    "event", "{name: id}", "{name: account_id, " + FROM_ACCOUNT + "}", "{name: text, data_categories: [user]}"
)


def many(database, number: int) -> str:
    database.run(
        ACCOUNTS + "CREATE TABLE event (id INTEGER PRIMARY KEY, account_id INTEGER, text VARCHAR(40))"
    )
    for start in range(0, number, 20_000):
        database.fill(
            "event",
            [
                {"id": n, "account_id": 1, "text": f"text {n}"}
                for n in range(start, min(number, start + 20_000))
            ],
        )
    database.fill("event", [{"id": number + 1, "account_id": 2, "text": "bob's"}])
    return HEAD + USER + EVENTS


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def db(request):
    return request.getfixturevalue(request.param)


def plan_for(source: Source, right: str = "deletion", **options):
    return make_plan(sources=[source], identities={"email": ["ann@x.de"]}, right=right, now=NOW, **options)


def test_statements_grow_with_thousands_of_rows_and_not_with_rows(db):
    yaml = many(db, 20_000)
    source = db.source(yaml)
    plan = plan_for(source)
    seen = []
    started = time.perf_counter()
    result = erase(plan=plan, source=source, progress=lambda done, total: seen.append((done, total)))
    seconds = time.perf_counter() - started
    assert result.rows == {"d.account": 1, "d.event": 20_000}
    assert result.statements <= 20 + 20
    assert seen[-1] == (20_001, 20_001)
    assert db.rows("SELECT COUNT(*) FROM event WHERE text IS NOT NULL") == [(1,)]
    assert probe(plan=plan, source=source).clean
    assert seconds < 20


def test_rows_are_streamed_in_chunks(sqlite):
    source = sqlite.source(many(sqlite, 5_000))
    plan = plan_for(source, "access")
    with held([source]) as (source,):
        rows = iter(rows_of(plan, source))
        assert sum(1 for _ in rows) == 5_001
        assert source.connector.opened == 1
        assert source.connector.current.statements <= 10


def test_access_sends_at_most_one_query_a_collection_and_pass(db):
    from tests.dsar.engine.test_engine_shop import SCHEMA, YAML

    db.run(SCHEMA)
    source = db.source(YAML)
    with held([source]) as (source,):
        plan = make_plan(sources=[source], identities={"email": ["ann@example.com"]}, right="access", now=NOW)
        rows_of(plan, source)
        collections = len(plan.collections)
        introspection, sharing = 6, collections
        passes = plan.sources["source"].passes + 2
        assert source.connector.current.statements <= introspection + sharing + collections * passes
        assert source.connector.opened == 1


@pytest.mark.services
def test_a_killed_backend_rolls_back_and_the_step_can_be_repeated(postgresql):
    source = postgresql.source(many(postgresql, 30_000))
    plan = plan_for(source, mask="hash")
    killer = sa.create_engine(parse_url(postgresql.url), isolation_level="AUTOCOMMIT")

    def kill(done: int, total: int) -> None:
        if done > 5_000:
            with killer.connect() as connection:
                connection.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND pid <> pg_backend_pid() AND application_name = 'privacy-portal'"
                )

    result = erase(plan=plan, source=source, progress=kill)
    killer.dispose()
    assert result.status == "failed"
    assert "Nothing was committed" in result.error
    assert {one.outcome for one in result.fields} == {"failed"}
    assert postgresql.rows("SELECT COUNT(*) FROM event WHERE text LIKE 'text %'") == [(30_000,)]
    again = erase(plan=plan, source=source)
    assert again.status == "done"
    assert probe(plan=plan, source=source).clean


@pytest.mark.services
def test_two_runs_of_one_plan_at_once_do_the_work_once(postgresql):
    source = postgresql.source(many(postgresql, 2_000))
    plan = plan_for(source, mask="hash")
    results = []
    threads = [
        threading.Thread(target=lambda: results.append(erase(plan=plan, source=source))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.status for one in results) in (["already_done", "done"], ["done", "failed"])
    assert probe(plan=plan, source=source).clean


def test_a_source_that_does_not_answer_is_named_and_the_others_go_on(sqlite):
    sqlite.run(ACCOUNTS)
    good = sqlite.source(HEAD + USER)
    lost_yaml = (HEAD + USER).replace("fides_key: d", "fides_key: e")
    lost = Source("lost", Source("x", sqlite.source(lost_yaml).datasets, good.connector).datasets,
                  SqlConnector("postgresql://nobody:secret@127.0.0.1:1/none"))  # fmt: skip
    plan = make_plan(sources=[lost, good], identities={"email": ["ann@x.de"]}, right="deletion", now=NOW)
    assert plan.sources["lost"].status == "unreachable"
    assert "127.0.0.1:1" in plan.sources["lost"].reason
    assert "secret" not in plan.sources["lost"].reason
    assert [gap["collection"] for gap in plan.unreachable] == ["e.account"]
    assert plan.collections["d.account"].to_change == 1


def test_a_missing_sqlite_file_is_never_created(tmp_path):
    path = tmp_path / "none.db"
    plan = plan_for(Source("s", (), SqlConnector(f"sqlite:///{path}")))
    assert plan.sources["s"].status == "unreachable"
    assert not path.exists()


def test_a_read_only_source_blocks_the_deletion_before_any_write(sqlite):
    sqlite.run(ACCOUNTS)
    path = Path(sqlite.url.removeprefix("sqlite:///"))
    read_only = Source(
        "source", sqlite.source(HEAD + USER).datasets, SqlConnector(f"sqlite:///{path}?mode=ro")
    )
    plan = plan_for(read_only)
    assert [one.code for one in plan.blocked] == ["READ_ONLY_SOURCE"]
    assert plan_for(read_only, "access").found == 1


@pytest.mark.services
def test_a_user_without_the_right_to_write_blocks_the_deletion(postgresql):
    postgresql.run(
        ACCOUNTS
        + "DROP ROLE IF EXISTS eng_reader; CREATE ROLE eng_reader LOGIN; GRANT SELECT ON account TO eng_reader"
    )
    try:
        url = parse_url(postgresql.url).set(username="eng_reader").render_as_string(hide_password=False)
        source = Source("source", postgresql.source(HEAD + USER).datasets, SqlConnector(url))
        assert [one.code for one in plan_for(source).blocked] == ["NO_PRIVILEGE"]
    finally:
        postgresql.run("DROP OWNED BY eng_reader; DROP ROLE eng_reader")


def test_a_trigger_that_refuses_rolls_everything_back(sqlite):
    sqlite.run(
        ACCOUNTS
        + "CREATE TABLE note (id INTEGER PRIMARY KEY, account_id INTEGER, body VARCHAR(20)); INSERT INTO note VALUES (1, 1, 'x')"
    )
    path = sqlite.url.removeprefix("sqlite:///")
    import sqlite3

    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TRIGGER no BEFORE UPDATE ON account BEGIN SELECT RAISE(ABORT, 'locked'); END"
        )
    yaml = (
        HEAD
        + USER
        + table(
            "note",
            "{name: id}",
            "{name: account_id, " + FROM_ACCOUNT + "}",
            "{name: body, data_categories: [user]}",
        )
    )
    source = sqlite.source(yaml)
    result = erase(plan=plan_for(source), source=source)
    assert result.status == "failed"
    assert "locked" in result.error
    assert sqlite.rows("SELECT body FROM note") == [("x",)]


def test_new_data_after_the_deletion_is_seen_by_the_proof(db):
    db.run(
        ACCOUNTS
        + "CREATE TABLE event (id INTEGER PRIMARY KEY, account_id INTEGER, text VARCHAR(40)); INSERT INTO event VALUES (1, 1, 'a')"
    )
    yaml = HEAD + USER + EVENTS
    ran = ask(db, yaml, "deletion", email="ann@x.de", apply=True)
    db.run("INSERT INTO event VALUES (2, 1, 'again')")
    proof = probe(plan=ran.plan, source=db.source(yaml))
    assert proof.remaining["d.event"] == 1
    assert not proof.clean


def test_the_fides_example_runs_as_published(db):
    from tests.dsar.engine import fides_example as example

    db.run(example.SCHEMA.replace("MONEY", "MONEY" if db.kind == "postgresql" else "TEXT"))
    ran = ask(db, example.yaml(), "deletion", email="customer-1@example.com", apply=True)
    found = {key.partition(".")[2]: part.found for key, part in ran.plan.collections.items()}
    assert found == {
        "address": 2, "customer": 1, "employee": 0, "login": 2, "orders": 3, "order_item": 4, "payment_card": 1,
        "product": 2, "report": 0, "service_request": 1, "visit": 1,
    }  # fmt: skip
    assert ran.result.rows == {
        "shop.customer": 1, "shop.login": 2, "shop.payment_card": 1, "shop.service_request": 1
    }  # fmt: skip
    assert db.rows("SELECT street FROM address WHERE id = 'addr_1'") == [("Street",)]
    assert ran.plan.collections["shop.visit"].fields["email"].reason.startswith("a primary key")
    assert ran.proof.clean
    assert os.path.basename(db.url)
