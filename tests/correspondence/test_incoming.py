"""The endpoint for raw messages: who may post, how much, and that twice is once."""

import pytest

from correspondence.models import RawMessage
from correspondence.views import incoming
from tests.correspondence.post import mail

SECRET = "a-secret-of-twenty-and-more"
URL = "/mail/privacy/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _secret(monkeypatch):
    monkeypatch.setenv("MAIL_PRIVACY_SECRET", SECRET)


def post(client, raw, *, secret=SECRET, url=URL, **more):
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    return client.post(url, data=raw, content_type="message/rfc822", headers=headers, **more)


def test_a_message_is_stored_once_however_often_it_is_posted(client):
    assert [post(client, mail("Hello")).status_code for _ in range(3)] == [202, 202, 202]
    assert RawMessage.objects.count() == 1
    assert RawMessage.objects.get().mailbox == "privacy"


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", "ünïcode"])
def test_without_the_secret_nothing_is_taken(client, secret):
    answer = post(client, mail("Hello"), secret=secret)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert not RawMessage.objects.exists()


@pytest.mark.parametrize("url", ["/mail/dpo/", "/mail/nobody/"])
def test_a_mailbox_that_takes_none_is_not_found(client, url):
    assert post(client, mail("Hello"), url=url).status_code == 404


def test_an_empty_body_is_refused(client):
    assert post(client, b"").status_code == 400


def test_a_message_too_large_is_refused_and_leaves_nothing(client, monkeypatch):
    monkeypatch.setattr(incoming, "MOST_BYTES", 100_000)
    assert post(client, b"x" * 100_001).status_code == 413
    assert not RawMessage.objects.exists()


def test_a_body_longer_than_announced_is_counted_while_it_comes(client, monkeypatch, rf):
    monkeypatch.setattr(incoming, "MOST_BYTES", 100_000)
    request = rf.post(URL, data=b"x" * 150_000, content_type="message/rfc822",
                      headers={"Authorization": f"Bearer {SECRET}"})  # fmt: skip
    request.META["CONTENT_LENGTH"] = ""
    assert incoming.raw_message(request, "privacy").status_code == 413


@pytest.mark.slow
def test_fifty_megabytes_are_taken(client):
    body = mail("Huge") + b"z" * (incoming.MOST_BYTES - len(mail("Huge")))
    assert post(client, body).status_code == 202
    assert RawMessage.objects.get().size == incoming.MOST_BYTES


def test_a_short_secret_is_a_fault_of_the_settings(client, monkeypatch):
    from django.core.exceptions import ImproperlyConfigured

    monkeypatch.setenv("MAIL_PRIVACY_SECRET", "short")
    with pytest.raises(ImproperlyConfigured, match="too short"):
        post(client, mail("Hello"))
