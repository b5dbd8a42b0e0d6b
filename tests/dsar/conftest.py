"""What tests of cases share: staff with roles, no broker, the demo profile."""

import pytest

from accounts.enums import Role
from accounts.services.audit import Actor
from config import jobs
from correspondence.models import Letter
from dsar.models import Run, Transfer
from tests.dsar.crm import Crm
from tests.dsar.shop import Shop
from tests.factories import IdentityFactory, StaffFactory, SubjectFactory, UserFactory


@pytest.fixture(autouse=True)
def published(monkeypatch):
    """Collect what would be sent to the broker."""
    sent = []
    for model in (Letter, Run, Transfer):
        monkeypatch.setitem(jobs._kinds, model, lambda pk, name=model.__name__: sent.append((name, pk)))
    return sent


@pytest.fixture
def handler():
    return Actor.of(StaffFactory(role=Role.HANDLER))


@pytest.fixture
def dpo():
    return Actor.of(StaffFactory(role=Role.DPO))


@pytest.fixture
def deputy():
    return Actor.of(StaffFactory(role=Role.DEPUTY_DPO))


@pytest.fixture
def person():
    """A person with an account, a proved address, living in Germany."""
    user = UserFactory(email="leonie@example.org", name="Leonie Hartwig")
    subject = SubjectFactory(user=user, name=user.name)
    IdentityFactory(subject=subject, value=user.email)
    return user


@pytest.fixture
def crm(tmp_path, settings):
    """A customer database with data that people know of themselves, and a folder of its own for files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return Crm(tmp_path / "crm.sqlite3")


@pytest.fixture
def shop(tmp_path, settings):
    """A shop with a database, and a folder of its own for files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return Shop(tmp_path / "shop.sqlite3")
