"""Words for the keys of the registry: every key has some, and they say no key."""

import pytest
from django.utils import translation

from platforms import registry
from platforms.callbacks.endpoints import ENDPOINTS
from platforms.rules import labels, wording

ENTRIES = registry.shipped_entries().values()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.key)
def test_every_data_element_and_trigger_of_the_registry_has_words(entry):
    assert {one.key for one in entry.data_elements} <= set(labels.ELEMENTS)
    for trigger in entry.deletion:
        assert "_" not in str(wording.trigger_label(trigger))


def test_the_table_names_nothing_that_the_registry_lacks():
    known = {one.key for entry in ENTRIES for one in entry.data_elements}
    assert set(labels.ELEMENTS) - known == {"grant"}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: one.name)
def test_every_endpoint_has_words(endpoint):
    said = labels.endpoint(endpoint.name)
    assert said in {str(words) for words in labels.ENDPOINTS.values()}


def test_a_key_without_words_is_still_readable():
    assert labels.element("fetched_posts") == "Fetched posts"
    assert labels.endpoint("new_thing") == "New thing"
    assert labels.fact("eu_us.security_contact") == "Security contact"
    assert labels.fact("eu_us.assessed_on") == "Assessment of the transfer"


def test_the_words_are_translated():
    with translation.override("de"):
        assert labels.element("comments") == "Kommentare anderer"
