"""Tokens at rest: encrypted, found as Google names them, gone when destroyed, and never in a log."""

import base64
import hashlib
import logging

import pytest
from django.db import connection as database

from accounts.models import AuditEvent
from config import crypto
from platforms.enums import TokenKind
from platforms.models import Token
from platforms.services import oauth
from platforms.services.oauth import probing, tokens
from tests.platforms.oauth.conftest import KEYS, NOW


def everything() -> str:
    """Return every value of every table that this part writes, as the database holds it."""
    found = []
    with database.cursor() as cursor:
        for table in ("connection", "token", "oauthattempt", "scopegrant"):
            cursor.execute(f"SELECT * FROM platforms_{table}")
            found += [str(row) for row in cursor.fetchall()]
        cursor.execute("SELECT * FROM accounts_auditevent")
        return "".join([*found, *map(str, cursor.fetchall())])


def test_no_token_and_no_account_is_readable_in_the_database(person):
    connection = person.connect("x", ["publish"])
    values = [tokens.value_of(connection, kind) for kind in (TokenKind.ACCESS, TokenKind.REFRESH)]
    stored = everything()
    assert all(value and value not in stored for value in values)
    assert "ana.demo" not in stored


def test_a_token_is_found_by_prefix_and_by_double_hash(person):
    connection = person.connect("google_youtube")
    value = tokens.value_of(connection, TokenKind.REFRESH)
    digest = base64.b64encode(hashlib.sha512(hashlib.sha512(value.encode()).digest()).digest()).decode()
    found = tokens.living(connection, TokenKind.REFRESH)
    assert list(Token.objects.hashed(digest)) == [found]
    assert found in Token.objects.prefixed(value[:16])
    assert not Token.objects.prefixed(value[:15]).exists()


def test_destroyed_tokens_leave_a_row_without_value_or_look_up(person):
    connection = person.connect("x")
    assert tokens.destroy(connection=connection, why="disconnected", now=NOW) == 2
    for token in Token.objects.filter(connection=connection):
        assert (token.value, token.prefix_index, token.hash_index) == ("", "", "")
        assert (token.destroyed_at, token.destroyed_why) == (NOW, "disconnected")
    assert tokens.destroy(connection=connection, why="again", now=NOW) == 0
    assert AuditEvent.objects.filter(action="connection.tokens_destroyed").count() == 1


def test_one_kind_can_be_destroyed_alone(person):
    connection = person.connect("x")
    assert tokens.destroy(connection=connection, why="test", now=NOW, kinds=(TokenKind.ACCESS,)) == 1
    assert tokens.value_of(connection, TokenKind.REFRESH)


def test_a_token_moved_to_another_row_is_unreadable(person):
    first, second = person.connect("x"), person.connect("reddit")
    one, other = (tokens.living(c, TokenKind.ACCESS) for c in (first, second))
    ids = [token.pk.hex if database.vendor == "sqlite" else token.pk for token in (one, other)]
    with database.cursor() as cursor:
        cursor.execute("SELECT value FROM platforms_token WHERE id = %s", ids[:1])
        sealed = cursor.fetchone()[0]
        cursor.execute("UPDATE platforms_token SET value = %s WHERE id = %s", [sealed, ids[1]])
    with pytest.raises(crypto.DecryptionFailed):
        _ = Token.objects.get(pk=other.pk).value


@pytest.mark.slow
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("mode", ["", "500", "redirect", "hang", "bad_json"])
def test_nothing_secret_is_ever_logged_or_said(person, caplog, capfd, monkeypatch, key, mode):
    monkeypatch.setattr("config.http.TIMEOUT_SECONDS", 0.2)
    caplog.set_level(logging.INFO)
    connection = person.connect(key, ["analytics"])
    said = []
    if mode:
        for kind in ("token", "refresh", "exchange", "probe"):
            person.world.fail(key, kind, mode)
    for step in (
        lambda: person.connect(key),
        lambda: oauth.refresh(connection=connection, now=NOW),
        lambda: probing.probe(connection, now=NOW),
    ):
        try:
            step()
        except oauth.OAuthRefused as refused:
            said += [str(refused), repr(refused.__cause__), repr(refused.code)]
    connection.refresh_from_db()
    heard = "".join([caplog.text, *capfd.readouterr(), *said, connection.refresh_error, everything()])
    secrets = [
        *person.world.tokens,
        *person.world.codes,
        "fake-meta-secret",
        "appsecret_proof",
        "access_token=",
    ]
    assert not [secret for secret in secrets if secret in heard]
