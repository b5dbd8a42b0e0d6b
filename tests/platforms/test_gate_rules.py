"""The gate's rule: every platform and purpose by hand, every word of the registry, what must be taken out."""

from dataclasses import replace

import pytest

from platforms import registry
from platforms.enums import GatePurpose
from platforms.registry.schema import Restrictions
from platforms.rules import gate
from platforms.rules.gate import Element, Question

OWN = Element("posts", "account_owner", "low", "store")
THIRD = Element("comments", "third_party", "medium", "store")
PURPOSES = ("ai_processor", "ai_training", "ad_profiling", "sell", "cross_platform_combine", "human_read")
A, R, L = gate.ALLOWED, gate.REFUSED, gate.NEEDS_REVIEW

# The account's own posts, with contract and the account's consent, without opt-in, review or ground to read.
WITH_CONSENT = {
    "meta_facebook": (A, R, R, R, L, R),
    "meta_instagram": (A, R, R, R, L, R),
    "meta_threads": (A, R, R, R, L, R),
    "google_youtube": (A, A, R, R, A, A),
    "google_analytics": (A, A, R, R, A, A),
    "x": (A, R, R, R, R, L),
    "linkedin": (L, R, R, R, A, L),
    "tiktok": (A, L, R, R, L, L),
    "pinterest": (L, R, R, R, R, L),
    "reddit": (L, R, R, R, L, L),
}
# The same when nobody consented, opted in or signed anything.
WITH_NOTHING = {
    "meta_facebook": (R, R, R, R, L, R),
    "meta_instagram": (R, R, R, R, L, R),
    "meta_threads": (R, R, R, R, L, R),
    "google_youtube": (R, R, R, R, A, R),
    "google_analytics": (R, R, R, R, A, R),
    "x": (R, R, R, R, R, L),
    "linkedin": (L, R, R, R, A, L),
    "tiktok": (R, L, R, R, L, L),
    "pinterest": (L, R, R, R, R, L),
    "reddit": (L, R, R, R, L, L),
}
# With a recorded legal review that allows: what is forbidden stays so, and consent is still needed.
REVIEWED = {
    "meta_facebook": (A, R, R, R, A, R),
    "meta_instagram": (A, R, R, R, A, R),
    "meta_threads": (A, R, R, R, A, R),
    "google_youtube": (A, A, R, R, A, A),
    "google_analytics": (A, A, R, R, A, A),
    "x": (A, R, R, R, R, A),
    "linkedin": (A, R, R, R, A, A),
    "tiktok": (A, A, R, R, A, A),
    "pinterest": (A, R, R, R, R, A),
    "reddit": (A, R, R, R, A, A),
}


def word(platform: str, purpose: str) -> str | None:
    restrictions = registry.shipped(platform).restrictions
    return getattr(restrictions, purpose) if purpose in restrictions.model_fields_set else None


def question(platform: str, purpose: str, **more) -> Question:
    contract = more.pop("contract", True)
    processor = {"contract": contract} if purpose == "ai_processor" else {}
    return Question(purpose, word(platform, purpose), more.pop("element", OWN), **processor, **more)


def cells(table):
    return [(key, name, row[at]) for key, row in table.items() for at, name in enumerate(PURPOSES)]


@pytest.mark.parametrize(("platform", "purpose", "outcome"), cells(WITH_CONSENT))
def test_with_contract_and_consent(platform, purpose, outcome):
    assert gate.answer(question(platform, purpose, consent=True)).outcome == outcome


@pytest.mark.parametrize(("platform", "purpose", "outcome"), cells(WITH_NOTHING))
def test_without_contract_and_consent(platform, purpose, outcome):
    assert gate.answer(question(platform, purpose, contract=False)).outcome == outcome


@pytest.mark.parametrize(("platform", "purpose", "outcome"), cells(REVIEWED))
def test_with_a_review_that_allows(platform, purpose, outcome):
    assert gate.answer(question(platform, purpose, consent=True, review="allowed")).outcome == outcome


@pytest.mark.parametrize("platform", WITH_CONSENT)
@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_review_that_refuses_always_refuses(platform, purpose):
    full = question(platform, purpose, consent=True, opted_in=True, ground="law", review="refused")
    assert gate.answer(full).outcome == R


def test_the_tables_speak_of_every_platform():
    platforms = {key for key, one in registry.shipped_entries().items() if one.kind == "social_platform"}
    assert set(WITH_CONSENT) == set(WITH_NOTHING) == set(REVIEWED) == platforms


def test_every_word_that_the_registry_may_use_is_known():
    words = set()
    for purpose in PURPOSES:
        words |= set(Restrictions.model_fields[purpose].annotation.__args__)
    assert words - set(gate.WORDS) == set()


@pytest.mark.parametrize("odd", ["perhaps", "", "ALLOWED", "allowed ", "forbidden?"])
@pytest.mark.parametrize("purpose", PURPOSES)
def test_an_unknown_word_refuses_whatever_else_is_there(odd, purpose):
    full = Question(
        purpose, odd, OWN, contract=True, consent=True, opted_in=True, review="allowed", ground="law"
    )
    assert gate.answer(full).outcome == R
    assert gate.answer(replace(full, word="allowed", source=odd or "?")).outcome == R


@pytest.mark.parametrize("purpose", ["ad_profiling", "sell"])
def test_advertising_and_sale_are_refused_even_if_the_registry_allowed_them(purpose):
    answer = gate.answer(Question(purpose, "allowed", OWN, consent=True, review="allowed"))
    assert (answer.outcome, answer.rule) == (R, "never")


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_token_never_leaves(purpose):
    secret = Element("token", "account_owner", "secret", "store")
    full = Question(purpose, "allowed", secret, contract=True, consent=True, review="allowed")
    assert gate.answer(full).rule == ("secret")


def test_a_place_never_travels_without_its_post():
    geo = Element("geo", "account_owner", "high", "only_inside_post")
    assert gate.answer(Question("human_read", "allowed", geo)).rule == "only_inside_post"


@pytest.mark.parametrize(
    ("change", "outcome", "rule"),
    [
        ({}, A, "contract"),
        ({"contract": False}, R, "contract"),
        ({"contract": None}, R, "no_processor"),
        ({"consent": False}, R, "consent"),
        ({"element": THIRD}, L, "third_party"),
        ({"element": THIRD, "review": "allowed"}, A, "contract"),
        ({"element": Element("all", "all"), "review": ""}, L, "third_party"),
        ({"source": "blocked"}, L, "review"),
        ({"source": "blocked", "review": "allowed"}, A, "contract"),
        ({"word": "forbidden", "review": "allowed"}, R, "forbidden"),
        ({"word": None}, L, "no_rule"),
        ({"word": None, "review": "allowed"}, A, "review"),
    ],
)
def test_what_an_ai_processor_needs(change, outcome, rule):
    full = Question("ai_processor", "contract", OWN, contract=True, consent=True)
    answer = gate.answer(replace(full, **change))
    assert (answer.outcome, answer.rule) == (outcome, rule)


def test_a_model_may_answer_about_x_and_never_learn_from_it():
    full = Question("ai_processor", "inference_only", OWN, contract=True, consent=True)
    assert gate.answer(full).allowed
    assert gate.answer(replace(full, purpose="ai_training")).rule == "inference_only"


def test_youtube_statistics_are_not_combined_and_other_items_are_under_a_condition():
    full = Question("cross_platform_combine", "no_derived_metrics", OWN)
    assert gate.answer(full).allowed
    assert "No metric may be derived" in gate.answer(full).reason
    refused = gate.answer(replace(full, element=Element("statistics_authorised", "aggregate")))
    assert (refused.outcome, refused.rule) == (R, "no_derived_metrics")


def test_linkedin_is_combined_while_the_source_stays_visible():
    answer = gate.answer(Question("cross_platform_combine", "source_visible", OWN))
    assert (answer.rule, "from which platform" in answer.reason) == ("source_visible", True)


@pytest.mark.parametrize(("opted", "outcome"), [(True, A), (False, R)])
def test_an_x_identity_is_linked_to_a_customer_after_an_opt_in(opted, outcome):
    assert gate.answer(Question("cross_platform_combine", "opt_in", OWN, opted_in=opted)).outcome == outcome


@pytest.mark.parametrize(
    ("word_", "ground", "consent", "outcome"),
    [
        ("support_only", "support", False, A),
        ("support_only", "law", True, R),
        ("support_only", "", True, R),
        ("consent_or_security_or_law", "security", False, A),
        ("consent_or_security_or_law", "law", False, A),
        ("consent_or_security_or_law", "support", False, R),
        ("consent_or_security_or_law", "", True, A),
        ("consent_or_security_or_law", "", False, R),
    ],
)
def test_who_may_read_and_why(word_, ground, consent, outcome):
    assert gate.answer(Question("human_read", word_, OWN, ground=ground, consent=consent)).outcome == outcome


def test_training_needs_consent_even_where_a_review_allows_it():
    asked = Question("ai_training", "review", OWN, review="allowed")
    assert gate.answer(asked).rule == "consent"
    assert gate.answer(replace(asked, consent=True)).allowed


@pytest.mark.parametrize(
    ("asked", "strip"),
    [
        (Question("ai_processor", "contract", OWN, contract=True, consent=True), ("handles",)),
        (
            Question("ai_processor", "contract", THIRD, contract=True, consent=True, review="allowed",
                     minimise=("strip_handles", "strip_third_party_names")),
            ("handles", "third_party_names", "third_party_ids", "third_party_pictures"),
        ),
        (
            Question("ai_processor", "contract", OWN, contract=True, consent=True,
                     minimise=("strip_third_party_names", "strip_places")),
            ("handles", "third_party_names", "strip_places"),
        ),
        (Question("cross_platform_combine", "allowed", OWN, contract=True), ("handles",)),
        (Question("cross_platform_combine", "allowed", THIRD), ()),
        (Question("ai_processor", "contract", OWN, contract=False, consent=True), ()),
    ],
)  # fmt: skip
def test_what_must_be_taken_out(asked, strip):
    assert gate.answer(asked).strip == strip


@pytest.mark.parametrize(
    ("change", "outcome", "rule"),
    [
        ({}, A, "window_open"),
        ({"offered": False}, R, "no_messages"),
        ({"spoke_first": False}, R, "unsolicited"),
        ({"open_now": False}, R, "window_closed"),
        ({"window_known": False, "open_now": False}, L, "window_unknown"),
        ({"window_known": False, "open_now": False, "review": "allowed"}, A, "legal_review"),
        ({"review": "refused"}, R, "legal_review"),
        ({"open_now": False, "review": "allowed"}, R, "window_closed"),
    ],
)
def test_answers_about_messages(change, outcome, rule):
    known = {"offered": True, "window_known": True, "spoke_first": True, "open_now": True}
    answer = gate.answer_message(**known | change)
    assert (answer.outcome, answer.rule) == (outcome, rule)


def test_every_purpose_is_either_ruled_by_the_registry_or_a_message():
    assert set(GatePurpose.values) == {*PURPOSES, "message_human", "message_automated"}
