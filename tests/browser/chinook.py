"""Chinook, a shop that nobody here wrote: its two databases, their datasets, and what changed in them.

The scripts lie outside the repository; tests skip with a message where they or the server are absent.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from platforms.connectors.sql.urls import parse_url
from tests.browser.conftest import ROOT
from tests.dsar.engine.databases import fresh

SCRIPTS = ROOT.parent / "shared" / "data" / "chinook"
DATASETS = ROOT / "tests" / "data"
Row = tuple[str, int]


@dataclass
class Customer:
    """One of the shop's customers who asks; `secret_words` name the employee on the customer's row."""

    number: int
    email: str
    name: str
    country: str
    rep: tuple[str, ...]


CUSTOMERS = (
    Customer(2, "leonekohler@surfeu.de", "Leonie Köhler", "DE", ("Steve", "steve@chinookcorp.com")),
    Customer(5, "frantisekw@jetbrains.com", "František Wichterlová", "CZ", ("margaret@chinookcorp.com",)),
    Customer(42, "wyatt.girard@yahoo.fr", "Wyatt Girard", "FR", ("Peacock", "jane@chinookcorp.com")),
)


@dataclass
class Shop:
    """One database of the shop; names are those of its own script."""

    key: str
    name: str
    url: str
    dataset: str
    customer: str = "customer"
    invoice: str = "invoice"
    number: str = "customer_id"
    email: str = "email"
    before: dict[Row, str] = field(default_factory=dict)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Return the rows of a query."""
        engine = sa.create_engine(parse_url(self.url), poolclass=sa.pool.NullPool)
        with engine.connect() as connection:
            found = [dict(row) for row in connection.exec_driver_sql(query).mappings()]
        engine.dispose()
        return found

    def row_of(self, number: int) -> dict[str, Any]:
        """Return one customer's row."""
        return self.rows(f'SELECT * FROM "{self.customer}" WHERE "{self.number}" = {number}')[0]

    def photograph(self) -> dict[Row, str]:
        """Return the hash of every row of every table by (table, position in the order of its values)."""
        engine = sa.create_engine(parse_url(self.url), poolclass=sa.pool.NullPool)
        tables = sa.inspect(engine).get_table_names()
        keys = {table: sa.inspect(engine).get_pk_constraint(table)["constrained_columns"] for table in tables}
        engine.dispose()
        found: dict[Row, str] = {}
        for table, columns in keys.items():
            order = ", ".join(f'"{name}"' for name in columns)
            for place, row in enumerate(self.rows(f'SELECT * FROM "{table}" ORDER BY {order}'), 1):
                found[table, place] = hashlib.sha256(repr(list(row.items())).encode()).hexdigest()
        return found

    def changed(self) -> set[Row]:
        """Return the rows that are not as they were photographed, added and lost ones included."""
        after = self.photograph()
        return {key for key in self.before.keys() | after.keys() if self.before.get(key) != after.get(key)}


def _script(name: str) -> str:
    path = SCRIPTS / name
    if not path.is_file():
        pytest.skip(f"The Chinook script is not at {path}: those tests need it.")
    return path.read_text("utf-8-sig")


def sqlite_shop(folder: Path) -> Shop:
    """Make the SQLite database from its script."""
    script, path = _script("chinook_sqlite.sql"), folder / "chinook.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.executescript(script)
    dataset = (DATASETS / "chinook_sqlite.yml").read_text()
    made = Shop("chinook_file", "Chinook on SQLite", f"sqlite:///{path}", dataset)
    made.customer, made.invoice, made.number, made.email = "Customer", "Invoice", "CustomerId", "Email"
    return made


def postgresql_shop(folder: Path) -> Iterator[Shop]:
    """Yield the PostgreSQL database from its script under another dataset key; dropped afterwards."""
    script = _script("chinook_postgresql.sql").partition("\\c chinook;")[2]
    dataset = (DATASETS / "chinook.yml").read_text()
    dataset = dataset.replace("fides_key: chinook", "fides_key: chinook_pg")
    dataset = dataset.replace("dataset: chinook,", "dataset: chinook_pg,")
    for database in fresh("postgresql", folder):
        engine = sa.create_engine(parse_url(database.url), poolclass=sa.pool.NullPool)
        with engine.begin() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute(script)
        engine.dispose()
        yield Shop("chinook_server", "Chinook on PostgreSQL", database.url, dataset)
