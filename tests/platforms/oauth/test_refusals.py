"""The way back when something is wrong: nothing is stored, nothing works twice, nothing leaks."""

from datetime import timedelta

import pytest

from accounts.models import AuditEvent
from platforms.models import Connection, OAuthAttempt, Token
from platforms.services import oauth
from platforms.services.oauth import finishing
from tests.platforms.oauth.conftest import KEYS, NOW


def refused(person, started, query, **changed):
    """Go back and be refused; returns the code."""
    with pytest.raises(oauth.OAuthRefused) as caught:
        person.finish(started, query, **changed)
    assert (Connection.objects.count(), Token.objects.count()) == (0, 0)
    return caught.value.code


@pytest.mark.parametrize("key", KEYS)
def test_a_person_who_says_no_has_nothing_connected(person, key):
    started = person.begin(key)
    assert refused(person, started, person.consent(started, deny=True)) == "denied"
    assert not person.world.called(key, "token")
    assert OAuthAttempt.objects.get().outcome == "denied"


@pytest.mark.parametrize("key", KEYS)
def test_a_state_that_we_did_not_make(person, key):
    started = person.begin(key)
    query = person.consent(started)
    assert refused(person, started, query | {"state": "x" * 43}) == "unknown_state"
    assert refused(person, started, {"code": query["code"]}) == "unknown_state"
    assert not person.world.called(key, "token")


@pytest.mark.parametrize("key", KEYS)
def test_a_state_works_once(person, key):
    started = person.begin(key)
    query = person.consent(started)
    person.finish(started, query)
    with pytest.raises(oauth.OAuthRefused) as caught:
        person.finish(started, query)
    assert caught.value.code == "replayed"
    assert len(person.world.called(key, "token")) == 1


def test_a_state_of_a_refused_attempt_works_no_second_time(person):
    started = person.begin("x")
    query = person.consent(started)
    assert refused(person, started, query, attempts=[]) == "other_session"
    assert refused(person, started, query) == "replayed"


@pytest.mark.parametrize("key", KEYS)
def test_the_way_back_of_another_person_or_browser_or_platform(person, somebody, key):
    other = next(k for k in KEYS if k != key)
    cases = {
        "other_person": {"subject": somebody.subject},
        "other_session": {"attempts": ["11111111-1111-1111-1111-111111111111"]},
        "other_platform": {"platform": other},
        "too_late": {"now": NOW + timedelta(minutes=10)},
    }
    for code, changed in cases.items():
        started = person.begin(key)
        assert refused(person, started, person.consent(started), **changed) == code
    assert not person.world.called(key, "token")


def test_a_changed_site_address_makes_old_attempts_void(person, settings):
    started = person.begin("x")
    query = person.consent(started)
    settings.SITE_URL = "https://evil.example"
    assert refused(person, started, query) == "other_address"


@pytest.mark.parametrize("key", ["google_youtube", "google_analytics", "x"])
def test_a_wrong_verifier_is_refused_by_the_platform(person, key):
    started = person.begin(key)
    query = person.consent(started)
    attempt = OAuthAttempt.objects.get()
    attempt.verifier = "w" * 64
    attempt.save()
    assert refused(person, started, query) == "invalid_grant"


@pytest.mark.parametrize("key", ["google_youtube", "google_analytics", "linkedin"])
def test_an_id_token_with_another_nonce(person, key):
    started = person.begin(key)
    query = person.consent(started)
    person.world.fail(key, "nonce", "another")
    assert refused(person, started, query) == "id_token_nonce"


CODES = {
    "500": "server_error", "redirect": "redirect", "bad_json": "bad_json", "429": "rate_limited",
    "error_body": "temporarily_unavailable", "hang": "network",
}  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("mode", CODES)
def test_a_token_endpoint_that_fails(person, monkeypatch, key, mode):
    monkeypatch.setattr("config.http.TIMEOUT_SECONDS", 0.3)
    started = person.begin(key)
    query = person.consent(started)
    person.world.fail(key, "token", mode)
    assert refused(person, started, query) in {CODES[mode], "refused" if mode == "429" else CODES[mode]}
    assert person.world.alive(key, "1001") is False


@pytest.mark.parametrize("key", KEYS)
def test_our_own_wrong_secret_is_no_fault_of_the_person(person, settings, key):
    names = {"meta_facebook": "META_APP_SECRET", "x": "X_CLIENT_SECRET", "tiktok": "TIKTOK_CLIENT_SECRET"}
    started = person.begin(key)
    query = person.consent(started)
    name = names.get(key) or next(
        n for n in settings.PLATFORM_SECRETS if (n.endswith("SECRET") and key.split("_")[-1].upper() in n)
        or (n.startswith("GOOGLE_CLIENT_S") and key.startswith("google"))
    )  # fmt: skip
    settings.PLATFORM_SECRETS[name] = "wrong,wrong"
    code = refused(person, started, query)
    assert code in {"invalid_client", "meta_1", "refused", "bad_answer", "temporarily_unavailable"}


@pytest.mark.parametrize("key", ["meta_facebook", "meta_instagram", "meta_threads"])
@pytest.mark.parametrize("mode", ["500", "redirect", "bad_json", "error_body"])
def test_a_short_token_that_does_not_become_long_is_not_kept(person, key, mode):
    started = person.begin(key)
    query = person.consent(started)
    person.world.fail(key, "exchange", mode)
    assert refused(person, started, query)


@pytest.mark.parametrize("key", ["meta_facebook", "meta_instagram", "meta_threads", "x", "tiktok", "reddit"])
def test_a_grant_without_an_account_is_not_kept(person, key):
    started = person.begin(key)
    query = person.consent(started)
    person.world.fail(key, "probe", "500")
    assert refused(person, started, query) == "server_error"


def test_an_attempt_from_which_nobody_came_back_keeps_no_secret(person):
    started = person.begin("google_youtube")
    assert finishing.sweep(now=NOW + timedelta(minutes=9)) == 0
    assert finishing.sweep(now=NOW + timedelta(minutes=10)) == 1
    attempt = OAuthAttempt.objects.get(pk=started.attempt.pk)
    assert (attempt.verifier, attempt.nonce, attempt.outcome) == ("", "", "abandoned")


def test_every_refusal_is_recorded_with_its_reason(person):
    started = person.begin("x")
    person.world.fail("x", "token", "500")
    refused(person, started, person.consent(started))
    event = AuditEvent.objects.get(action="connection.refused")
    assert event.details == {"platform": "x", "why": "server_error"}
