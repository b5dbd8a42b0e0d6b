"""Terms are read again in time, looser promises are accepted by somebody, and what is missing is found."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import AuditEvent
from accounts.services.audit import SYSTEM
from config.profile import load_profile
from config.sentences import shown, stored
from platforms.enums import FindingKind
from platforms.models import TermAcceptance, TermReview
from platforms.registry import shipped
from platforms.services import registry
from platforms.services.finders import registry as finder
from platforms.services.registry import RegistryRefused
from tests.factories import NOW

pytestmark = pytest.mark.django_db
MEDIUX = "mediux_ai"


@pytest.fixture(autouse=True)
def company(settings):
    """The company with promises for every platform, and no secret set."""
    settings.PROFILE = MEDIUX
    settings.PLATFORM_SECRETS = {}
    return load_profile(MEDIUX)


def review(officer, key="tiktok", on=date(2026, 10, 1), note="Read all of it; nothing new.", now=NOW):
    return registry.record_review(key=key, reviewed_on=on, note=note, actor=officer, now=now)


# Reading the terms ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "last", "until"),
    [
        # The profile's own date, or the day on which the file last saw all its documents, whichever is later.
        ("x", date(2026, 4, 27), date(2026, 10, 24)),
        ("google_youtube", date(2025, 10, 21), date(2026, 4, 19)),
        ("tiktok", None, None),
        ("stripe", None, None),
        ("analytics", date(2025, 9, 23), date(2026, 3, 22)),
    ],
)
def test_a_reading_counts_for_180_days(company, key, last, until):
    found = registry.reading_of(company, shipped(key))
    assert (found.last_on, found.until_on) == (last, until)


def test_a_reading_is_due_on_the_day_after_it_ends(company):
    found = registry.reading_of(company, shipped("x"))
    assert not found.is_due(date(2026, 10, 24))
    assert found.is_due(date(2026, 10, 25))


def test_a_recorded_review_counts_from_its_day(company, officer):
    made = review(officer)
    assert registry.reading_of(company, shipped("tiktok")).until_on == date(2027, 3, 30)
    event = AuditEvent.objects.get(action="registry.reviewed")
    assert event.object_id == str(made.pk)
    assert event.details["sha256"] == shipped("tiktok").sha256


def test_an_earlier_review_does_not_replace_a_later_one(company, officer):
    review(officer, on=date(2026, 10, 1))
    review(officer, on=date(2026, 3, 1))
    assert registry.reading_of(company, shipped("tiktok")).last_on == date(2026, 10, 1)


def test_a_stricter_interval_makes_a_review_due_earlier(company, officer):
    registry.override(
        key="x", path="legal.review_every", value="P30D", reason="They change often.", actor=officer, now=NOW
    )
    from platforms.registry import current

    assert registry.reading_of(company, current("x")).until_on == date(2026, 5, 27)


def test_a_review_needs_a_person_a_note_and_a_day_that_was(officer):
    with pytest.raises(RegistryRefused, match="by a person"):
        review(SYSTEM)
    with pytest.raises(RegistryRefused, match="Say what was read"):
        review(officer, note=" ")
    with pytest.raises(RegistryRefused, match="in the future"):
        review(officer, on=date(2026, 10, 13))
    with pytest.raises(KeyError):
        review(officer, key="myspace")
    assert not TermReview.objects.exists()


def test_the_day_is_the_one_of_the_companys_zone(officer):
    early = datetime(2026, 10, 13, 2, 0, tzinfo=UTC)  # still the 12th in California
    with pytest.raises(RegistryRefused, match="in the future"):
        review(officer, on=date(2026, 10, 13), now=early)


# Looser promises ------------------------------------------------------------------------------------------


def accept(officer, key="google_youtube", trigger="user_disconnect", reason="The policy is older."):
    return registry.accept_promise(key=key, trigger=trigger, reason=reason, actor=officer, now=NOW)


def test_promises_looser_than_a_term_are_found_by_platform_and_trigger(company):
    found = {(one.key, one.trigger): (one.promise, one.term) for one in registry.looser_promises(company)}
    assert found["google_youtube", "user_disconnect"] == ("P30D", "P7D")
    assert found["meta_facebook", "user_disconnect"] == ("P30D", "asap")
    assert found["x", "user_delete_request"] == ("P30D", "PT24H")
    assert ("x", "user_disconnect") not in found
    assert not {key for key, _ in found} & {"tiktok", "google_analytics", "meta_threads"}


def test_a_rule_that_nobody_published_is_no_promise():
    assert registry.looser_promises(load_profile("mixora")) == []


def test_an_acceptance_counts_for_this_promise_and_this_term_only(company, officer):
    accept(officer)
    pairs = {(one.key, one.trigger) for one in registry.looser_promises(company)}
    assert ("google_youtube", "user_disconnect") not in pairs
    assert ("google_youtube", "account_deleted") in pairs
    registry.override(
        key="google_youtube", path="deletion.user_disconnect", value="P3D", reason="Quicker.", actor=officer,
        now=NOW,
    )  # fmt: skip
    again = {(one.key, one.trigger) for one in registry.looser_promises(company)}
    assert ("google_youtube", "user_disconnect") in again


def test_only_a_looser_promise_can_be_accepted_once_and_with_a_reason(officer):
    with pytest.raises(RegistryRefused, match="nothing to accept"):
        accept(officer, key="x")
    with pytest.raises(RegistryRefused, match="Give the reason"):
        accept(officer, reason=" ")
    accept(officer)
    with pytest.raises(RegistryRefused, match="accepted already"):
        accept(officer)
    assert TermAcceptance.objects.count() == 1
    assert AuditEvent.objects.filter(action="registry.promise_accepted").count() == 1


# The finder -----------------------------------------------------------------------------------------------


def found(kind, now=NOW):
    return {(one.platform, one.element): one for one in finder.find(now=now) if one.kind == kind}


def test_terms_that_nobody_read_in_time_are_found_until_somebody_does(officer):
    assert {key for key, _ in found(FindingKind.TERMS_UNREVIEWED)} >= {
        "tiktok",
        "pinterest",
        "google_youtube",
    }
    assert ("x", "terms") not in found(FindingKind.TERMS_UNREVIEWED)
    assert ("x", "terms") in found(FindingKind.TERMS_UNREVIEWED, now=NOW + timedelta(days=30))
    review(officer)
    assert ("tiktok", "terms") not in found(FindingKind.TERMS_UNREVIEWED)


def test_platforms_that_the_company_does_not_use_are_not_found():
    assert not {key for kind in FindingKind for key, _ in found(kind)} & {"meta_threads"}


def test_a_secret_that_is_not_set_is_found_by_its_name(settings):
    assert ("x", "X_CONSUMER_SECRET") in found(FindingKind.SECRET_MISSING)
    settings.PLATFORM_SECRETS = {"X_CONSUMER_SECRET": "one,two"}
    assert ("x", "X_CONSUMER_SECRET") not in found(FindingKind.SECRET_MISSING)
    assert ("x", "X_CLIENT_ID") in found(FindingKind.SECRET_MISSING)


def test_a_looser_promise_is_found_with_both_periods():
    one = found(FindingKind.PROMISE_LOOSER)["google_youtube", "user_disconnect"]
    assert shown("", stored(one.detail)) == (
        "We promise 30 days; the term is 7 days. Shorten the promise, or accept the difference."
    )


def test_the_finder_yields_only_the_kinds_that_it_names():
    assert {one.kind for one in finder.find(now=NOW)} == set(finder.KINDS)
