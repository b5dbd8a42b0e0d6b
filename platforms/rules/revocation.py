"""What a platform's answer to a revocation means: pure, one function a platform.

Source: the registry, mode and `*_when` of `revocation`.

Four outcomes exist. A refusal of *our own* client credentials is none of "already gone": the grant still
lives, so it is tried again and somebody is told at once.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from platforms.enums import RevocationOutcome as Outcome

RETRY_FOR = timedelta(hours=72)
"""How long a revocation that failed is tried again; our own figure."""
ANSWER_LENGTH = 300
WHOLE_GRANT = frozenset({"google", "meta", "tiktok"})
"""Families where one account has one grant for us, whoever obtained it: withdrawing it ends every connection
of the account. Elsewhere a revocation ends the tokens that it names (RFC 7009). Our reading, to confirm.
"""
RETRY_CODES = frozenset({1, 2, 4, 17, 341})
"""Graph API: unknown error, service down, limits of calls."""
CLIENT_CODES = frozenset({"invalid_client", "unauthorized_client", "invalid_client_id", "client_key_invalid"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `status` 0: nothing did, and `text` says why in words without secrets."""

    status: int
    text: str = ""
    by_app: bool = False

    @property
    def body(self) -> Any:
        """Return the body as data, None when it is empty or no JSON."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None

    @property
    def fields(self) -> Mapping[str, Any]:
        """Return the body where it is an object, else nothing."""
        return self.body if isinstance(self.body, dict) else {}

    @property
    def code(self) -> str:
        """Return the error that the body names, in the words of OAuth, or the empty string."""
        error = self.fields.get("error", "")
        found = error.get("code", "") if isinstance(error, dict) else error
        return "" if found in ("", "ok", 0, None) else str(found)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an answer means. `client`: our own credentials were refused, which somebody must mend."""

    outcome: Outcome
    client: bool = False


REVOKED = Judgement(Outcome.REVOKED)
GONE = Judgement(Outcome.ALREADY_GONE)
MANUAL = Judgement(Outcome.MANUAL_REQUIRED)
RETRY = Judgement(Outcome.FAILED_RETRYING)
OURS = Judgement(Outcome.FAILED_RETRYING, client=True)
_BEST_LAST = (OURS, RETRY, MANUAL, REVOKED, GONE)


def judge(platform: str, answer: Answer) -> Judgement:
    """Return what one answer means. Raises KeyError for a platform without an endpoint."""
    if answer.status == 0 or answer.status >= 500 or answer.status == 429 or 300 <= answer.status < 400:
        return RETRY
    if answer.code in CLIENT_CODES:
        return OURS
    return _PLATFORMS[platform](answer)


def together(judgements: list[Judgement]) -> Judgement:
    """Return what the answers to several calls for one grant mean: the worst decides; all gone is gone."""
    return min(judgements, key=_BEST_LAST.index)


def _facebook(answer: Answer) -> Judgement:
    error = answer.fields.get("error")
    if answer.status == 200 and not error:
        good = answer.body is True or answer.fields.get("success") is True
        return REVOKED if good else RETRY
    error = error if isinstance(error, dict) else {}
    words = str(error.get("message", "")).lower()
    if "appsecret_proof" in words or "client secret" in words or "validating application" in words:
        return OURS
    if error.get("code") == 190:
        return _token_refused(answer, error, words)
    missing = error.get("error_subcode") == 33 or "not exist" in words
    if error.get("code") == 803 or (error.get("code") == 100 and missing):
        return GONE
    return RETRY


def _token_refused(answer: Answer, error: Mapping[str, Any], words: str) -> Judgement:
    """Code 190: with the person's token it is dead; with the app's, only some reasons mean the person."""
    if not answer.by_app:
        return GONE
    person = error.get("error_subcode") == 458 or "not authorized" in words or "has not authorized" in words
    return GONE if person else OURS


def _instagram(answer: Answer) -> Judgement:
    error = answer.fields.get("error")
    if answer.status == 200 and not error:
        return REVOKED
    code = error.get("code") if isinstance(error, dict) else None
    if code == 190:
        return GONE
    return RETRY if code in RETRY_CODES else MANUAL


def _google(answer: Answer) -> Judgement:
    if answer.status == 200 and not answer.code:
        return REVOKED
    if answer.code == "invalid_token":
        return GONE
    return OURS if answer.status == 401 else RETRY


def _x(answer: Answer) -> Judgement:
    if answer.status == 200 and answer.fields.get("revoked") is True:
        return REVOKED
    missing = "missing" in str(answer.fields.get("error_description", "")).lower()
    if answer.status in (400, 401) and answer.code in ("invalid_token", "invalid_request") and not missing:
        return GONE
    return OURS if answer.status in (401, 403) else RETRY


def _tiktok(answer: Answer) -> Judgement:
    if answer.code in ("invalid_grant", "access_token_invalid", "access_token_expired"):
        return GONE
    if answer.status == 200 and not answer.code:
        empty = not answer.text.strip() or isinstance(answer.body, dict)
        return REVOKED if empty else RETRY
    return OURS if answer.status == 401 else RETRY


def _pinterest(answer: Answer) -> Judgement:
    if answer.status == 200 and not answer.code and "code" not in answer.fields:
        return REVOKED
    if answer.status == 401:
        return OURS
    return RETRY if answer.status == 200 else MANUAL


def _reddit(answer: Answer) -> Judgement:
    """204, for tokens that Reddit does not know as well: what was revoked and what was gone look alike."""
    if answer.status == 204:
        return REVOKED
    return OURS if answer.status in (401, 403) else RETRY


_PLATFORMS: Mapping[str, Callable[[Answer], Judgement]] = {
    "meta_facebook": _facebook,
    "meta_instagram": _instagram,
    "google_youtube": _google,
    "google_analytics": _google,
    "x": _x,
    "tiktok": _tiktok,
    "pinterest": _pinterest,
    "reddit": _reddit,
}


def next_try(attempts: int, *, now: datetime, until: datetime) -> datetime | None:
    """Return when a failed revocation is tried again, None when its time is over.

    One minute, then doubled to at most four hours.
    """
    wait = min(timedelta(minutes=2 ** min(max(attempts - 1, 0), 8)), timedelta(hours=4))
    return min(now + wait, until) if now < until else None


def redacted(text: str, secrets: tuple[str, ...]) -> str:
    """Return an answer as it may be kept: one line, cut, without any secret that was sent."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "…")
    return " ".join(text.split())[:ANSWER_LENGTH]
