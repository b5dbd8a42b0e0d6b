"""Items go from a system by their ids at the platform, and nothing else does: on every database."""

import pytest

from platforms.connectors import SourceFailed
from platforms.services.content import deleting
from tests.dsar.engine.databases import fresh
from tests.platforms.content.conftest import Shop

pytestmark = [pytest.mark.services, pytest.mark.django_db]
EVERY = {1, 2, 3, 4, 5, 6}


@pytest.fixture(params=["sqlite", "postgresql", "mysql"])
def place(request, db, tmp_path):
    """The shop, on each kind of database."""
    for database in fresh(request.param, tmp_path):
        yield Shop(database)


def delete(place, *ids, platform="x", noted=lambda _: None):
    return deleting.delete(place.system, platform, ids, noted)


def test_exactly_the_named_items_of_this_platform_go(place):
    came = delete(place, "100", "no such item")
    assert (came.found, came.deleted, came.kept) == (1, 1, 0)
    assert place.left == EVERY - {1}


def test_the_same_id_at_another_platform_is_another_item(place):
    delete(place, "100", platform="linkedin")
    assert place.left == EVERY - {3}


def test_ids_are_told_apart_to_the_letter(place):
    assert delete(place, "Ab").deleted == 1
    assert place.left == EVERY - {5}


def test_a_row_that_others_point_at_stays_and_the_rest_goes(place):
    place.note(1)
    came = delete(place, "100", "200")
    assert (came.found, came.deleted, came.kept, came.keepers) == (2, 1, 1, {"notes"})
    assert place.left == EVERY - {2}


def test_what_hangs_off_goes_along_where_the_systems_own_key_says_so(place):
    place.database.run(
        "DROP TABLE notes; CREATE TABLE notes (id integer PRIMARY KEY, item_id integer NOT NULL,"
        " words varchar(40), FOREIGN KEY (item_id) REFERENCES items (id) ON DELETE CASCADE)"
    )
    place.note(1)
    place.note(2)
    assert (delete(place, "100").deleted, place.left) == (1, EVERY - {1})
    assert place.database.rows("SELECT item_id FROM notes") == [(2,)]


def test_items_that_point_at_each_other_go_from_the_last_answer_on(place):
    place.database.run(
        "UPDATE items SET answers_id = 2 WHERE id = 1; UPDATE items SET answers_id = 1 WHERE id = 5"
    )
    assert delete(place, "100", "200", "Ab").deleted == 3
    assert place.left == EVERY - {1, 2, 5}


def test_an_answer_that_was_not_named_keeps_what_it_answers(place):
    place.database.run("UPDATE items SET answers_id = 2 WHERE id = 6")
    came = delete(place, "200")
    assert (came.deleted, came.kept, came.keepers) == (0, 1, {"items"})


def test_an_item_that_points_at_itself_goes_where_the_database_lets_it(place):
    place.database.run("UPDATE items SET answers_id = 2 WHERE id = 2")
    came = delete(place, "200")
    assert (came.deleted, came.kept) == ((0, 1) if place.database.kind == "mysql" else (1, 0))


def test_what_is_told_before_stops_everything_when_it_fails(place):
    def refuse(found):
        raise ZeroDivisionError(found)

    with pytest.raises(ZeroDivisionError, match="1"):
        delete(place, "100", noted=refuse)
    assert place.left == EVERY


def test_one_connection_and_one_writing_transaction(place, monkeypatch):
    from platforms.connectors.sql import SqlConnector
    from platforms.connectors.sql.session import SqlSession

    opened, begun = [], []
    session, transaction = SqlConnector.session, SqlSession.transaction
    monkeypatch.setattr(SqlConnector, "session", lambda self: opened.append(1) or session(self))
    monkeypatch.setattr(
        SqlSession,
        "transaction",
        lambda self, *, write: begun.append(write) or transaction(self, write=write),
    )
    delete(place, "100")
    assert (len(opened), begun) == (1, [True, False])


def test_a_table_without_a_key_is_not_touched(place):
    place.database.run("DROP TABLE notes; DROP TABLE items")
    place.database.run(
        "CREATE TABLE items (id integer, account_id integer, kind varchar(20), item_id varchar(40))"
    )
    with pytest.raises(SourceFailed, match="no primary key"):
        delete(place, "100")


@pytest.mark.parametrize(
    ("change", "words"),
    [("DROP TABLE notes; DROP TABLE items", "There is no table items"),
     ("DROP TABLE notes; ALTER TABLE items DROP COLUMN kind", "There is no column kind in items")],
)  # fmt: skip
def test_what_is_not_there_any_more_is_named(change, words, place):
    place.database.run(change)
    with pytest.raises(SourceFailed, match=words):
        delete(place, "100")


def test_rows_that_come_back_are_not_called_gone(place, monkeypatch):
    erase = deleting._Desk.delete

    def pretending(self, rows, noted):
        came = erase(self, {ref: set() for ref in rows}, noted)
        came.deleted = 1
        return came

    monkeypatch.setattr(deleting._Desk, "delete", pretending)
    with pytest.raises(SourceFailed, match="still there although they were deleted: 1"):
        delete(place, "100")
