"""Comparing inside a database: rows by key that fulfil a condition, one statement, no value comes out."""

import pytest

from platforms.connectors import Match, TableRef
from platforms.connectors.sql import SqlConnector


@pytest.fixture
def held(database):
    database.run(
        "CREATE TABLE held"
        " (id INTEGER PRIMARY KEY, town VARCHAR(40), phone VARCHAR(40), born DATE, n INTEGER);"
        "INSERT INTO held VALUES (1, 'Köln', '+49 170 (12)', '1990-05-01', 7);"
        "INSERT INTO held VALUES (2, 'Rome', NULL, NULL, NULL)"
    )
    with SqlConnector(database.url).session() as session, session.transaction(write=False):
        table = TableRef("held")
        yield session, session.inspect([table]).tables[table].ref


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        (Match("town", ("kÖLN",), fold=True), True),
        (Match("town", ("Rome",), fold=True), False),
        (Match("town", ("%",), fold=True), False),
        (Match("phone", ("+4917012",), bare=True), True),
        (Match("born", ("1990-05-01",), fold=True), True),
        (Match("n", ("7",), fold=True), True),
        (Match("n", ("seven",), fold=True), False),
    ],
)
def test_a_value_is_compared_where_it_stands(held, match, fits):
    session, table = held
    assert bool(session.matching(table, ["id"], [(1,)], match)) is fits


@pytest.mark.parametrize("answer", ["Köln", "seven"])
def test_a_key_that_no_row_has_costs_as_much_and_finds_nothing(held, answer):
    session, table = held
    costs = []
    for key in (1, None):
        before = session.statements
        found = session.matching(table, ["id"], [(key,)], Match("n", (answer,), fold=True))
        costs.append((session.statements - before, found))
    assert costs == [(1, 0), (1, 0)]
