"""What people call a platform."""

import pytest

from platforms.services import naming


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
