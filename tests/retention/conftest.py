"""The demo company, made once and copied for each test, as a system of the portal."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from accounts.enums import Role
from accounts.services.audit import SYSTEM, Actor
from platforms.demo import create_company
from platforms.services import create_system, import_dataset
from tests import factories as make

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 11, tzinfo=UTC)
DATASET = Path("platforms/demo/dataset.yml")


class Company:
    """A copy of the demo company that a test may change."""

    def __init__(self, path: Path) -> None:
        self.path, self.url = path, f"sqlite:///{path}"
        self.engine = sa.create_engine(self.url)

    def one(self, sql: str, **values: object) -> object:
        """Return the first value of a SELECT."""
        with self.engine.connect() as connection:
            return connection.execute(sa.text(sql), values).scalar()

    def run(self, sql: str, **values: object) -> int:
        """Change the company; returns how many rows."""
        with self.engine.begin() as connection:
            return connection.execute(sa.text(sql), values).rowcount

    def all(self) -> dict[str, list[tuple[object, ...]]]:
        """Return every row of every table, for comparing."""
        with self.engine.connect() as connection:
            tables = sa.inspect(connection).get_table_names()
            return {
                name: sorted(map(tuple, connection.execute(sa.text(f'SELECT * FROM "{name}"'))), key=repr)
                for name in tables
            }


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    """A small company: 80 people."""
    path = tmp_path_factory.mktemp("retention") / "company.sqlite3"
    create_company(f"sqlite:///{path}", people=80, seed=3, today=TODAY)
    return path


@pytest.fixture
def company(built, tmp_path) -> Company:
    """A copy of it."""
    path = tmp_path / "company.sqlite3"
    shutil.copy(built, path)
    return Company(path)


@pytest.fixture
def product(db, company):
    """The company as a system with its dataset."""
    system = create_system(
        key="product_database", name="Product database", connector="sql", actor=SYSTEM, now=NOW,
        secret=company.url,
    )  # fmt: skip
    import_dataset(system=system, source=DATASET.read_text(), origin="dataset.yml", actor=SYSTEM, now=NOW)
    return system


@pytest.fixture
def officer(db):
    """Somebody who may approve."""
    return Actor.of(make.StaffFactory(name="Katrin Vogelsang", role=Role.DPO))


@pytest.fixture
def deputy(db):
    """Somebody else who may."""
    return Actor.of(make.StaffFactory(name="Jonas Reuter", role=Role.DPO))
