"""A post of the demo company that is deleted at X is deleted here, and nothing else is."""

import shutil
import sqlite3
from datetime import UTC, datetime

import pytest

from accounts.services.audit import SYSTEM
from platforms import demo
from platforms.models import ContentDeletion
from platforms.services import content, working
from platforms.services.datasets import import_dataset
from tests import factories as make
from tests.platforms.callbacks.calls import call
from tests.platforms.callbacks.factories import receipt_of
from tests.platforms.demo.conftest import TODAY

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 15, tzinfo=UTC)


@pytest.fixture
def company(db, made, tmp_path):
    """A copy of the product database, described by the demo's dataset; returns what reads it."""
    path = tmp_path / "company.sqlite3"
    shutil.copy(made.url.removeprefix("sqlite:///"), path)
    system = make.SystemFactory(key="product_database", connector="sql", secret=f"sqlite:///{path}")
    import_dataset(system=system, source=demo.DATASET.read_text(), actor=SYSTEM, now=NOW)

    def items():
        with sqlite3.connect(path) as database:
            return {key: row for key, *row in database.execute(
                "SELECT id, platform, platform_item_id FROM fetched_items")}  # fmt: skip

    return items


def test_a_post_that_is_gone_at_x_goes_here(company):
    before = company()
    key, (_platform, post) = next((key, row) for key, row in before.items() if row[0] == "x")
    document = {"data": {"event_type": "post.delete", "event_uuid": "u1", "payload": {"post_id": post}}}
    receipt = receipt_of(call("x_webhooks", document), platform="x", received_at=NOW)
    assert working.work(receipt_id=receipt.pk, now=NOW)
    job = ContentDeletion.objects.get()
    assert content.work(deletion_id=job.pk, now=NOW)
    job.refresh_from_db()
    assert (job.outcome, job.rows) == ("deleted", 1)
    assert company() == {k: row for k, row in before.items() if k != key}


def test_an_item_of_another_platform_stays(company):
    before = company()
    _platform, item = next(row for row in before.values() if row[0] == "tiktok")
    document = {"data": {"event_type": "post.delete", "event_uuid": "u1", "payload": {"post_id": item}}}
    receipt = receipt_of(call("x_webhooks", document), platform="x", received_at=NOW)
    working.work(receipt_id=receipt.pk, now=NOW)
    assert content.work(deletion_id=ContentDeletion.objects.get().pk, now=NOW)
    assert ContentDeletion.objects.get().outcome == "nothing"
    assert company() == before
