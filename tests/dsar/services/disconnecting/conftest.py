"""People with linked accounts, the stand-ins of the platforms, and the product's database."""

import pytest

from config import jobs
from dsar.models import Run
from platforms.models import CallbackReceipt, Disconnection
from tests.dsar.social import Social
from tests.platforms.revoking.conftest import NOW, clock, link, stand_ins, world

__all__ = ["clock", "link", "stand_ins", "world"]


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    for model in (Disconnection, Run):
        monkeypatch.setitem(jobs._kinds, model, lambda pk: None)


@pytest.fixture
def social(tmp_path, settings, db):
    settings.MEDIA_ROOT = tmp_path / "media"
    return Social(tmp_path / "social.sqlite3", NOW)


@pytest.fixture
def ann(person):
    """The person of the product's first account, known here by a proved address."""
    from dsar.services import subjects
    from tests.factories import IdentityFactory

    subject = subjects.subject_for(person)
    IdentityFactory(subject=subject, value="ann@example.com")
    return subject


@pytest.fixture
def receipt(db):
    """An accepted callback, as the door keeps it."""

    def made(endpoint="meta_data_deletion", platform="meta_facebook", number=1, at=NOW):
        from dsar.services.codes import index_of

        return CallbackReceipt.objects.create(
            endpoint=endpoint, platform=platform, received_at=at, verdict="accepted", answered=200,
            body_sha256="0" * 64, body_bytes=10, idempotency_index=f"{endpoint}{platform}{number}",
            code_index=index_of(f"{platform}-{number}"),
        )  # fmt: skip

    return made
