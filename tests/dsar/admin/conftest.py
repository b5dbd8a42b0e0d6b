"""Staff at their desks, on Tuesday 24 November 2026."""

from datetime import UTC, datetime

import pytest
import time_machine

from accounts.enums import Role
from tests import desk


@pytest.fixture(autouse=True)
def tuesday():
    """It is half past ten."""
    with time_machine.travel(datetime(2026, 11, 24, 10, 30, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def officer(db):
    """The data protection officer."""
    return desk.staff("Katrin Vogelsang", Role.DPO)


@pytest.fixture
def handler(db):
    """A handler."""
    return desk.staff("Jonas Feld", Role.HANDLER)


@pytest.fixture
def client(officer):
    """The officer's browser, stepped up."""
    return desk.signed_in(officer)
