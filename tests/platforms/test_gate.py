"""The gate as the product asks it: default deny, answers kept, contracts, consents, reviews, windows."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.enums import Role
from accounts.models import AuditEvent
from accounts.services.audit import Actor
from config import crypto
from platforms.enums import ConnectionStatus, GatePurpose, ReviewOutcome
from platforms.models import Connection, GateDecision, LegalReview, Processor
from platforms.registry import shipped
from platforms.services import consents, gate, reviews
from tests import factories as make

NOW, TODAY = make.NOW, make.NOW.date()


@pytest.fixture
def agreed():
    """A register of consents in which everybody agreed to everything; gone after the test."""
    asked = []
    consents.register(lambda subject, purpose, now: not asked.append((subject.pk, purpose, now)))
    yield asked
    consents._asked.clear()


@pytest.fixture
def claude(db):
    return Processor.objects.create(
        key="anthropic", name="Anthropic", service="ai", country="US", registry="anthropic",
        contract_signed_on=TODAY - timedelta(days=9), changed_at=NOW,
    )  # fmt: skip


@pytest.fixture
def lawyer(db):
    return Actor.of(make.StaffFactory(role=Role.LEGAL_REVIEWER))


def connected(platform="meta_facebook", **fields):
    return Connection.objects.create(
        **{
            "subject": make.SubjectFactory(), "platform": platform, "external_id": "77", "source": "product",
            "external_index": crypto.blind_index(f"{platform}77", purpose="test"), "connected_at": NOW,
            "verified_at": NOW,
        }
        | fields
    )  # fmt: skip


def ask(**question):
    return gate.ask(
        **{"asked_by": "product", "now": NOW, "purpose": "ai_processor", "element": "posts"} | question
    )


def review(lawyer, **fields):
    values = {"platform": "reddit", "purpose": "ai_processor", "outcome": "allowed", "reason": "Asked them.",
              "until_on": TODAY + timedelta(days=30)}  # fmt: skip
    return reviews.record_review(actor=lawyer, now=NOW, **values | fields)


def test_with_contract_and_consent_a_post_goes_to_the_ai_processor(agreed, claude):
    connection = connected()
    decision = ask(connection=connection, processor="anthropic")
    assert (decision.allowed, decision.outcome, decision.rule) == (True, "allowed", "contract")
    assert decision.strip == ["handles", "third_party_names"]
    assert agreed == [(connection.subject_id, "ai_processor", NOW)]


def test_every_answer_is_kept_with_the_version_of_the_registry(db):
    decision = GateDecision.objects.get(pk=ask(platform="x", element="own_posts").pk)
    assert (decision.platform, decision.element, decision.asked_by) == ("x", "own_posts", "product")
    assert decision.registry_sha256 == shipped("x").sha256
    assert decision.asked_at == NOW
    assert not decision.allowed
    assert decision.reason["m"]


@pytest.mark.parametrize(
    ("question", "rule"),
    [
        ({"platform": "myspace"}, "unknown_platform"),
        ({"platform": ""}, "unknown_platform"),
        ({"platform": "anthropic"}, "platform_off"),
        ({"platform": "meta_threads"}, "platform_off"),
        ({"platform": "x", "element": "thoughts"}, "unknown_element"),
        ({"platform": "x", "element": ""}, "unknown_element"),
        ({"platform": "x", "purpose": "curiosity"}, "unknown_purpose"),
        ({"platform": "x", "element": "token", "purpose": "human_read"}, "secret"),
        ({"platform": "x", "element": "geo"}, "only_inside_post"),
        ({"platform": "meta_facebook"}, "no_processor"),
        ({"platform": "meta_facebook", "processor": "anthropic"}, "consent"),
        ({"platform": "meta_facebook", "processor": "unheard_of"}, "contract"),
        ({"platform": "x", "element": "own_posts", "purpose": "cross_platform_combine"}, "opt_in"),
    ],
)  # fmt: skip
def test_what_is_not_clearly_allowed_is_refused_and_kept(claude, question, rule):
    decision = ask(**question)
    assert (decision.allowed, decision.outcome, decision.rule) == (False, "refused", rule)
    assert GateDecision.objects.count() == 1


def test_without_a_register_of_consents_nobody_consented_and_the_answer_says_why(claude):
    decision = ask(connection=connected(), processor="anthropic")
    assert decision.rule == "consent"
    assert "Nobody keeps consents" in decision.reason["m"]


def test_a_consent_is_asked_for_one_person_alone(agreed, claude):
    decision = ask(platform="meta_facebook", processor="anthropic")
    assert decision.rule == "consent"
    assert agreed == []


@pytest.mark.parametrize("status", [one for one in ConnectionStatus if one != ConnectionStatus.ACTIVE])
def test_data_of_an_account_that_is_not_active_stay(agreed, claude, status):
    ended = NOW if status == ConnectionStatus.ENDED else None
    decision = ask(connection=connected(status=status, ended_at=ended), processor="anthropic")
    assert decision.rule == "not_connected"


@pytest.mark.parametrize(
    ("fields", "holds"),
    [
        ({}, True),
        ({"contract_signed_on": None}, False),
        ({"contract_signed_on": TODAY + timedelta(days=1)}, False),
        ({"contract_ends_on": TODAY}, True),
        ({"contract_ends_on": TODAY - timedelta(days=1)}, False),
        ({"ended_on": TODAY, "end_data": "deleted"}, False),
    ],
)
def test_a_contract_must_be_signed_and_not_over(agreed, claude, fields, holds):
    Processor.objects.update(**fields)
    assert ask(connection=connected(), processor="anthropic").allowed is holds


def test_the_processors_own_list_of_sources_binds_too(agreed, claude, lawyer):
    connection = connected("linkedin")
    asked = {"connection": connection, "element": "own_profile", "processor": "anthropic"}
    assert ask(**asked).outcome == "needs_review"
    review(lawyer, platform="linkedin")
    assert ask(**asked).allowed


def test_an_opt_in_is_the_one_recorded_with_the_connection(db):
    asked = {"element": "own_posts", "purpose": "cross_platform_combine"}
    assert ask(connection=connected("x", matching_agreed_at=NOW), **asked).allowed


def test_a_review_unlocks_what_waits_for_one_and_ends_with_its_last_day(agreed, claude, lawyer):
    connection = connected("reddit")
    asked = {"connection": connection, "element": "own_posts", "processor": "anthropic"}
    assert ask(**asked).rule == "review"
    review(lawyer, until_on=TODAY + timedelta(days=30))
    assert ask(**asked).allowed
    assert ask(**asked | {"now": NOW + timedelta(days=30)}).allowed
    assert ask(**asked | {"now": NOW + timedelta(days=31)}).rule == "review"


def test_the_strictest_of_two_reviews_wins(agreed, claude, lawyer):
    connection = connected("reddit")
    review(lawyer)
    review(lawyer, element="own_posts", outcome="refused")
    asked = {"connection": connection, "processor": "anthropic"}
    assert ask(element="own_posts", **asked).rule == "legal_review"
    assert ask(element="metrics", **asked).allowed


def test_other_peoples_comments_need_a_recorded_reason(agreed, claude, lawyer):
    asked = {"connection": connected(), "element": "comments", "processor": "anthropic"}
    assert ask(**asked).rule == "third_party"
    review(lawyer, platform="meta_facebook", element="comments")
    decision = ask(**asked)
    assert decision.allowed
    assert decision.strip == ["handles", "third_party_names", "third_party_ids", "third_party_pictures"]


@pytest.mark.parametrize(
    ("platform", "purpose", "hours", "rule"),
    [
        ("meta_facebook", "message_automated", 23, "window_open"),
        ("meta_facebook", "message_automated", 24, "window_closed"),
        ("meta_facebook", "message_human", 24, "window_open"),
        ("meta_facebook", "message_human", 168, "window_closed"),
        ("meta_instagram", "message_human", 167, "window_open"),
        ("meta_facebook", "message_human", None, "unsolicited"),
        ("x", "message_human", 1, "window_unknown"),
        ("google_youtube", "message_human", 1, "no_messages"),
        ("reddit", "message_automated", 1, "no_messages"),
    ],
)
def test_messages_go_out_within_the_window_alone(db, platform, purpose, hours, rule):
    last = None if hours is None else NOW - timedelta(hours=hours)
    element = {"x": "direct_messages", "google_youtube": "comments", "reddit": "own_posts"}.get(
        platform, "messages"
    )
    decision = ask(platform=platform, element=element, purpose=purpose, last_inbound_at=last)
    assert (decision.rule, decision.allowed) == (rule, rule == "window_open")


def test_the_database_keeps_no_answer_that_allows_and_refuses(db):
    decision = ask(platform="x", element="own_posts")
    with pytest.raises(IntegrityError), transaction.atomic():
        GateDecision.objects.filter(pk=decision.pk).update(allowed=True)


# --- reviews ------------------------------------------------------------------------------------------------


def test_a_new_review_ends_the_one_before_and_both_stay(lawyer):
    first = review(lawyer)
    second = review(lawyer, outcome="refused")
    first.refresh_from_db()
    assert (first.ended_at, second.ended_at) == (NOW, None)
    assert list(LegalReview.objects.current(TODAY)) == [second]
    assert AuditEvent.objects.filter(action="review.recorded").count() == 2


def test_a_withdrawn_review_holds_no_more_and_cannot_be_withdrawn_twice(lawyer):
    made = review(lawyer)
    reviews.withdraw_review(review=made, actor=lawyer, now=NOW)
    assert not LegalReview.objects.current(TODAY).exists()
    with pytest.raises(reviews.ReviewRefused):
        reviews.withdraw_review(review=made, actor=lawyer, now=NOW)
    assert AuditEvent.objects.filter(action="review.withdrawn").count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": "  "}, "reason"),
        ({"until_on": TODAY - timedelta(days=1)}, "a year"),
        ({"until_on": TODAY + timedelta(days=367)}, "a year"),
        ({"until_on": date(2100, 1, 1)}, "a year"),
        ({"platform": "myspace"}, "no such platform"),
        ({"element": "thoughts"}, "no such platform or data element"),
        ({"purpose": "curiosity"}, "lists"),
        ({"outcome": "maybe"}, "lists"),
        ({"purpose": GatePurpose.SELL}, "No review can allow"),
        ({"purpose": GatePurpose.AI_TRAINING}, "No review can allow"),
    ],
)
def test_a_review_that_cannot_hold_is_not_recorded(lawyer, fields, words):
    with pytest.raises(reviews.ReviewRefused, match=words):
        review(lawyer, **fields)
    assert not LegalReview.objects.exists()


def test_a_refusal_may_be_recorded_for_what_is_forbidden_anyhow(lawyer):
    assert review(lawyer, purpose=GatePurpose.SELL, outcome=ReviewOutcome.REFUSED).pk
