"""A shop with posts and comments of platforms, and callbacks that name some that are gone."""

import pytest

from accounts.services.audit import SYSTEM
from platforms.models import ContentDeletion
from platforms.services import content, datasets
from tests import factories as make
from tests.dsar.engine.databases import fresh
from tests.platforms.callbacks.calls import MOMENT
from tests.platforms.callbacks.factories import CallbackReceiptFactory

TABLES = """
    CREATE TABLE accounts (id integer PRIMARY KEY, platform varchar(20));
    CREATE TABLE items (id integer PRIMARY KEY, account_id integer, kind varchar(20), item_id varchar(40),
        answers_id integer REFERENCES items (id), fetched_at varchar(30));
    CREATE TABLE notes (id integer PRIMARY KEY, item_id integer NOT NULL, words varchar(40),
        FOREIGN KEY (item_id) REFERENCES items (id))"""
DATASET = """dataset:
  - fides_key: {key}
    name: Shop
    collections:
      - name: accounts
        fields:
          - {{name: id, data_categories: [user.unique_id], fides_meta: {{primary_key: true}}}}
          - {{name: platform, data_categories: [user.social]}}
      - name: items
        fides_meta:
          platform_elements:
            - element: x.own_posts
              fetched_at_field: fetched_at
              {by}when: {{kind: post, account_id.platform: [x]}}
            - element: linkedin.comments
              fetched_at_field: fetched_at
              {by}when: {{account_id.platform: linkedin}}
        fields:
          - {{name: id, data_categories: [user.unique_id], fides_meta: {{primary_key: true}}}}
          - name: account_id
            data_categories: [user.unique_id]
            fides_meta: {{references: [{{dataset: {key}, field: accounts.id, direction: from}}]}}
          - {{name: kind, data_categories: [user.social]}}
          - {{name: item_id, data_categories: [user.social]}}
          - {{name: fetched_at, data_categories: [system.operations]}}
"""
BY_ID = "content_id_field: item_id\n              "
# id, account (1: X, 2: LinkedIn), kind, id at the platform, the row that it answers
ROWS = (
    (1, 1, "post", "100", None), (2, 1, "post", "200", None), (3, 2, "comment", "100", None),
    (4, 1, "profile", "100", None), (5, 1, "post", "Ab", None), (6, 1, "post", "ab", None),
)  # fmt: skip


class Shop:
    """A system with its database."""

    def __init__(self, database, key="shop", by=BY_ID):
        self.database = database
        database.run(TABLES)
        database.fill("accounts", [{"id": 1, "platform": "x"}, {"id": 2, "platform": "linkedin"}])
        names = ("id", "account_id", "kind", "item_id", "answers_id")
        database.fill("items", [dict(zip(names, row, strict=True)) for row in ROWS])
        self.system = make.SystemFactory(key=key, name=key.title(), connector="sql", secret=database.url)
        source = DATASET.format(key=key, by=by)
        datasets.import_dataset(system=self.system, source=source, actor=SYSTEM, now=MOMENT)

    def note(self, item):
        """Have a row of another table point at an item."""
        self.database.fill("notes", [{"id": item, "item_id": item, "words": "ours"}])

    @property
    def left(self):
        """Return the rows of items that are still there."""
        return {row[0] for row in self.database.rows("SELECT id FROM items")}

    def go(self, secret):
        """Let the system be found elsewhere."""
        self.system.secret = secret
        self.system.save()


def named(*ids, platform="x", **more):
    """Return the jobs that a callback of a platform begins for some content."""
    receipt = CallbackReceiptFactory(endpoint=f"{platform}_webhooks", platform=platform, **more)
    content.begin(receipt=receipt, platform=platform, content=ids)
    return list(ContentDeletion.objects.filter(receipt=receipt))


def worked(job, now=MOMENT):
    """Work on a job; return it as it is now."""
    content.work(deletion_id=job.pk, now=now)
    job.refresh_from_db()
    return job


@pytest.fixture
def shop(db, tmp_path):
    """The shop, on SQLite."""
    for database in fresh("sqlite", tmp_path):
        yield Shop(database)
