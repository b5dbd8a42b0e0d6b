"""What tests of platforms share: an officer, linked accounts, and open callbacks at a standing clock."""

import json
from datetime import timedelta

import pytest

from accounts.enums import Role
from accounts.services.audit import Actor
from platforms.models import Connection, Disconnection
from platforms.services import risc_keys
from tests import factories as make
from tests.platforms import calls
from tests.platforms import signing as sign


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


@pytest.fixture
def doors(settings, tmp_path):
    """Open the callbacks: every secret set, Google's keys in a file, the clock stands at MOMENT."""
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps({"keys": [sign.jwk()]}))
    settings.PLATFORM_SECRETS = dict(calls.SECRETS)
    settings.RISC_JWKS_FILE = str(keys)
    settings.PORTAL_NOW = calls.MOMENT.isoformat()
    risc_keys.forget()
    yield keys
    risc_keys.forget()
