"""Small pages of the site."""

import pytest
from django.db import DatabaseError, connection

from config.profile import active_profile
from tests.people import text_of

pytestmark = pytest.mark.django_db


def test_health_is_told_in_one_word(client):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_health_is_bad_when_the_database_does_not_answer(client, monkeypatch):
    def broken():
        raise DatabaseError("secret host name")

    monkeypatch.setattr(connection, "cursor", broken)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert b"secret" not in answer.content


def test_contact_names_every_mailbox(client):
    page = text_of(client.get("/contact/"))
    assert all(mailbox.address in page for mailbox in active_profile().mailboxes)


def test_security_txt_has_what_the_standard_demands(client):
    text = client.get("/.well-known/security.txt").content.decode()
    assert "Contact: mailto:" in text
    assert "Expires: 2" in text
