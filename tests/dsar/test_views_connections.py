"""My connections: what a person sees of linked accounts, and the way to a platform and back by browser."""

import re
from urllib.parse import urlsplit

import httpx
import pytest
import time_machine
from django.utils import translation

from platforms import fakes
from platforms.enums import ConnectionStatus
from platforms.models import Connection, OAuthAttempt
from tests import factories as make
from tests.people import signed_in, text_of

LIST = "/connections/"


@pytest.fixture
def base(settings):
    """Stand-ins of the platforms, and a portal that is set up for them."""
    with fakes.running() as url:
        settings.PLATFORM_FAKES_URL, settings.PLATFORM_SECRETS = url, dict(fakes.SECRETS)
        settings.HTTP_ALLOW_PRIVATE = True
        yield url


@pytest.fixture
def subject(db):
    return make.SubjectFactory(user=make.UserFactory())


@pytest.fixture
def client(subject):
    return signed_in(subject.user)


def go(client, base, platform="reddit", **posted):
    """Choose what it is for, and allow it at the platform; returns the address of the way back."""
    fakes.world(base).consent(platform, "1001")
    page = client.post(f"{LIST}{platform}/connect/", posted).content.decode()
    url = re.search(r'href="(http://127[^"]+)"', page).group(1).replace("&amp;", "&")
    back = urlsplit(httpx.get(url).headers["location"])
    return f"{back.path}?{back.query}"


def test_the_whole_way_by_browser(client, base, subject):
    answer = client.get(go(client, base, features=["publish"]), follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    text = text_of(answer)
    for words in ("Connected.", "ana.demo", "Publish posts for you", "End it by hand at Reddit"):
        assert words in text
    assert Connection.objects.get().subject == subject
    assert answer["Cache-Control"] == "no-store"


def test_the_way_back_needs_the_session_that_left(client, base, subject):
    back = go(client, base)
    other_browser = signed_in(subject.user)
    assert "does not belong to a connection" in text_of(other_browser.get(back, follow=True))
    stranger = signed_in(make.SubjectFactory(user=make.UserFactory()).user)
    assert "does not belong to a connection" in text_of(stranger.get(go(client, base), follow=True))
    assert not Connection.objects.exists()


def test_somebody_who_is_not_signed_in_comes_to_the_sign_in(client, base):
    back = go(client, base)
    client.logout()
    assert client.get(back).url.startswith("/accounts/login/")
    assert OAuthAttempt.objects.get().used_at is None


def test_a_no_at_the_platform_is_said_plainly(client, base):
    fakes.world(base).consent("reddit", deny=True)
    page = client.post(f"{LIST}reddit/connect/").content.decode()
    url = re.search(r'href="(http://127[^"]+)"', page).group(1).replace("&amp;", "&")
    back = urlsplit(httpx.get(url).headers["location"])
    assert "You did not allow the access" in text_of(client.get(f"{back.path}?{back.query}", follow=True))


def test_the_page_says_what_is_read_and_how_long_it_is_kept(client, base):
    text = text_of(client.get(f"{LIST}google_youtube/connect/"))
    for words in (
        "Your playlists",
        "30 days",
        "13 months",
        "security.google.com/settings/security/permissions",
    ):
        assert words in text
    assert "not at all: read only while you look" in text_of(client.get(f"{LIST}pinterest/connect/"))


def test_x_is_connected_only_with_an_express_yes(client, base):
    refused = client.post(f"{LIST}x/connect/", {"features": ["publish"]})
    assert refused.status_code == 422
    assert not OAuthAttempt.objects.exists()
    client.get(go(client, base, "x", features=["publish"], matching="on"))
    assert Connection.objects.get().matching_agreed_at
    assert "You agreed on" in text_of(client.get(LIST))


def test_only_features_of_the_profile_can_be_chosen(client, base):
    assert client.post(f"{LIST}reddit/connect/", {"features": ["inbox_messages"]}).status_code == 422


@pytest.mark.parametrize("platform", ["friendster", "stripe", "meta_threads"])
def test_a_platform_that_is_not_offered_is_not_found(client, platform):
    assert client.get(f"{LIST}{platform}/connect/").status_code == 404


def test_a_platform_that_is_not_set_up_says_so(client, settings):
    settings.PLATFORM_SECRETS = {}
    answer = client.post(f"{LIST}reddit/connect/")
    assert answer.status_code == 409
    assert "is not set up here yet" in text_of(answer)


def test_nobody_sees_accounts_of_others(client):
    make.ConnectionFactory(handle="somebody.else")
    assert "somebody.else" not in text_of(client.get(LIST))


def test_every_state_is_explained(client, subject):
    states = {
        ConnectionStatus.EXPIRED: {"probe_result": "dead"}, ConnectionStatus.HELD: {},
        ConnectionStatus.REVOKING: {}, ConnectionStatus.ENDED: {"ended_at": make.NOW},
    }  # fmt: skip
    for number, (status, extra) in enumerate(states.items()):
        make.ConnectionFactory(subject=subject, status=status, external_id=str(number), **extra)
    text = text_of(client.get(LIST))
    for words in (
        "our access was ended there", "rests until somebody", "is being ended", "ended on 12 October 2026",
    ):  # fmt: skip
        assert words in text


def test_missing_permissions_are_named(client, subject):
    row = make.ConnectionFactory(subject=subject, platform="tiktok", features=["connect", "analytics"])
    make.ScopeGrantFactory(connection=row, scope="user.info.basic")
    page = client.get(LIST)
    text = text_of(page)
    assert "<b>Show how your posts do</b> does not work until you allow this: " in text
    assert "See your videos and how they do" in text
    assert page.content.decode().count('href="/connections/tiktok/connect/"') == 2  # here, and in the offers


def test_nothing_is_said_to_be_missing_while_we_do_not_know_what_was_granted(client, subject):
    row = make.ConnectionFactory(subject=subject, platform="tiktok", features=["connect", "analytics"])
    assert "does not work until" not in text_of(client.get(LIST))
    make.ScopeGrantFactory(connection=row, scope="user.info.basic", ended_at=make.NOW)
    assert "does not work until" in text_of(client.get(LIST))


def test_no_token_is_on_any_page(client, subject):
    token = make.TokenFactory(connection=make.ConnectionFactory(subject=subject))
    assert token.value not in client.get(LIST).content.decode()


def test_the_pages_speak_german(client, subject):
    make.ConnectionFactory(subject=subject)
    with translation.override("de"), time_machine.travel(make.NOW, tick=False):
        subject.user.language = "de"
        subject.user.save()
        assert "Ihre Verbindungen" in text_of(signed_in(subject.user).get(LIST))


def test_an_account_of_somebody_else_is_refused_with_the_page_where_to_remove_our_access(client, base):
    other = signed_in(make.SubjectFactory(user=make.UserFactory()).user)
    other.get(go(other, base, features=["publish"]))
    answer = client.get(go(client, base, features=["publish"]), follow=True)
    text = text_of(answer)
    assert "is linked to another person here" in text
    assert "We have not stored it, and we asked Reddit to withdraw the permission" in text
    assert '<a href="https://www.reddit.com/prefs/apps" rel="noopener noreferrer">' in answer.content.decode()
    assert Connection.objects.count() == 1
