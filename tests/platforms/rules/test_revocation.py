"""What each platform's answer to a revocation means: exactly four outcomes, and our own mistakes are none."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from platforms.enums import RevocationOutcome as Outcome
from platforms.rules.revocation import (
    GONE,
    MANUAL,
    OURS,
    RETRY,
    REVOKED,
    Answer,
    judge,
    next_try,
    redacted,
    together,
)

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
ASKED = (
    "meta_facebook", "meta_instagram", "google_youtube", "google_analytics", "x", "tiktok", "pinterest",
    "reddit",
)  # fmt: skip


def fb(code, message="", **more):
    return {"error": {"code": code, "message": message, "type": "OAuthException", **more}}


TABLE = [
    ("meta_facebook", 200, True, REVOKED),
    ("meta_facebook", 200, {"success": True}, REVOKED),
    ("meta_facebook", 200, {"success": False}, RETRY),
    ("meta_facebook", 200, fb(2, "temporarily"), RETRY),
    ("meta_facebook", 400, fb(190, "expired"), GONE),
    ("meta_facebook", 400, fb(803, "Some of the aliases you requested do not exist"), GONE),
    ("meta_facebook", 400, fb(100, "Unsupported", error_subcode=33), GONE),
    ("meta_facebook", 400, fb(100, "Invalid appsecret_proof provided"), OURS),
    ("meta_facebook", 400, fb(101, "Error validating application"), OURS),
    ("meta_facebook", 400, fb(17, "limit"), RETRY),
    ("meta_instagram", 200, {"success": True}, REVOKED),
    ("meta_instagram", 400, fb(190), GONE),
    ("meta_instagram", 400, fb(100, "Unsupported delete request"), MANUAL),
    ("meta_instagram", 400, fb(4), RETRY),
    ("google_youtube", 200, {}, REVOKED),
    ("google_youtube", 200, {"error": "temporarily_unavailable"}, RETRY),
    ("google_youtube", 400, {"error": "invalid_token"}, GONE),
    ("google_youtube", 400, {"error": "invalid_request"}, RETRY),
    ("google_analytics", 400, {"error": "invalid_token"}, GONE),
    ("x", 200, {"revoked": True}, REVOKED),
    ("x", 200, {}, RETRY),
    (
        "x",
        400,
        {"error": "invalid_request", "error_description": "The token was invalid."},
        GONE,
    ),
    ("x", 401, {"error": "invalid_token"}, GONE),
    (
        "x",
        400,
        {"error": "invalid_request", "error_description": "Missing client_id."},
        RETRY,
    ),
    ("x", 401, {"error": "unauthorized_client"}, OURS),
    ("x", 401, {}, OURS),
    ("tiktok", 200, {}, REVOKED),
    ("tiktok", 200, "", REVOKED),
    ("tiktok", 200, {"error": "invalid_grant"}, GONE),
    ("tiktok", 401, {"error": {"code": "access_token_invalid"}}, GONE),
    ("tiktok", 200, {"error": {"code": "ok"}}, REVOKED),
    ("tiktok", 200, {"error": "internal_error"}, RETRY),
    ("tiktok", 401, {"error": "invalid_client"}, OURS),
    ("pinterest", 200, "", REVOKED),
    ("pinterest", 403, {"code": 29, "message": "not permitted"}, MANUAL),
    ("pinterest", 200, {"code": 29}, RETRY),
    ("pinterest", 401, {"code": 2, "message": "Authentication failed."}, OURS),
    ("reddit", 204, "", REVOKED),
    ("reddit", 200, {"error": 401}, RETRY),
    ("reddit", 401, {"message": "Unauthorized", "error": 401}, OURS),
]


def answer(status, body, **more):
    return Answer(status, body if isinstance(body, str) else json.dumps(body), **more)


@pytest.mark.parametrize(("platform", "status", "body", "meant"), TABLE)
def test_an_answer_means_exactly_this(platform, status, body, meant):
    assert judge(platform, answer(status, body)) == meant


@pytest.mark.parametrize("platform", ASKED)
@pytest.mark.parametrize("status", [0, 302, 429, 500, 503])
def test_no_answer_limits_faults_and_redirects_are_tried_again(platform, status):
    assert judge(platform, Answer(status, "<html>")) == RETRY


@pytest.mark.parametrize("platform", ASKED)
@pytest.mark.parametrize("status", [400, 401])
def test_a_refusal_of_our_own_credentials_never_passes_for_gone(platform, status):
    found = judge(platform, answer(status, {"error": "invalid_client"}))
    assert found == OURS
    assert found.outcome == Outcome.FAILED_RETRYING


def test_with_the_apps_token_only_the_persons_absence_means_gone():
    absent = fb(190, "The user has not authorized application 1")
    assert judge("meta_facebook", answer(400, absent, by_app=True)) == GONE
    wrong = fb(190, "Invalid OAuth access token signature.")
    assert judge("meta_facebook", answer(400, wrong, by_app=True)) == OURS


def test_of_several_calls_for_one_grant_the_worst_decides_and_one_revoked_is_revoked():
    assert together([REVOKED, GONE]) == REVOKED
    assert together([GONE, GONE]) == GONE
    assert together([REVOKED, RETRY]) == RETRY
    assert together([RETRY, OURS]) == OURS


def test_tries_come_later_and_later_and_end_with_the_time():
    until = NOW + timedelta(hours=72)
    waits = [next_try(n, now=NOW, until=until) - NOW for n in (1, 2, 5, 9, 40)]
    assert waits == [timedelta(minutes=m) for m in (1, 2, 16, 240, 240)]
    assert next_try(40, now=until - timedelta(minutes=5), until=until) == until
    assert next_try(41, now=until, until=until) is None


def test_an_answer_is_kept_without_what_was_sent():
    kept = redacted('{"error":\n "bad", "token": "abc123secret"}' + "x" * 400, ("abc123secret", ""))
    assert "abc123secret" not in kept
    assert "\n" not in kept
    assert len(kept) == 300
