"""Liveness: each platform is asked at its pace; a dead grant starts the clock of its data."""

from datetime import timedelta

import pytest

from platforms.enums import ConnectionStatus, FindingKind, ProbeResult, TokenKind
from platforms.models import Connection, Token
from platforms.services.finders import connections as connection_finder
from platforms.services.oauth import losing, probing, tokens
from tests.platforms.oauth.conftest import KEYS, NOW

DAY = timedelta(days=1)
EVERY = {key: 7 * DAY if key.startswith("google") else DAY for key in KEYS}


@pytest.fixture
def heard(monkeypatch):
    """What was told to whoever ends connections."""
    calls = []
    monkeypatch.setattr(losing, "_heard", [lambda row, now: calls.append((row.pk, now))])
    return calls


@pytest.mark.parametrize("key", KEYS)
def test_a_living_grant_is_seen_at_the_pace_of_the_registry(person, clock, heard, key):
    connection = person.connect(key)
    assert connection.probe_at == NOW + EVERY[key]
    later = NOW + EVERY[key]
    clock.move_to(later)
    assert probing.due(now=later) == [str(connection.pk)]
    assert probing.probe(connection, now=later) == ProbeResult.ALIVE
    connection.refresh_from_db()
    assert (connection.verified_at, connection.probe_at) == (later, later + EVERY[key])
    assert heard == []


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("after", [timedelta(minutes=5), timedelta(days=8)])
def test_a_revoked_grant_is_seen_dead_and_told_once(person, clock, heard, key, after):
    connection = person.connect(key)
    person.world.revoke(key, "1001")
    clock.shift(after)
    assert probing.probe(connection, now=NOW + after) == ProbeResult.DEAD
    assert heard == [(connection.pk, NOW + after)]
    connection.refresh_from_db()
    assert (connection.status, connection.probe_result) == (ConnectionStatus.EXPIRED, ProbeResult.DEAD)
    assert probing.probe(connection, now=NOW + after) == ProbeResult.IMPOSSIBLE
    assert len(heard) == 1


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("mode", ["500", "429", "redirect", "bad_json", "hang"])
def test_no_answer_says_nothing_about_the_grant(person, monkeypatch, heard, key, mode):
    monkeypatch.setattr("config.http.TIMEOUT_SECONDS", 0.3)
    connection = person.connect(key)
    kind = "refresh" if key.startswith("google") else "probe"
    person.world.fail(key, kind, mode)
    assert probing.probe(connection, now=NOW) == ProbeResult.UNKNOWN
    connection.refresh_from_db()
    assert connection.status == ConnectionStatus.ACTIVE
    assert connection.probe_at <= NOW + timedelta(hours=6)
    assert heard == []


@pytest.mark.parametrize("key", ["x", "tiktok", "pinterest", "reddit"])
def test_an_access_token_that_is_only_old_is_renewed_first(person, heard, key):
    connection = person.connect(key)
    Token.objects.filter(connection=connection, kind=TokenKind.ACCESS).update(expires_at=NOW)
    assert probing.probe(connection, now=NOW) == ProbeResult.ALIVE
    assert len(person.world.called(key, "refresh")) == 1
    assert tokens.living(connection, TokenKind.ACCESS).expires_at > NOW


def test_youtube_records_that_the_grant_was_verified_again(person, clock):
    connection = person.connect("google_youtube")
    late = NOW + 31 * DAY
    found = [f for f in connection_finder.find(now=late) if f.kind == FindingKind.REVERIFY]
    assert [f.connection for f in found] == [connection]
    clock.move_to(late)
    probing.probe(connection, now=late)
    assert not list(connection_finder.find(now=late))


def test_a_dead_grant_that_nobody_ends_is_a_finding(person, monkeypatch):
    monkeypatch.setattr(losing, "_heard", [])
    connection = person.connect("reddit")
    person.world.revoke("reddit", "1001")
    Token.objects.filter(kind=TokenKind.ACCESS).update(expires_at=NOW)
    probing.probe(connection, now=NOW)
    assert [f.kind for f in connection_finder.find(now=NOW)] == [FindingKind.GRANT_DEAD]


def test_a_connection_without_tokens_cannot_be_probed(person):
    connection = person.connect("reddit")
    tokens.destroy(connection=connection, why="test", now=NOW)
    assert probing.probe(connection, now=NOW) == ProbeResult.IMPOSSIBLE


def test_one_that_is_being_disconnected_is_only_looked_at(person, heard):
    connection = person.connect("meta_instagram")
    person.world.revoke("meta_instagram", "1001")
    Connection.objects.filter(pk=connection.pk).update(status=ConnectionStatus.REVOKING)
    assert probing.probe(connection, now=NOW) == ProbeResult.DEAD
    connection.refresh_from_db()
    assert connection.probe_result == ProbeResult.ALIVE
    assert heard == []


def test_whoever_ends_connections_decides_what_becomes_of_it(person, monkeypatch):
    def take_over(row, _now):
        Connection.objects.filter(pk=row.pk).update(status=ConnectionStatus.REVOKING)

    monkeypatch.setattr(losing, "_heard", [take_over])
    connection = person.connect("meta_instagram")
    person.world.revoke("meta_instagram", "1001")
    probing.probe(connection, now=NOW)
    connection.refresh_from_db()
    assert connection.status == ConnectionStatus.REVOKING
    assert Token.objects.living().filter(connection=connection).exists()
