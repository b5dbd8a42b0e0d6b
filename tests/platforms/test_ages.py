"""Ages of stored platform data: what a dataset marks, one statement a collection on every database."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.services.audit import SYSTEM
from platforms.connectors import Age, Aged, Linked, Match, SourceFailed, TableRef
from platforms.connectors.sql import SqlConnector
from platforms.datasets import DatasetError, parse
from platforms.models import StoredAge
from platforms.services import ages, datasets
from tests import factories as make
from tests.dsar.engine.databases import fresh

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
ITEMS = TableRef("items")
TABLES = {
    "sqlite": """CREATE TABLE accounts (id INTEGER PRIMARY KEY, platform TEXT);
        CREATE TABLE items (id INTEGER PRIMARY KEY, account_id INTEGER, kind TEXT, secret TEXT,
            fetched_at DATETIME, fetched_on DATE, seconds INTEGER, plain_at TEXT)""",
    "postgresql": """CREATE TABLE accounts (id integer PRIMARY KEY, platform text);
        CREATE TABLE items (id integer PRIMARY KEY, account_id integer, kind text, secret text,
            fetched_at timestamp with time zone, fetched_on date, seconds bigint,
            plain_at timestamp)""",
    "mysql": """CREATE TABLE accounts (id integer PRIMARY KEY, platform varchar(20));
        CREATE TABLE items (id integer PRIMARY KEY, account_id integer, kind varchar(20), secret varchar(20),
            fetched_at datetime, fetched_on date, seconds bigint, plain_at datetime(6))""",
}  # fmt: skip


@pytest.fixture(params=sorted(TABLES))
def database(request, tmp_path):
    """Three items of a YouTube account, 40, 30 and 1 days old; one at X without a moment."""
    for one in fresh(request.param, tmp_path):
        one.run(TABLES[request.param])
        one.fill("accounts", [{"id": 1, "platform": "youtube"}, {"id": 2, "platform": "x"}])
        moments = [NOW - timedelta(days=days) for days in (40, 30, 1)]
        rows = [
            (1, 1, "video", "s", moments[0]), (2, 1, "video", None, moments[1]),
            (3, 1, "pin", "s", moments[2]),
            (4, 2, "video", "s", None),
        ]  # fmt: skip
        one.fill("items", [
            {"id": key, "account_id": account, "kind": kind, "secret": secret,
             "fetched_at": _spelled(one, at),
             "fetched_on": at.date() if at else None, "seconds": int(at.timestamp()) if at else None}
            for key, account, kind, secret, at in rows
        ])  # fmt: skip
        yield one


def _spelled(database, at):
    if at is None or database.kind == "postgresql":
        return at
    return at.replace(tzinfo=None)


def asked(database, *wanted):
    with SqlConnector(database.url).session() as session, session.transaction(write=False):
        session.inspect([ITEMS, TableRef("accounts")])
        before = session.statements
        found = session.ages(ITEMS, wanted)
        assert session.statements - before == (1 if wanted else 0)
    return found


@pytest.mark.services
def test_one_statement_counts_everything_that_is_asked(database):
    limit = NOW - timedelta(days=30)
    youtube = Linked("account_id", TableRef("accounts"), "id", Match("platform", ("youtube",)))
    found = asked(
        database,
        Aged("fetched_at", limit),
        Aged("fetched_at", limit, (Match("kind", ("video",)),)),
        Aged("fetched_at", limit, (Match("kind", ("pin",)),)),
        Aged("fetched_at", None, (), (youtube,)),
        Aged("fetched_at", limit, (Match("kind", ("video",)),), (youtube,), present="secret"),
        Aged("fetched_at", limit, (Match("kind", ("song",)),)),
    )
    assert found == [
        Age(4, NOW - timedelta(days=40), 2),
        Age(3, NOW - timedelta(days=40), 2),
        Age(1, NOW - timedelta(days=1), 0),
        Age(3, NOW - timedelta(days=40), 0),
        Age(1, NOW - timedelta(days=40), 1),
        Age(0, None, 0),
    ]


@pytest.mark.services
def test_an_item_is_over_when_its_period_is_over_and_not_a_second_before(database):
    for seconds, over in ((0, 0), (1, 1)):
        limit = NOW - timedelta(days=1) + timedelta(seconds=seconds)
        (age,) = asked(database, Aged("fetched_at", limit, (Match("kind", ("pin",)),)))
        assert age.over == over


@pytest.mark.services
def test_days_begin_at_midnight_in_utc_and_numbers_are_seconds(database):
    pin = (Match("kind", ("pin",)),)
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    assert asked(database, Aged("fetched_on", midnight, pin)) == [Age(1, midnight, 0)]
    assert asked(database, Aged("fetched_on", midnight + timedelta(seconds=1), pin)) == [Age(1, midnight, 1)]
    assert asked(database, Aged("seconds", NOW, pin)) == [Age(1, NOW - timedelta(days=1), 1)]


@pytest.mark.services
def test_a_moment_without_a_zone_is_in_utc(database):
    moment = "2026-11-24T15:00:00+00:00" if database.kind == "sqlite" else "2026-11-24 15:00:00.25"
    database.run(f"UPDATE items SET plain_at = '{moment}' WHERE id = 3")
    pin, at = (Match("kind", ("pin",)),), NOW - timedelta(days=1)
    (age,) = asked(database, Aged("plain_at", at, pin))
    assert (age.oldest_at.replace(microsecond=0), age.over) == (at, 0)
    assert asked(database, Aged("plain_at", at + timedelta(seconds=1), pin))[0].over == 1


@pytest.mark.services
def test_a_mysql_timestamp_is_the_same_moment_in_every_session(tmp_path):
    for one in fresh("mysql", tmp_path):
        one.run("CREATE TABLE items (id integer PRIMARY KEY, at_ timestamp)")
        one.run("SET time_zone = '+00:00'; INSERT INTO items VALUES (1, '2026-11-24 15:00:00')")
        at = NOW - timedelta(days=1)
        assert asked_alone(one, Aged("at_", at)) == Age(1, at, 0)
        assert asked_alone(one, Aged("at_", at + timedelta(seconds=1))).over == 1


@pytest.mark.services
def test_a_column_of_words_holds_no_moments(tmp_path):
    for one in fresh("postgresql", tmp_path):
        one.run(TABLES["postgresql"])
        with pytest.raises(SourceFailed, match="holds no moments"):
            asked_alone(one, Aged("kind", NOW))


@pytest.mark.services
def test_a_row_without_a_moment_is_over_because_nobody_can_show_that_it_is_young(database):
    x = Linked("account_id", TableRef("accounts"), "id", Match("platform", ("x",)))
    assert asked(database, Aged("fetched_at", NOW, (), (x,))) == [Age(1, None, 1)]


@pytest.mark.services
def test_nothing_asked_sends_nothing(database):
    assert asked(database) == []


@pytest.mark.services
def test_a_column_that_is_not_there_is_named(database):
    with pytest.raises(SourceFailed, match="lost_at"):
        asked(database, Aged("lost_at", NOW))


def test_a_text_that_is_no_moment_counts_as_over(tmp_path):
    for one in fresh("sqlite", tmp_path):
        one.run(TABLES["sqlite"])
        one.fill("items", [{"id": 1, "fetched_at": "last spring"}])
        assert asked_alone(one, Aged("fetched_at", NOW)) == Age(1, None, 1)


def asked_alone(database, wanted):
    with SqlConnector(database.url).session() as session, session.transaction(write=False):
        session.inspect([ITEMS])
        return session.ages(ITEMS, [wanted])[0]


# --- what a dataset marks -----------------------------------------------------------------------------------

YAML = """dataset:
  - fides_key: shop
    name: Shop
    collections:
      - name: accounts
        fields:
          - {{name: id, data_categories: [user.unique_id], fides_meta: {{primary_key: true}}}}
          - {{name: platform, data_categories: [user.social]}}
      - name: items
        fides_meta:
          platform_elements: {marks}
        fields:
          - {{name: id, data_categories: [user.unique_id], fides_meta: {{primary_key: true}}}}
          - name: account_id
            data_categories: [user.unique_id]
            fides_meta: {{references: [{{dataset: shop, field: accounts.id, direction: from}}]}}
          - {{name: kind, data_categories: [user.social]}}
          - {{name: secret, data_categories: [user.social]}}
          - {{name: fetched_at, data_categories: [system.operations]}}
          - {{name: fetched_on, data_categories: [system.operations]}}
"""
VIDEO = "{element: google_youtube.video_metadata, fetched_at_field: fetched_at"


def marks(text):
    loaded = parse(YAML.format(marks=text), "shop.yml")
    assert loaded.warnings == ()
    return loaded.datasets[0].collections[1].platform_elements


def test_a_mark_names_element_times_and_rows():
    (one,) = marks(f"[{VIDEO}, verified_at_field: fetched_on, content_id_field: kind, field: secret, "
                   "when: {kind: [video, short], account_id.platform: youtube}}]")  # fmt: skip
    assert (one.platform, one.element) == ("google_youtube", "video_metadata")
    assert (one.fetched_at, one.verified_at, one.present) == ("fetched_at", "fetched_on", "secret")
    assert one.content_id == "kind"
    plain, linked = one.when
    assert (plain.column, plain.values, plain.through) == ("kind", ("video", "short"), None)
    assert (linked.column, linked.values, linked.field) == ("account_id", ("youtube",), "platform")
    assert linked.through.target == "shop.accounts"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[{element: youtube, fetched_at_field: fetched_at}]", "platform.element"),
        ("[{element: x.posts}]", "fetched_at_field names a field"),
        ("[{element: x.posts, fetched_at_field: lost_at}]", "'lost_at'"),
        (f"[{VIDEO}, verified_at_field: lost_at}}]", "verified_at_field"),
        (f"[{VIDEO}, field: lost}}]", "field names a field"),
        (
            f"[{VIDEO}, content_id_field: lost}}]",
            "content_id_field names a field of the collection, not 'lost'",
        ),
        (f"[{VIDEO}, content_id: kind}}]", "not content_id"),
        (f"[{VIDEO}, wehn: {{kind: a}}}}]", "not wehn"),
        (f"[{VIDEO}, when: {{lost: a}}}}]", "when names a field"),
        (f"[{VIDEO}, when: {{kind.platform: a}}}}]", "needs one reference"),
        ("[youtube]", "is a mapping"),
        ("{element: x.posts}", "is a list"),
    ],
)
def test_a_mark_that_cannot_be_is_refused_with_its_line(text, words):
    with pytest.raises(DatasetError, match=words) as refused:
        marks(text)
    assert refused.value.line == 11


# --- figures ------------------------------------------------------------------------------------------------

MARKS = """[
  {element: google_youtube.video_metadata, fetched_at_field: fetched_at, when: {kind: video}},
  {element: google_youtube.statistics_authorised, fetched_at_field: fetched_at,
   verified_at_field: fetched_on, when: {kind: stats}},
  {element: pinterest.pins, fetched_at_field: fetched_at, when: {kind: pin}},
  {element: meta_facebook.posts, fetched_at_field: fetched_at, when: {kind: post}}]"""


@pytest.fixture
def shop(db, tmp_path):
    """A system with a video of 31 days, statistics verified 31 days ago, a fresh pin, and an old own post."""
    for one in fresh("sqlite", tmp_path):
        one.run(TABLES["sqlite"])
        old, fresh_ = NOW - timedelta(days=31), NOW - timedelta(minutes=1)
        rows = [("video", old), ("video", fresh_), ("stats", old), ("pin", fresh_), ("post", old)]
        one.fill("items", [
            {"id": key, "kind": kind, "fetched_at": at.replace(tzinfo=None), "fetched_on": at.date()}
            for key, (kind, at) in enumerate(rows)
        ])  # fmt: skip
        system = make.SystemFactory(key="shop", name="Shop", connector="sql", secret=one.url)
        source = YAML.format(marks=MARKS)
        datasets.import_dataset(system=system, source=source, actor=SYSTEM, now=NOW)
        yield system


def figures():
    rows = StoredAge.objects.order_by("platform", "element", "measure")
    return [(one.platform, one.element, one.measure, one.items, one.over, one.limit) for one in rows]


MEASURED = [
    ("google_youtube", "statistics_authorised", "fetched", 1, 0, "P13M"),
    ("google_youtube", "statistics_authorised", "verified", 1, 1, "P30D"),
    ("google_youtube", "video_metadata", "fetched", 2, 1, "P30D"),
    ("meta_facebook", "posts", "fetched", 1, 0, ""),
    ("pinterest", "pins", "fetched", 1, 1, "PT0H"),
]


def test_every_marked_element_is_measured_against_its_limit(shop):
    assert ages.measure(now=NOW) == len(MEASURED)
    assert figures() == MEASURED


def test_measuring_again_gives_the_same_rows(shop):
    ages.measure(now=NOW)
    ages.measure(now=NOW)
    assert figures() == MEASURED


def test_what_is_not_marked_any_more_has_no_figure(shop):
    ages.measure(now=NOW)
    source = YAML.format(marks=f"[{VIDEO}}}]")
    datasets.import_dataset(system=shop, source=source, actor=SYSTEM, now=NOW)
    ages.measure(now=NOW)
    assert {row[1] for row in figures()} == {"video_metadata"}


def test_a_system_that_does_not_answer_keeps_its_figures_and_says_so(shop):
    ages.measure(now=NOW)
    shop.secret = "sqlite:////nowhere/at/all.db"
    shop.save()
    ages.measure(now=NOW + timedelta(hours=1))
    assert figures() == MEASURED
    row = StoredAge.objects.first()
    assert "no SQLite file" in row.error
    assert row.measured_at == NOW


def test_a_name_that_the_registry_does_not_know_is_a_fault_and_not_an_element_without_limit(shop):
    source = YAML.format(marks="[{element: google_youtube.vidoes, fetched_at_field: fetched_at}]")
    datasets.import_dataset(system=shop, source=source, actor=SYSTEM, now=NOW)
    ages.measure(now=NOW)
    row = StoredAge.objects.get()
    assert (row.items, row.error) == (5, "The registry knows no data element google_youtube.vidoes.")


def test_a_system_out_of_use_has_no_figures(shop):
    ages.measure(now=NOW)
    shop.enabled = False
    shop.save()
    ages.measure(now=NOW)
    assert figures() == []


def test_a_table_that_is_gone_is_an_error_of_its_collection(shop, tmp_path):
    for one in fresh("sqlite", tmp_path):
        shop.secret = one.url
        shop.save()
        ages.measure(now=NOW)
    assert {row.error for row in StoredAge.objects.all()} == {"There is no table items."}
