"""One sweep over the demo company finds what is wrong there (the last line of "done when")."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.services.audit import SYSTEM
from config.profile import active_profile
from platforms import demo
from platforms.models import Connection, Finding, ScopeGrant, StoredAge
from platforms.services import findings
from platforms.services.datasets import import_dataset
from platforms.services.findings import sweep
from tests import factories as make
from tests.platforms.demo.conftest import TODAY

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 15, tzinfo=UTC)


@pytest.fixture
def demo_company(db, made):
    """The product database of the demo company, described by its dataset."""
    system = make.SystemFactory(key="product_database", connector="sql", secret=made.url)
    import_dataset(system=system, source=demo.DATASET.read_text(), actor=SYSTEM, now=NOW)
    return system


def found():
    return {(one.kind, one.platform, one.element) for one in Finding.objects.open()}


def test_an_over_age_youtube_row_and_a_stored_pin_are_found_in_one_sweep(demo_company):
    swept = sweep(NOW)
    assert swept.failed == []
    assert ("over_age", "google_youtube", "video_metadata") in found()
    assert ("never_store", "pinterest", "pins") in found()


def test_nothing_else_of_the_demo_company_is_too_old(demo_company):
    sweep(NOW)
    kinds = ("over_age", "never_store", "reverify")
    rows = Finding.objects.open().filter(kind__in=kinds).values_list("platform", "element")
    assert set(rows) == {("google_youtube", "video_metadata"), ("pinterest", "pins")}
    over = StoredAge.objects.filter(over__gt=0).values_list("platform", "items", "over")
    assert {(platform, figure) for platform, _items, figure in over} == {
        ("google_youtube", 1),
        ("pinterest", 1),
    }
    assert not StoredAge.objects.exclude(error="").exists()


def test_a_day_later_what_must_be_compared_every_day_is_found_too(demo_company):
    sweep(NOW + timedelta(days=1))
    assert ("reverify", "x", "own_posts") in found()


def needs(finder):
    """Skip until the finder of another part is there. AT THE MERGE: every one of these must run."""
    return pytest.mark.skipif(
        finder not in findings._finders(), reason=f"needs the finder {finder!r}: must run after the merge"
    )


@needs("registry")
def test_an_unreviewed_term_is_found_in_the_same_sweep(demo_company):
    unread = {one.key for one in active_profile().platforms if one.terms_reviewed_on is None}
    assert unread, "the profile of the demo has a platform whose terms nobody read"
    assert sweep(NOW).failed == []
    assert unread <= {platform for kind, platform, _element in found() if kind == "terms_unreviewed"}


@pytest.fixture
def surplus(db):
    """An account at X for which more was granted than connecting needs."""
    connection = Connection.objects.create(
        subject=make.SubjectFactory(), platform="x", external_id="77", external_index="77", source="product",
        features=["connect"], connected_at=NOW, verified_at=NOW,
    )  # fmt: skip
    for scope in ("users.read", "tweet.read", "offline.access", "dm.read"):
        ScopeGrant.objects.create(connection=connection, scope=scope, granted_at=NOW)
    return connection


@needs("scopes")
def test_a_scope_surplus_is_found_in_the_same_sweep(demo_company, surplus):
    assert sweep(NOW).failed == []
    assert {one for one in found() if one[0] == "scope_surplus"} == {("scope_surplus", "x", "dm.read")}


@needs("registry")
@needs("scopes")
def test_one_sweep_finds_all_four(demo_company, surplus):
    assert sweep(NOW).failed == []
    assert {"scope_surplus", "terms_unreviewed", "over_age", "never_store"} <= {kind for kind, *_ in found()}
