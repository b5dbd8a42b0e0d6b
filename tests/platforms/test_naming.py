"""What people call a platform."""

import pytest

from platforms.services import naming
from tests import factories as make


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("meta_facebook", "Facebook"),
        ("meta_threads", "Meta: Threads (optional)"),
        ("myspace", "myspace"),
        ("", ""),
    ],
)
def test_the_companys_own_word_goes_before_the_registrys(key, name):
    assert naming.name_of(key) == name


@pytest.mark.django_db
def test_the_desk_says_the_registrys_name_and_that_of_a_processors_record():
    make.ProcessorFactory(key="acme_mail", name="Acme Mail")
    assert naming.registered("meta_facebook") == "Meta: Facebook Pages"
    assert naming.registered("acme_mail") == "Acme Mail"
    assert naming.registered("nobody") == "nobody"


@pytest.mark.parametrize(
    ("kind", "element", "words", "key"),
    [
        ("over_age", "video_metadata", "Titles and descriptions of videos", "video_metadata"),
        ("reverify", "grant", "The grant itself", "grant"),
        ("scope_lost", "video.publish", "Publish videos for you", "video.publish"),
        ("promise_looser", "user_disconnect", "The person disconnected", "user_disconnect"),
        ("promise_looser", "something_new", "Something new", "something_new"),
        ("secret_missing", "META_APP_SECRET", "META_APP_SECRET", ""),
        ("terms_unreviewed", "terms", "Terms", ""),
        ("deletion_late", "0b0f2a9e-1111-2222-3333-444455556666", "Disconnection", "0b0f2a9e"),
        ("contract_expires", "contract_ends_on", "End of the contract", "contract_ends_on"),
        ("grant_dead", "", "", ""),
    ],
)
def test_what_a_finding_is_about_is_said_in_words_with_the_key_beside(kind, element, words, key):
    assert (naming.concern_of(kind, element), naming.key_of(kind, element)) == (words, key)
