"""Renewing grants by the platform's rules, and what happens when it does not work."""

from datetime import timedelta

import pytest

from accounts.models import AuditEvent
from platforms import registry
from platforms.enums import ConnectionStatus, ProbeResult, TokenKind
from platforms.models import Connection, Token
from platforms.rules import grants
from platforms.services import oauth
from platforms.services.oauth import refreshing, tokens
from platforms.services.oauth.refreshing import Renewal
from tests.platforms.oauth.conftest import KEYS, NOW

WITH_REFRESH = ["google_youtube", "google_analytics", "x", "linkedin", "tiktok", "pinterest", "reddit"]
ROTATING = ["x", "tiktok", "pinterest"]
DAY = timedelta(days=1)
# Two thirds of the 181 days from 25 November to 25 May.
HALF_YEAR = 181 * DAY * 2 / 3
FAILURES = ["500", "429", "redirect", "bad_json", "error_body", "hang", "invalid_client"]
# When the grant is renewed, counted from the connection, as a part of what the platform states or allows.
DUE = {
    "meta_facebook": 60 * DAY, "meta_instagram": 40 * DAY, "meta_threads": 40 * DAY,
    "google_youtube": HALF_YEAR, "google_analytics": HALF_YEAR, "x": HALF_YEAR,
    "linkedin": 40 * DAY, "tiktok": 120 * DAY,
    "pinterest": 40 * DAY, "reddit": None,
}  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_the_next_renewal_is_planned_by_the_rules_of_the_platform(person, key):
    connection = person.connect(key)
    assert connection.refresh_at == (NOW + DUE[key] if DUE[key] else None)


@pytest.mark.parametrize("key", WITH_REFRESH)
def test_a_refresh_token_gets_new_tokens(person, key):
    connection = person.connect(key)
    old = {kind: tokens.value_of(connection, kind) for kind in (TokenKind.ACCESS, TokenKind.REFRESH)}
    assert oauth.refresh(connection=connection, now=NOW) == Renewal.RENEWED
    assert tokens.value_of(connection, TokenKind.ACCESS) != old[TokenKind.ACCESS]
    rotated = tokens.value_of(connection, TokenKind.REFRESH) != old[TokenKind.REFRESH]
    assert rotated == (key in ROTATING)
    assert Token.objects.living().filter(connection=connection).count() == 2
    assert person.world.holder(tokens.value_of(connection, TokenKind.ACCESS), "access")


@pytest.mark.parametrize("key", ["meta_instagram", "meta_threads"])
def test_a_long_token_renews_itself_once_it_is_a_day_old(person, clock, key):
    connection = person.connect(key)
    old = tokens.value_of(connection, TokenKind.ACCESS)
    assert oauth.refresh(connection=connection, now=NOW + timedelta(hours=23)) == Renewal.NOTHING
    clock.shift(DAY)
    assert oauth.refresh(connection=connection, now=NOW + DAY) == Renewal.RENEWED
    assert tokens.value_of(connection, TokenKind.ACCESS) != old
    assert tokens.living(connection, TokenKind.ACCESS).expires_at == NOW + 61 * DAY


@pytest.mark.parametrize(("key", "days"), [("linkedin", 365), ("tiktok", 180), ("pinterest", 60)])
def test_a_refresh_token_at_its_end_means_connecting_again(person, clock, key, days):
    connection = person.connect(key)
    clock.shift(days * DAY)
    assert oauth.refresh(connection=connection, now=NOW + days * DAY) == Renewal.EXPIRED
    connection.refresh_from_db()
    assert connection.status == ConnectionStatus.EXPIRED
    assert (connection.refresh_at, connection.probe_at) == (None, None)
    assert not Token.objects.living().exists()
    assert not person.world.called(key, "refresh")
    assert AuditEvent.objects.filter(action="connection.expired").count() == 1


def test_the_end_of_a_fixed_refresh_token_does_not_move(person, clock):
    connection = person.connect("linkedin")
    clock.shift(40 * DAY)
    assert oauth.refresh(connection=connection, now=NOW + 40 * DAY) == Renewal.RENEWED
    assert tokens.living(connection, TokenKind.REFRESH).expires_at == NOW + 365 * DAY
    assert connection.refresh_at == NOW + 80 * DAY


def test_a_sliding_refresh_token_gets_a_new_end(person, clock):
    connection = person.connect("pinterest")
    clock.shift(40 * DAY)
    oauth.refresh(connection=connection, now=NOW + 40 * DAY)
    assert tokens.living(connection, TokenKind.REFRESH).expires_at == NOW + 100 * DAY


def test_a_facebook_grant_cannot_be_renewed_and_runs_out(person, clock):
    connection = person.connect("meta_facebook")
    assert oauth.refresh(connection=connection, now=NOW + 59 * DAY) == Renewal.NOTHING
    clock.shift(60 * DAY)
    assert oauth.refresh(connection=connection, now=NOW + 60 * DAY) == Renewal.EXPIRED


@pytest.mark.parametrize("key", ROTATING)
def test_a_token_that_another_worker_rotated_is_read_again_once(person, monkeypatch, key):
    connection = person.connect(key)
    real, seen = tokens.living, []

    def stale(row, kind):
        found = real(row, kind)
        if kind == TokenKind.REFRESH and not seen:
            seen.append(found.value)
            assert oauth.refresh(connection=Connection.objects.get(pk=row.pk), now=NOW) == Renewal.RENEWED
        return found

    monkeypatch.setattr(tokens, "living", stale)
    assert oauth.refresh(connection=connection, now=NOW) == Renewal.RENEWED
    connection.refresh_from_db()
    assert connection.status == ConnectionStatus.ACTIVE
    assert len(person.world.called(key, "refresh")) == 3
    assert person.world.holder(tokens.value_of(connection, TokenKind.REFRESH), "refresh")


@pytest.mark.parametrize("key", WITH_REFRESH)
def test_a_grant_that_the_platform_knows_no_more_ends_and_its_clock_starts(person, key, monkeypatch):
    heard = []
    monkeypatch.setattr("platforms.services.oauth.losing._heard", [lambda row, now: heard.append((row, now))])
    connection = person.connect(key)
    person.world.revoke(key, "1001")
    assert oauth.refresh(connection=connection, now=NOW) == Renewal.DEAD
    assert heard == [(connection, NOW)]
    connection.refresh_from_db()
    assert (connection.status, connection.probe_result) == (ConnectionStatus.EXPIRED, ProbeResult.DEAD)
    assert not Token.objects.living().exists()


@pytest.mark.parametrize("mode", FAILURES)
@pytest.mark.parametrize("key", ["google_youtube", "x", "meta_instagram"])
def test_a_failure_is_no_end_and_is_tried_again(person, monkeypatch, clock, key, mode):
    monkeypatch.setattr("config.http.TIMEOUT_SECONDS", 0.3)
    connection = person.connect(key)
    person.world.fail(key, "refresh", mode)
    clock.shift(2 * DAY)
    now = NOW + 2 * DAY
    assert oauth.refresh(connection=connection, now=now) == Renewal.FAILED
    connection.refresh_from_db()
    assert (connection.status, connection.refresh_at) == (ConnectionStatus.ACTIVE, now + timedelta(hours=1))
    assert connection.refresh_error.startswith("The platform answered")
    assert Token.objects.living().filter(connection=connection).exists()
    person.world.heal()
    assert oauth.refresh(connection=connection, now=now) == Renewal.RENEWED
    connection.refresh_from_db()
    assert connection.refresh_error == ""


def test_our_own_refused_secret_is_an_alert_of_its_own(person):
    connection = person.connect("x")
    person.world.fail("x", "refresh", "invalid_client")
    oauth.refresh(connection=connection, now=NOW)
    assert AuditEvent.objects.filter(action="connection.client_refused").count() == 1


def test_tokens_of_a_connection_that_ended_meanwhile_are_not_stored(person, monkeypatch):
    connection = person.connect("x")
    Connection.objects.filter(pk=connection.pk).update(status=ConnectionStatus.REVOKING)
    assert oauth.refresh(connection=connection, now=NOW) == Renewal.STOPPED
    assert not person.world.called("x", "refresh")


def test_each_due_connection_is_taken_once(person):
    connection = person.connect("pinterest")
    later = NOW + 41 * DAY
    assert refreshing.due(now=NOW) == []
    assert refreshing.due(now=later) == [str(connection.pk)]
    assert refreshing.due(now=later) == []
    assert refreshing.due(now=later + refreshing.LEASE) == [str(connection.pk)]


def test_a_scheduled_refresh_runs_as_a_job(person, clock, monkeypatch):
    from platforms import tasks

    connection, sent = person.connect("pinterest"), []
    monkeypatch.setattr(tasks.refresh_connection, "delay", lambda pk: sent.append(pk))
    monkeypatch.setattr(tasks.probe_connection, "delay", lambda pk: None)
    clock.shift(41 * DAY)
    tasks.look_after_connections()
    assert sent == [str(connection.pk)]
    assert tasks.refresh_connection(sent[0]) == Renewal.RENEWED


def test_what_the_platform_states_goes_before_the_registry():
    oauth_terms = registry.shipped("tiktok").oauth
    stated = grants.refresh_at(
        oauth_terms, issued=NOW, access_until=NOW + timedelta(hours=24), refresh_until=NOW + 365 * DAY,
        has_refresh=True,
    )  # fmt: skip
    assert stated == NOW + timedelta(seconds=365 * 86400 * 2 / 3)
    planned = grants.refresh_at(
        oauth_terms, issued=NOW, access_until=None, refresh_until=None, has_refresh=True
    )
    assert planned == NOW + 120 * DAY
