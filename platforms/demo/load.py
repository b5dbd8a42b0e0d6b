"""Puts the demo company into a database of its own."""

from collections import Counter
from datetime import date
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from platforms.demo.rows import batches
from platforms.demo.schema import METADATA, build

DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class DemoCompanyError(Exception):
    """The demo company cannot be put there; the message says why and what to do."""


def create_company(
    url: str, *, people: int = 500, seed: int = 1, today: date, force: bool = False
) -> dict[str, int]:
    """Make the tables of the demo company at `url` and fill them, all in one transaction.

    Arguments: `url` sqlite:/// or postgresql://; `people` how many customers, at least 2; `seed` any
    whole number; `today` the day the youngest rows are made for; `force` replaces a company that an
    earlier run made. Returns the number of rows by table. Raises DemoCompanyError when the database
    is of another kind, already holds a demo company, or holds tables of the same names that are not ours.
    """
    if people < 2:
        raise DemoCompanyError(f"A company of {people} people has no teams: ask for at least 2.")
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            _make_room(connection, force)
            METADATA.create_all(connection)
            return _fill(connection, people, seed, today)
    finally:
        engine.dispose()


def company_exists(url: str) -> bool:
    """Whether `url` already holds a demo company made by this module. Never creates a file."""
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        return False
    engine = _engine(url)
    try:
        return inspect(engine).has_table(build.name)
    finally:
        engine.dispose()


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise DemoCompanyError("This is not a database URL: try sqlite:///var/demo.sqlite3") from error


def _engine(url: str) -> Engine:
    parsed = _parsed(url)
    driver = DRIVERS.get(parsed.get_backend_name())
    if driver is None:
        raise DemoCompanyError(
            f"The demo company lives in SQLite or PostgreSQL, not in {parsed.get_backend_name()}: "
            "give a URL that begins with sqlite:/// or postgresql://."
        )
    engine = create_engine(parsed.set(drivername=driver))
    if driver == DRIVERS["sqlite"]:
        _prepare_sqlite(engine, parsed.database)
    return engine


def _prepare_sqlite(engine: Engine, path: str | None) -> None:
    """Tables and rows in one transaction (the driver begins none before CREATE TABLE), keys enforced."""
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)

    @event.listens_for(engine, "connect")
    def _on_connect(dbapi_connection: object, _record: object) -> None:
        dbapi_connection.isolation_level = None  # type: ignore[attr-defined]
        dbapi_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _make_room(connection: Connection, force: bool) -> None:
    """Leave the names of our tables free, or say why we may not."""
    present = set(inspect(connection).get_table_names())
    ours = build.name in present
    if ours and not force:
        made = connection.execute(select(build)).one()
        raise DemoCompanyError(
            f"A demo company is there already ({made.people} people, seed {made.seed}, for {made.today}): "
            "add --force to replace it."
        )
    if ours:
        METADATA.drop_all(connection)
    elif clash := sorted(present & set(METADATA.tables)):
        raise DemoCompanyError(
            f"This database holds tables that are not the demo company's ({', '.join(clash[:5])}): "
            "nothing was changed. Give the URL of an empty database."
        )


def _fill(connection: Connection, people: int, seed: int, today: date) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for table, rows in batches(seed, people, today):
        connection.execute(table.insert(), rows)
        counts[table.name] += len(rows)
    connection.execute(build.insert(), {"id": 1, "seed": seed, "people": people, "today": today})
    _advance_sequences(connection, counts)
    return dict(counts)


def _advance_sequences(connection: Connection, counts: Counter[str]) -> None:
    """PostgreSQL does not see keys that came with the rows: the next new row would clash."""
    if connection.dialect.name != "postgresql":
        return
    for name in counts:
        column = METADATA.tables[name].autoincrement_column
        if column is not None:
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)"),
                {"table": name, "column": column.name, "last": counts[name]},
            )
