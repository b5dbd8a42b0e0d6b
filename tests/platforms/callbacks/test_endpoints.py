"""The table of endpoints says what the registry's files say."""

import pytest
from django.urls import resolve

from platforms import registry
from platforms.callbacks.endpoints import ENDPOINTS, endpoint
from platforms.rules.signatures import NAMES

# Files with one address between them: the first names it.
SHARED = {"google_analytics"}


def told():
    """Return what the registry says: path, verifier, secrets, handshake, answers."""
    return {
        found.path: (
            entry.key, found.verify, found.secrets, found.handshake or "", found.success.status,
            found.failure.status,
        )
        for entry in registry.entries()
        if entry.key not in SHARED
        for found in entry.callbacks
    }  # fmt: skip


@pytest.mark.django_db
def test_paths_verifiers_secrets_and_answers_are_those_of_the_registry():
    ours = {
        f"/{e.path}": (e.platform, e.scheme, e.secrets, e.handshake, e.accepts, e.refuses) for e in ENDPOINTS
    }
    assert ours == told()


def test_the_address_that_two_files_share_is_one():
    assert registry.shipped("google_analytics").callbacks[0].path == "/callbacks/google/risc/"
    assert registry.shipped("google_youtube").callbacks[0].unavailable.status == 503


@pytest.mark.parametrize("found", ENDPOINTS, ids=lambda found: found.name)
def test_every_endpoint_has_its_address_and_a_verifier(found):
    assert resolve(f"/{found.path}").kwargs == {"name": found.name}
    assert endpoint(found.name) is found
    assert found.scheme in NAMES


def test_an_unknown_name_is_an_error():
    with pytest.raises(KeyError):
        endpoint("myspace")
