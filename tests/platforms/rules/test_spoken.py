"""Whatever the registry knows has plain words, in both languages."""

import pytest
from django.utils import translation

from platforms import registry
from platforms.rules import spoken

PLATFORMS = [entry for entry in registry.shipped_entries().values() if entry.oauth]


@pytest.mark.parametrize("entry", PLATFORMS, ids=lambda entry: entry.key)
def test_every_scope_feature_and_element_has_words(entry):
    scopes = {scope for feature in entry.features.values() for scope in feature.scopes}
    assert scopes <= set(spoken.SCOPES)
    assert set(entry.features) <= set(spoken.FEATURES)
    assert {element.key for element in entry.data_elements} <= set(spoken.ELEMENTS)


@pytest.mark.parametrize("entry", PLATFORMS, ids=lambda entry: entry.key)
def test_every_element_says_how_long_it_is_kept(entry):
    with translation.override("en"):
        kept = {element.key: spoken.kept_words(element) for element in entry.data_elements}
    assert all(kept.values())
    assert not [words for words in kept.values() if words.startswith("P") or "_" in words]


@pytest.mark.parametrize(("text", "words"), [
    ("P30D", "30 days"), ("P1D", "1 day"), ("P13M", "13 months"), ("P1Y", "12 months"), ("PT48H", "48 hours"),
])  # fmt: skip
def test_periods_in_words(text, words):
    assert spoken.period_words(text) == words


def test_the_shorter_of_our_period_and_the_platforms_limit_counts():
    element = registry.shipped("google_youtube").element("video_metadata")
    longer = element.model_copy(update={"ship": "P90D", "platform_max": "P30D"})
    assert spoken.kept_words(longer) == "30 days"


def test_permissions_are_said_once_each():
    said = spoken.scopes_words(["tweet.write", "users.read", "instagram_business_content_publish", "made_up"])
    assert said == ["Publish posts for you", "See your name and your account", "made_up"]
