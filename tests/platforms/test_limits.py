"""How long platform data may be held: the table by hand, and nothing longer than the platform's maximum."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms import registry
from platforms.registry.paths import put
from platforms.rules import limits, periods

ENTRIES = tuple(registry.shipped_entries().values())
NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)

# element → (period, action, source); what is not listed here must have no schedule of that kind.
STORED = {
    "meta_facebook.engagement_metrics": ("P13M", "delete", "ours"),
    "meta_facebook.audience_demographics": ("P90D", "delete", "ours"),
    "meta_facebook.comments": ("P90D", "delete", "ours"),
    "meta_facebook.messages": ("P12M", "delete", "ours"),
    "meta_instagram.insights": ("P13M", "delete", "ours"),
    "meta_instagram.comments": ("P90D", "delete", "ours"),
    "meta_instagram.messages": ("P12M", "delete", "ours"),
    "meta_threads.insights": ("P13M", "delete", "ours"),
    "meta_threads.replies": ("P90D", "delete", "ours"),
    "google_youtube.channel_identity": ("P30D", "refresh_or_delete", "platform"),
    "google_youtube.video_metadata": ("P30D", "refresh_or_delete", "platform"),
    "google_youtube.statistics_authorised": ("P13M", "delete", "ours"),
    "google_youtube.statistics_public": ("P30D", "delete", "platform"),
    "google_youtube.playlists": ("P30D", "refresh_or_delete", "platform"),
    "google_youtube.comments": ("P30D", "refresh_or_delete", "platform"),
    "google_analytics.property": None,
    "x.timeline": ("P30D", "delete", "ours"),
    "x.follower_counts": ("P13M", "delete", "ours"),
    "x.direct_messages": ("P12M", "delete", "ours"),
    "linkedin.org_page": ("P1Y", "delete", "platform"),
    "linkedin.org_reporting": ("P1Y", "delete", "platform"),
    "linkedin.org_social_activity": ("P42D", "delete", "platform"),
    "linkedin.member_social_activity": ("PT48H", "delete", "platform"),
    "linkedin.other_member_profile": ("PT24H", "delete", "platform"),
    "tiktok.account_stats": ("P13M", "delete", "ours"),
    "tiktok.cover_urls": ("PT6H", "delete", "platform"),
    "pinterest.account": ("PT0H", "never_store", "platform"),
    "pinterest.boards": ("PT0H", "never_store", "platform"),
    "pinterest.pins": ("PT0H", "never_store", "platform"),
    "pinterest.organic_analytics": ("PT0H", "never_store", "platform"),
    "pinterest.campaign_analytics": ("P13M", "delete", "ours"),
    "reddit.others_content": ("PT48H", "delete", "platform"),
    "reddit.metrics": ("P13M", "delete", "ours"),
}
VERIFIED = {
    "google_youtube.statistics_authorised": ("P30D", "reverify"),
    "x.profile": ("PT24H", "sync"),
    "x.own_posts": ("PT24H", "sync"),
    "x.timeline": ("PT24H", "sync"),
    "x.direct_messages": ("PT24H", "sync"),
    "reddit.account": ("PT48H", "sync"),
    "reddit.own_posts": ("PT24H", "sync"),
}


def named(found):
    return {f"{one.platform}.{one.element}": one for one in found}


def test_the_table_of_what_is_held_how_long():
    found = named(one for one in limits.schedules(ENTRIES) if one.counts_from_fetch)
    plain = {name: (one.period, str(one.action), str(one.source)) for name, one in found.items()}
    expected = {name: row for name, row in STORED.items() if row}
    analytics = {name: row for name, row in plain.items() if name.startswith("google_analytics.")}
    assert {name: row for name, row in plain.items() if name not in analytics} == expected
    assert set(analytics.values()) == {("P13M", "delete", "ours")}


def test_the_table_of_what_is_verified_how_often():
    found = named(one for one in limits.schedules(ENTRIES) if not one.counts_from_fetch)
    assert {name: (one.period, str(one.action)) for name, one in found.items()} == VERIFIED


def test_no_schedule_is_longer_than_the_platforms_maximum():
    elements = {f"{e.key}.{one.key}": one for e in ENTRIES for one in e.data_elements}
    bound = [
        (name, one) for name, one in named(limits.schedules(ENTRIES)).items() if elements[name].platform_max
    ]
    assert len(bound) > 10
    for name, one in bound:
        longest = periods.parse(elements[name].platform_max)
        assert periods.never_longer(periods.parse(one.period), longest), name


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.kind == "social_platform"], ids=lambda e: e.key)
def test_every_element_with_a_maximum_has_a_schedule(entry):
    found = {one.element for one in limits.schedules_of(entry) if one.counts_from_fetch}
    assert {one.key for one in entry.data_elements if one.platform_max} <= found


def test_an_override_binds_and_says_that_it_is_one():
    entry = put(registry.shipped("google_youtube"), {"data_elements.comments.ship": "P7D"})
    comments = named(limits.schedules_of(entry))["google_youtube.comments"]
    assert (comments.period, str(comments.source)) == ("P7D", "override")


def test_a_looser_period_of_ours_never_wins():
    entry = put(registry.shipped("google_youtube"), {"data_elements.comments.platform_max": "P7D"})
    comments = named(limits.schedules_of(entry))["google_youtube.comments"]
    assert (comments.period, str(comments.source)) == ("P7D", "override")


def test_processors_have_no_schedules_here():
    assert not list(limits.schedules_of(registry.shipped("anthropic")))


@pytest.mark.parametrize(
    ("period", "at"),
    [
        ("P30D", datetime(2026, 10, 26, 15, tzinfo=UTC)),
        ("PT48H", datetime(2026, 11, 23, 15, tzinfo=UTC)),
        ("P13M", datetime(2025, 10, 25, 15, tzinfo=UTC)),
        ("P1Y", datetime(2025, 11, 25, 15, tzinfo=UTC)),
        ("PT0H", NOW),
    ],
)
def test_the_moment_before_which_items_are_over(period, at):
    assert limits.cutoff(period, NOW) == at


def test_at_the_end_of_february_the_last_days_of_january_are_over():
    assert limits.cutoff("P1M", datetime(2027, 2, 28, 9, tzinfo=UTC)) == datetime(2027, 1, 31, 9, tzinfo=UTC)


@given(
    st.integers(0, 6 * 365 * 24).map(lambda hours: datetime(2023, 1, 1, tzinfo=UTC) + timedelta(hours=hours)),
    st.sampled_from(["P1M", "P13M", "P12M", "P1Y", "P42D", "PT48H", "P1M3DT4H"]),
)
def test_the_cutoff_is_the_last_moment_whose_period_is_over(now, period):
    parsed, found = periods.parse(period), limits.cutoff(period, now)
    assert parsed.after(found, UTC) <= now
    assert parsed.after(found + timedelta(days=1, seconds=1), UTC) > now


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("P30D", "30 days"), ("PT48H", "48 hours"), ("P13M", "13 months"), ("P1D", "1 day"),
        ("PT0H", "no time"),
        ("P1M3DT4H", "1 month and 3 days and 4 hours"),
    ],
)  # fmt: skip
def test_periods_in_words(period, words):
    assert limits.spoken(period) == words
