"""What tests of platforms share: secrets, keys and a clock that stands still."""

import json

import pytest
from django.test import Client

from platforms.services import risc_keys
from tests.platforms.callbacks import calls
from tests.platforms.callbacks import signing as sign


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


@pytest.fixture
def door():
    """A platform: no cookie, no token against forgery, and none wanted."""
    return Client(enforce_csrf_checks=True)
