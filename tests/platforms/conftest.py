"""An officer, a linked account and an end of it, for the tests of the registry."""

from datetime import timedelta

import pytest

from accounts.enums import Role
from accounts.services.audit import Actor
from platforms.models import Connection, Disconnection
from tests import factories as make


@pytest.fixture
def officer(db):
    """Somebody who may decide."""
    return Actor.of(make.StaffFactory(name="Katrin Vogelsang", role=Role.DPO))


@pytest.fixture
def disconnection(db):
    """Return a function that makes an open end of a linked account, with its clock."""

    def made(platform="x", trigger="user_disconnect", clock_from=make.NOW, days=30, **fields):
        connection = Connection.objects.create(
            subject=make.SubjectFactory(), platform=platform, external_id="77", source="portal",
            external_index=f"{Connection.objects.count():064x}", connected_at=make.NOW, verified_at=make.NOW,
        )  # fmt: skip
        return Disconnection.objects.create(
            connection=connection, trigger=trigger, clock_from=clock_from, made_at=clock_from,
            due_at=clock_from + timedelta(days=days), retry_until=clock_from + timedelta(hours=72),
            next_attempt_at=clock_from, **fields,
        )  # fmt: skip

    return made
