"""Connecting an account: the same way through all ten platforms, and what is kept of it."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from accounts.models import AuditEvent
from platforms import fakes, registry
from platforms.enums import ConnectionStatus, ProbeResult, TokenKind
from platforms.models import Connection, OAuthAttempt, ScopeGrant, Token
from platforms.rules import grants
from platforms.services import oauth
from platforms.services.oauth import asking, clients, tokens
from tests.platforms.oauth.conftest import KEYS, NOW

LONG = timedelta(days=60)
# How long the first access token lives that we keep, as the platforms say.
LIVES = {
    "meta_facebook": LONG, "meta_instagram": LONG, "meta_threads": LONG, "google_youtube": timedelta(hours=1),
    "google_analytics": timedelta(hours=1), "x": timedelta(hours=2), "linkedin": LONG,
    "tiktok": timedelta(hours=2), "pinterest": timedelta(days=30), "reddit": timedelta(hours=1),
}  # fmt: skip
REFRESH = {
    "google_youtube": None, "google_analytics": None, "x": None, "linkedin": timedelta(days=365),
    "tiktok": timedelta(days=180), "pinterest": timedelta(days=60), "reddit": None,
}  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_an_account_is_connected_at_every_platform(person, key):
    connection = person.connect(key, ["analytics"])
    assert (connection.subject, connection.platform, connection.status) == (person.subject, key, "active")
    assert (connection.external_id, connection.handle.partition("@")[0]) == ("1001", "ana.demo")
    assert connection.features == ["connect", "analytics"]
    assert (connection.probe_result, connection.verified_at) == (ProbeResult.ALIVE, NOW)
    assert list(Connection.objects.at(key, "1001")) == [connection]


@pytest.mark.parametrize("key", KEYS)
def test_the_tokens_are_kept_with_the_end_that_the_platform_states(person, key):
    connection = person.connect(key)
    access = tokens.living(connection, TokenKind.ACCESS)
    assert person.world.holder(access.value, "access").account == "1001"
    assert access.expires_at == NOW + LIVES[key]
    refresh = tokens.living(connection, TokenKind.REFRESH)
    assert (refresh is None) == (key not in REFRESH)
    if refresh:
        assert refresh.expires_at == (NOW + REFRESH[key] if REFRESH[key] else None)


@pytest.mark.parametrize("key", KEYS)
def test_what_was_granted_is_recorded_and_is_what_the_features_need(person, key):
    connection = person.connect(key, ["analytics"])
    granted = list(ScopeGrant.objects.filter(connection=connection).values_list("scope", flat=True))
    entry = registry.current(key)
    assert sorted(granted) == sorted(grants.needed(entry, ["analytics"]))
    assert grants.surplus(entry, connection.features, granted) == []


@pytest.mark.parametrize("key", KEYS)
def test_the_address_of_the_platform_carries_what_it_wants(person, key, settings):
    started = person.begin(key, ["analytics"])
    spec, query = fakes.SPECS[key], parse_qs(urlsplit(started.url).query)
    assert query["redirect_uri"] == [f"{settings.SITE_URL}/connections/{key}/callback/"]
    assert (spec.id_param in query, len(query["state"][0]) >= 43) == (True, True)
    assert ("client_id" in query) == (spec.id_param == "client_id")
    assert query["scope"][0].split(spec.delimiter) == started.attempt.scopes
    assert (query.get("code_challenge_method") == ["S256"]) == spec.pkce
    assert ("nonce" in query) == bool(spec.issuer)
    for name, value in spec.asked:
        assert query[name] == [value]


def test_only_scopes_that_the_profile_declares_are_asked_for(person, monkeypatch):
    found = asking.offered("reddit")[1]
    found.scopes = ("identity",)
    assert person.begin("reddit", ["publish", "analytics"]).attempt.scopes == ["identity"]


def test_the_state_is_kept_as_a_hash_and_secrets_are_encrypted(person):
    started = person.begin("x")
    state = parse_qs(urlsplit(started.url).query)["state"][0]
    row = OAuthAttempt.objects.filter(pk=started.attempt.pk)
    assert state not in str(list(row.values()))
    assert started.attempt.verifier not in str(list(row.values("verifier")))
    assert row.get().expires_at == NOW + timedelta(minutes=10)


def test_a_finished_attempt_keeps_no_secret(person):
    person.connect("google_youtube")
    attempt = OAuthAttempt.objects.get()
    assert (attempt.verifier, attempt.nonce, attempt.outcome) == ("", "", "connected")


def test_the_same_account_again_keeps_its_row_and_replaces_its_tokens(person):
    first = person.connect("pinterest")
    old = tokens.value_of(first, TokenKind.REFRESH)
    again = person.connect("pinterest", ["publish"])
    assert (again.pk, again.connected_at, again.features) == (first.pk, NOW, ["connect", "publish"])
    assert tokens.value_of(again, TokenKind.REFRESH) != old
    assert Token.objects.living().filter(connection=again).count() == 2
    assert Token.objects.filter(connection=again, destroyed_why="replaced").count() == 2


def test_an_expired_connection_lives_again_when_it_is_connected_again(person):
    connection = person.connect("reddit")
    Connection.objects.filter(pk=connection.pk).update(status=ConnectionStatus.EXPIRED)
    assert person.connect("reddit").status == ConnectionStatus.ACTIVE


def test_an_account_that_ended_makes_a_new_row(person):
    first = person.connect("reddit")
    Connection.objects.filter(pk=first.pk).update(status=ConnectionStatus.ENDED, ended_at=NOW)
    assert person.connect("reddit").pk != first.pk


def test_an_account_of_somebody_else_is_refused_and_nobody_is_named(person, somebody):
    person.connect("reddit")
    started = somebody.begin("reddit")
    with pytest.raises(oauth.OAuthRefused) as refused:
        somebody.finish(started, somebody.consent(started))
    assert refused.value.code == "taken"
    shown = str(refused.value)
    assert not {person.subject.name, person.subject.user.email, "ana.demo", "1001"} & set(shown.split())
    assert Connection.objects.count() == 1
    assert Token.objects.living().count() == 2


def test_an_account_that_is_being_disconnected_cannot_be_connected(person):
    connection = person.connect("reddit")
    Connection.objects.filter(pk=connection.pk).update(status=ConnectionStatus.REVOKING)
    started = person.begin("reddit")
    with pytest.raises(oauth.OAuthRefused) as refused:
        person.finish(started, person.consent(started))
    assert refused.value.code == "revoking"


@pytest.mark.parametrize("key", [key for key in KEYS if fakes.SPECS[key].subset])
def test_a_part_of_the_permissions_is_recorded_as_it_was_granted(person, key):
    started = person.begin(key, ["analytics"])
    kept = started.attempt.scopes[:2]
    done = person.finish(started, person.consent(started, granted=kept))
    assert sorted(s.scope for s in done.connection.scopes.all()) == sorted(kept)
    assert done.missing == started.attempt.scopes[2:]


def test_permissions_that_are_taken_back_end_and_stay_as_a_record(person):
    person.connect("tiktok", ["analytics"])
    again = person.connect("tiktok", ["analytics"], granted=["user.info.basic"])
    rows = {s.scope: s.ended_at for s in again.scopes.all()}
    assert rows == {"user.info.basic": None, "user.info.stats": NOW, "video.list": NOW}
    event = AuditEvent.objects.filter(action="connection.scopes_changed").latest("id")
    assert event.details == {"granted": [], "ended": ["user.info.stats", "video.list"]}


def test_x_needs_an_express_yes_to_linking_and_its_day_is_kept(person):
    with pytest.raises(oauth.OAuthRefused) as refused:
        person.begin("x", matching=False)
    assert refused.value.code == "matching_needed"
    assert person.connect("x").matching_agreed_at == NOW
    assert OAuthAttempt.objects.get().matching_agreed


def test_the_two_google_clients_are_told_apart(person):
    person.connect("google_youtube")
    person.connect("google_analytics")
    sent = {c.platform: c.form["client_id"] for c in person.world.calls if c.kind == "token"}
    ids = fakes.SECRETS["GOOGLE_CLIENT_IDS"].split(",")
    assert sent == {"google_youtube": ids[0], "google_analytics": ids[1]}
    person.world.revoke("google_youtube", "1001")
    assert person.world.alive("google_analytics", "1001")


def test_one_google_client_serves_both(person, settings):
    settings.PLATFORM_SECRETS |= {"GOOGLE_CLIENT_IDS": "one", "GOOGLE_CLIENT_SECRET": "only"}
    assert clients.credentials(registry.current("google_analytics")) == clients.Credentials("one", "only")


@pytest.mark.parametrize("key", KEYS)
def test_a_platform_that_is_not_set_up_is_refused(person, settings, key):
    settings.PLATFORM_SECRETS = {}
    with pytest.raises(oauth.OAuthRefused) as refused:
        person.begin(key)
    assert refused.value.code == "not_set_up"


@pytest.mark.parametrize(("key", "features", "code"), [
    ("stripe", [], "not_offered"), ("friendster", [], "not_offered"),
    ("reddit", ["inbox_messages"], "unknown_feature"),
])  # fmt: skip
def test_what_is_not_offered_cannot_be_asked_for(person, key, features, code):
    with pytest.raises(oauth.OAuthRefused) as refused:
        person.begin(key, features)
    assert refused.value.code == code


def test_everything_is_in_the_audit_trail_and_nothing_personal_is(person):
    person.connect("x", ["publish"])
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"connection.asked", "connection.made", "connection.scopes_changed"} <= actions
    assert "1001" not in str(list(AuditEvent.objects.values("details", "object_id")))
