"""The effective deadline of platform × trigger, written by hand from the terms, for both companies."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.profile import load_profile
from config.sentences import shown, stored
from platforms.registry import shipped, shipped_entries
from platforms.registry.paths import put
from platforms.registry.schema import Deadline
from platforms.rules import terms, wording
from platforms.rules.periods import Period
from platforms.rules.terms import Promise

ZONE = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
THIRTY = Promise("P30D", "Policy, section 3.1")
ASAP, ONCE, DASH = "as soon as possible", "immediately", "–"
PROMISE = {"mediux_ai": "30 days (promise)", "mixora": "30 days (own rule)"}
UNKNOWN = {
    "mediux_ai": "30 days (promise; term not established)",
    "mixora": "30 days (own rule; term not established)",
}
# Disconnected, deletion asked for, account deleted, the platform's call, revoked there, content deleted
# there, no longer needed. "P" is our promise, "?" our promise while the term is not established.
TABLE = {
    "meta_facebook": (ASAP, ASAP, ASAP, ASAP, ASAP, ASAP, ASAP),
    "meta_instagram": (ASAP, ASAP, ASAP, ASAP, ASAP, ASAP, ASAP),
    "meta_threads": (ASAP, ASAP, ASAP, ASAP, ASAP, ASAP, ASAP),
    "google_youtube": ("7 days", "7 days", "7 days", "7 days", "30 days", "30 days", "7 days"),
    "google_analytics": ("P", "P", "P", "P", "P", DASH, "P"),
    "x": ("P", "24 hours", "24 hours", "P", "P", "24 hours", "P"),
    "linkedin": (ONCE, ONCE, ONCE, ONCE, ONCE, ONCE, ONCE),
    "tiktok": ("?", "?", "?", "?", "?", "not established", "?"),
    "pinterest": (ASAP, ASAP, ASAP, ASAP, ASAP, DASH, ASAP),
    "reddit": (ASAP, ASAP, ASAP, ASAP, ASAP, "48 hours", ASAP),
}
TRIGGERS = (
    "user_disconnect", "user_delete_request", "account_deleted", "platform_callback",
    "platform_revocation_seen", "content_deleted_on_platform", "no_longer_needed",
)  # fmt: skip
FURTHER = {
    ("x", "platform_request"): "24 hours",
    ("x", "access_terminated"): "14 days",
    ("linkedin", "platform_request"): ONCE,
    ("reddit", "reddit_account_deleted"): "48 hours",
}


@pytest.mark.parametrize("company", ["mediux_ai", "mixora"])
def test_the_table_of_all_platforms_and_triggers(company):
    profile = load_profile(company)
    said = {"P": PROMISE[company], "?": UNKNOWN[company]}
    found = {
        key: tuple(
            str(wording.cell(terms.effective_for(profile, shipped(key), trigger))) for trigger in TRIGGERS
        )
        for key in TABLE
    }
    assert found == {key: tuple(said.get(cell, cell) for cell in row) for key, row in TABLE.items()}


def test_the_table_holds_every_platform_and_every_trigger():
    entries = [one for one in shipped_entries().values() if one.kind == "social_platform"]
    assert {one.key for one in entries} == set(TABLE)
    assert terms.TRIGGERS == TRIGGERS
    own = {(one.key, name) for one in entries for name in one.deletion if name not in TRIGGERS}
    assert own == set(FURTHER)


@pytest.mark.parametrize(("key", "trigger"), FURTHER)
def test_triggers_of_single_platforms(key, trigger):
    found = terms.effective_for(load_profile("mediux_ai"), shipped(key), trigger)
    assert str(wording.cell(found)) == FURTHER[key, trigger]


@pytest.mark.parametrize(
    ("key", "expected"),
    [("stripe", "7 years (own rule)"), ("anthropic", "30 days (own rule)"),
     ("google_cloud", "30 days (own rule)"), ("analytics", "60 days (own rule)"),
     ("email_provider", "60 days (own rule)")],
)  # fmt: skip
def test_processors_have_what_their_file_says(key, expected):
    found = terms.effective_for(load_profile("mediux_ai"), shipped(key), "account_deleted")
    assert str(wording.cell(found)) == expected


# The dates ------------------------------------------------------------------------------------------------


def due(key, trigger, *, promise=THIRTY, clock_from=NOW, case_due=None):
    return terms.due(shipped(key), trigger, promise, clock_from=clock_from, zone=ZONE, case_due=case_due)


@pytest.mark.parametrize(
    ("key", "trigger", "after"),
    [
        ("google_youtube", "user_disconnect", timedelta(days=7)),
        ("google_youtube", "platform_revocation_seen", timedelta(days=30)),
        ("x", "user_delete_request", timedelta(hours=24)),
        ("x", "user_disconnect", timedelta(days=30)),
        ("reddit", "content_deleted_on_platform", timedelta(hours=48)),
        ("tiktok", "user_disconnect", timedelta(days=30)),
        ("meta_facebook", "user_disconnect", timedelta(hours=72)),
        ("linkedin", "user_disconnect", timedelta(hours=24)),
    ],
)
def test_the_date_runs_from_the_moment_at_which_we_learned_of_it(key, trigger, after):
    assert due(key, trigger).due_at == NOW + after


def test_at_once_starts_in_minutes_warns_after_an_hour_and_is_late_after_a_day():
    found = due("linkedin", "user_delete_request")
    assert (found.target_at - NOW, found.alert_at - NOW) == (timedelta(minutes=15), timedelta(hours=1))


def test_as_soon_as_possible_aims_for_72_hours_and_warns_after_seven_days():
    found = due("meta_facebook", "user_delete_request")
    assert (found.target_at - NOW, found.alert_at - NOW) == (timedelta(hours=72), timedelta(days=7))


def test_a_stricter_promise_wins_over_a_term():
    found = due("google_youtube", "user_disconnect", promise=Promise("P3D", "Policy"))
    assert (found.due_at, found.source) == (NOW + timedelta(days=3), "promise")


def test_the_date_of_the_case_wins_when_it_is_the_earliest():
    found = due("x", "user_disconnect", case_due=NOW + timedelta(days=2))
    assert (found.due_at, found.source) == (NOW + timedelta(days=2), "law")


def test_a_request_without_a_case_has_the_month_of_the_law():
    january = datetime(2026, 1, 31, 18, 0, tzinfo=UTC)
    found = due("tiktok", "user_delete_request", clock_from=january)
    assert (found.due_at, found.source) == (datetime(2026, 2, 28, 18, 0, tzinfo=UTC), "law")


def test_where_nothing_sets_a_date_the_month_of_the_law_counts():
    found = due("tiktok", "content_deleted_on_platform", promise=None)
    assert (found.due_at, found.source) == (datetime(2026, 12, 25, 18, 0, tzinfo=UTC), "law")


def test_days_end_at_the_same_time_of_day_where_the_clocks_change():
    autumn = datetime(2026, 10, 28, 18, 0, tzinfo=UTC)
    assert due("google_youtube", "user_disconnect", clock_from=autumn).due_at == datetime(
        2026, 11, 4, 19, 0, tzinfo=UTC
    )


def test_the_derivation_is_in_sentences_of_both_languages():
    from django.utils import translation

    why = [stored(sentence) for sentence in due("google_youtube", "user_disconnect").why]
    assert [shown("", kept) for kept in why] == [
        "We learned of it on Wednesday 25 November 2026, 10:00 (America/Los_Angeles): The person"
        " disconnected.",
        "Google: YouTube wants data to go within 7 days (YouTube API Services - Developer Policies, III.D.3"
        " Revocation; III.E.4 Refreshing, Storing, and Displaying API Data; Read in the official text).",
        "We promise 30 days (Policy, section 3.1).",
        "The strictest of these is the platform's term: the data must be gone by Wednesday 2 December 2026,"
        " 10:00 (America/Los_Angeles).",
    ]
    with translation.override("de"):
        german = [shown("", kept) for kept in why]
    assert german[2] == "Wir versprechen 30 Tage (Policy, section 3.1)."
    assert german[3].startswith("Am strengsten ist die Vorgabe der Plattform: Die Daten müssen bis Mittwoch")


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("tiktok", "The term of TikTok is not established; our promise counts."),
        ("google_analytics", "Google Analytics (connected property) sets no period for this."),
        ("linkedin", "LinkedIn wants data to go immediately: late after 24 hours"),
        ("reddit", "Reddit wants data to go as soon as possible: we aim for 72 hours"),
    ],
)
def test_what_the_platform_says_is_told_plainly(key, says):
    assert any(says in sentence for sentence in due(key, "user_disconnect").why)


def test_a_trigger_that_a_file_lacks_says_that_the_one_of_a_disconnection_counts():
    found = due("x", "platform_callback")
    assert "X (Twitter) has no term of its own for this; that of a disconnection counts." in found.why


def test_a_stricter_value_of_our_own_is_told_with_what_it_replaced():
    entry = put(shipped("x"), {"deletion.user_disconnect": "P3D"})
    found = terms.due(entry, "user_disconnect", THIRTY, clock_from=NOW, zone=ZONE)
    assert found.due_at == NOW + timedelta(days=3)
    assert "We made this stricter ourselves; before it was: no limit." in found.why


# Stricter or not ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("deletion.user_disconnect", "P7D", "P3D", True),
        ("deletion.user_disconnect", "P7D", "P7D", False),
        ("deletion.user_disconnect", "P7D", "P8D", False),
        ("deletion.user_disconnect", "P30D", "P1M", False),
        ("deletion.user_disconnect", "P1M", "P28D", True),
        ("deletion.user_disconnect", None, "P90D", True),
        ("deletion.user_disconnect", "unknown", "P30D", True),
        ("deletion.user_disconnect", "P7D", "asap", True),
        ("deletion.user_disconnect", "asap", "PT0H", True),
        ("deletion.user_disconnect", "PT0H", "asap", False),
        ("deletion.user_disconnect", "asap", "PT1H", False),
        ("deletion.user_disconnect", "PT0H", "P0D", False),
        ("data_elements.comments.ship", "P90D", "P30D", True),
        ("data_elements.comments.ship", "P30D", "P90D", False),
        ("data_elements.posts.ship", "until_disconnect", "P13M", True),
        ("data_elements.posts.ship", "P13M", "until_disconnect", False),
        ("data_elements.posts.ship", "forever", "until_account_deleted", True),
        ("data_elements.posts.ship", "until_disconnect", "forever", False),
        ("data_elements.geo.ship", "never_standalone", "P1D", False),
        ("data_elements.geo.ship", "never_standalone", "PT0H", True),
        ("data_elements.geo.ship", "never_standalone", "until_disconnect", False),
        ("data_elements.posts.platform_max", None, "P1Y", True),
        ("data_elements.posts.platform_max", "P42D", "P6M", False),
        ("liveness.every", "P7D", "P1D", True),
        ("liveness.every", "P1D", "PT0H", False),
        ("liveness.every", "P1D", "P7D", False),
        ("legal.review_every", "P180D", "P90D", True),
        ("legal.review_every", "P180D", "P0D", False),
    ],
)
def test_only_a_value_that_is_stricter_whenever_it_starts_counts_as_stricter(path, old, new, expected):
    assert terms.is_stricter(path, old, new) is expected


@pytest.mark.parametrize("new", ["soon", "30", "unknown", ""])
@pytest.mark.parametrize("path", ["deletion.x", "data_elements.x.ship", "liveness.every"])
def test_what_is_no_value_is_refused(path, new):
    with pytest.raises(ValueError, match="no period"):
        terms.is_stricter(path, "P30D", new)


def test_a_promise_is_looser_when_it_may_end_later_than_the_term():
    youtube = shipped("google_youtube")
    assert terms.effective(youtube, "user_disconnect", THIRTY).looser_promise
    assert not terms.effective(youtube, "user_disconnect", Promise("P7D", "Policy")).looser_promise
    assert not terms.effective(shipped("tiktok"), "user_disconnect", THIRTY).looser_promise
    assert not terms.effective(shipped("google_analytics"), "user_disconnect", THIRTY).looser_promise


def test_a_period_beyond_the_limit_of_the_platform_is_seen():
    element = shipped("google_youtube").element("comments")
    assert not terms.ship_exceeds_limit(element)
    assert terms.ship_exceeds_limit(element.model_copy(update={"ship": "P31D"}))
    assert terms.ship_exceeds_limit(element.model_copy(update={"ship": "P1M"}))
    assert terms.ship_exceeds_limit(element.model_copy(update={"ship": "until_disconnect"}))


def test_the_shorter_of_two_review_periods_counts():
    assert terms.review_period(shipped("x"), 90) == Period(0, 90, 0)
    assert (
        terms.review_period(shipped("x"), 365) == terms.review_period(shipped("x"), None) == Period(0, 180, 0)
    )


def test_an_entry_without_any_deadline_has_none():
    bare = shipped("stripe").model_copy(update={"deletion": {}})
    assert terms.term_of(bare, "user_disconnect") == Deadline(platform=None, promise=None)
    assert terms.effective(bare, "user_disconnect", None).limit is None
