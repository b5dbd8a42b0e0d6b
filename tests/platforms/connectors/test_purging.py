"""Rows that are due: counted, found in windows, removed exactly; the same on every database."""

import sqlite3
from datetime import UTC, date, datetime, timedelta

import pytest

from platforms.connectors import Match, SourceFailed, TableRef
from platforms.connectors.packing import KeyKind
from platforms.connectors.purging import ERASED, Changed, Due, Hop, Purging, Ripe, Window
from platforms.connectors.sql import SqlConnector
from tests.dsar.engine.databases import fresh

LIMIT = datetime(2026, 1, 1, 8, tzinfo=UTC)  # midnight in Los Angeles
DAY = date(2026, 1, 1)
THREADS, MESSAGES = TableRef("threads"), TableRef("messages")
TABLES = {
    "sqlite": """CREATE TABLE threads (id INTEGER PRIMARY KEY, closed_at TEXT);
        CREATE TABLE messages (id INTEGER PRIMARY KEY, thread_id INTEGER REFERENCES threads (id),
            sent_at TEXT, sent_on TEXT, seconds INTEGER, body TEXT NOT NULL, sender TEXT);
        CREATE INDEX messages_sent ON messages (sent_at)""",
    "postgresql": """CREATE TABLE threads (id integer PRIMARY KEY, closed_at timestamp);
        CREATE TABLE messages (id integer PRIMARY KEY, thread_id integer REFERENCES threads (id),
            sent_at timestamp with time zone, sent_on date, seconds bigint, body text NOT NULL, sender text);
        CREATE INDEX messages_sent ON messages (sent_at)""",
    "mysql": """CREATE TABLE threads (id integer PRIMARY KEY, closed_at datetime(6));
        CREATE TABLE messages (id integer PRIMARY KEY, thread_id integer, sent_at datetime(6), sent_on date,
            seconds bigint, body varchar(100) NOT NULL, sender varchar(100),
            FOREIGN KEY (thread_id) REFERENCES threads (id));
        CREATE INDEX messages_sent ON messages (sent_at)""",
}  # fmt: skip
MOMENTS = [
    LIMIT - timedelta(days=400), LIMIT - timedelta(seconds=1), LIMIT, LIMIT + timedelta(days=3), None,
    LIMIT - timedelta(days=2), LIMIT - timedelta(days=2), LIMIT - timedelta(days=2),
]  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services),
                        pytest.param("mysql", marks=pytest.mark.services)])  # fmt: skip
def database(request, tmp_path):
    for one in fresh(request.param, tmp_path):
        one.run(TABLES[request.param])
        closed = _moment(one, MOMENTS[0], zone=False)
        one.fill("threads", [{"id": 1, "closed_at": None}, {"id": 2, "closed_at": closed}])
        one.fill("messages", [
            {"id": key, "thread_id": 1 + key % 2, "body": "hello", "sender": f"s{key}",
             "sent_at": _moment(one, at),
             "sent_on": _day(one, at), "seconds": int(at.timestamp()) if at else None}
            for key, at in enumerate(MOMENTS, 1)
        ])  # fmt: skip
        yield one


def _moment(one, at, zone=True):
    if at is None or (one.kind == "postgresql" and zone):
        return at
    return at.isoformat() if one.kind == "sqlite" else at.replace(tzinfo=None)


def _day(one, at):
    local = (at - timedelta(hours=8)).date() if at else None
    return local.isoformat() if local and one.kind == "sqlite" else local


def seal(key):
    return "|".join(map(str, key)).encode().rjust(16, b"\0")[-16:]


def due(column="sent_at", *, order="sent_at", hops=(), **more):
    return Due(MESSAGES, ("id",), order, (Ripe(column, LIMIT, DAY, hops),), **more)


@pytest.fixture
def session(database):
    with SqlConnector(database.url).session() as opened:
        assert isinstance(opened, Purging)
        with opened.transaction(write=False):
            opened.inspect([MESSAGES, THREADS])
        yield opened


def keys(session, asked, window=None):
    with session.transaction(write=False):
        return session.due_keys(asked, window or Window(), seal).values()


@pytest.mark.parametrize("column", ["sent_at", "sent_on", "seconds"])
def test_a_row_is_due_when_its_moment_lies_before_the_limit_and_never_without_one(session, column):
    assert keys(session, due(column)) == [1, 2, 6, 7, 8]


def test_the_moment_may_stand_behind_a_link(session):
    found = keys(session, due("closed_at", order="id", hops=(Hop("thread_id", THREADS, "id"),)))
    assert found == [1, 3, 5, 7]


def test_a_survey_counts_what_goes_what_stays_and_why(session):
    with session.transaction(write=False):
        found = session.survey(due(held=((2,), (99,)), holding=(Match("sender", ("s6",)),)))
    assert (found.rows, found.due, found.held, found.undated) == (8, 3, 2, 1)
    assert found.oldest_at == MOMENTS[0]


def test_a_row_is_kept_by_rows_that_point_at_it(session):
    with session.transaction(write=False):
        schema = session.inspect([THREADS, MESSAGES])
        link = next(one for one in schema.incoming if one.target.name == "threads")
        asked = Due(THREADS, ("id",), "id", (Ripe("closed_at", LIMIT, DAY),), kept_by=(link,))
        found = session.survey(asked)
    assert (found.due, found.referenced) == (0, 1)


def test_windows_cover_every_due_row_once_and_never_part_equal_moments(session):
    lower, found = None, []
    while True:
        with session.transaction(write=False):
            upper = session.edge(due(), lower, 2)
        found.append(keys(session, due(), Window(lower, upper)))
        if upper is None:
            break
        lower = upper
    assert sorted(key for part in found for key in part) == [1, 2, 6, 7, 8]
    assert [6, 7, 8] in [[key for key in part if key in (6, 7, 8)] for part in found]


def test_what_was_written_down_goes_and_nothing_else(session, database):
    with session.transaction(write=True):
        expected = session.due_keys(due(), Window(), seal)
        session.purge(due(), Window(), len(expected))
    assert database.rows("SELECT id FROM messages ORDER BY id") == [(3,), (4,), (5,)]
    with session.transaction(write=False):
        assert len(session.present(due(), expected, seal)) == 0


def test_a_row_that_fell_due_meanwhile_stops_the_window_and_nothing_goes(session, database):
    first = database.rows("SELECT min(sent_at) FROM messages")[0][0]
    database.run(f"UPDATE messages SET sent_at = '{first}' WHERE id = 3")
    with pytest.raises(Changed), session.transaction(write=True):
        session.purge(due(), Window(), 5)
    assert len(database.rows("SELECT id FROM messages")) == 8


def test_rows_can_be_emptied_each_with_a_word_of_its_own(session, database):
    asked = due(changes={"sender": None, "body": ERASED})
    with session.transaction(write=True):
        session.purge(asked, Window(), 5)
    assert database.rows("SELECT id, sender, body FROM messages WHERE id IN (1, 3) ORDER BY id") == [
        (1, None, "erased-1"),
        (3, "s3", "hello"),
    ]
    assert keys(session, asked) == []


def test_the_columns_that_an_index_begins_with(session):
    with session.transaction(write=False):
        assert {"id", "sent_at"} <= session.leading(MESSAGES)
        assert "seconds" not in session.leading(MESSAGES)


def test_freed_space_is_told(session):
    assert session.settle(MESSAGES) in ("VACUUM", "secure_delete", "OPTIMIZE TABLE")


def test_a_column_that_is_not_there_is_named(session):
    with pytest.raises(SourceFailed, match="sent_later"), session.transaction(write=False):
        session.survey(due("sent_later"))


def test_a_text_that_is_no_moment_is_never_due(tmp_path):
    path = tmp_path / "odd.sqlite3"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE messages (id INTEGER PRIMARY KEY, sent_at TEXT)")
        made.executemany(
            "INSERT INTO messages VALUES (?, ?)",
            [(1, "soon"), (2, ""), (3, "2020-01-01T00:00:00Z"), (4, "2020-01-01")],
        )
    with SqlConnector(f"sqlite:///{path}").session() as session, session.transaction(write=False):
        session.inspect([MESSAGES])
        found = session.survey(due())
        assert (found.due, found.undated) == (2, 2)


def test_texts_as_keys_are_written_as_digests(tmp_path):
    path = tmp_path / "text.sqlite3"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE messages (id TEXT PRIMARY KEY, sent_at TEXT)")
        made.executemany(
            "INSERT INTO messages VALUES (?, '2020-01-01')", [("ada@example.org",), ("bob@example.org",)]
        )
    with SqlConnector(f"sqlite:///{path}").session() as session:
        with session.transaction(write=False):
            session.inspect([MESSAGES])
            found = session.due_keys(due(), Window(), seal)
        assert found.kind == KeyKind.DIGEST
        with session.transaction(write=True):
            session.purge_keys(due(), found, seal)
        with session.transaction(write=False):
            assert len(session.present(due(), found, seal)) == 0
