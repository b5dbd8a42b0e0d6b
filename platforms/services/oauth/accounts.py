"""Whose grant it is, at each platform: the id that its callbacks use, the name people know, the scopes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from platforms.rules import grants
from platforms.services.oauth import idtokens
from platforms.services.oauth.clients import Answer, Caller
from platforms.services.oauth.faults import PlatformFault

INSTAGRAM_ME, THREADS_ME = "https://graph.instagram.com/me", "https://graph.threads.net/v1.0/me"
FACEBOOK_ME = "https://graph.facebook.com/{version}/me"
X_ME = "https://api.x.com/2/users/me"
TIKTOK_ME = "https://open.tiktokapis.com/v2/user/info/"
PINTEREST_ME = "https://api.pinterest.com/v5/user_account"
REDDIT_ME = "https://oauth.reddit.com/api/v1/me"


@dataclass(frozen=True)
class Account:
    """The account behind a grant. `scopes` None: the platform does not say, so what was asked counts."""

    external_id: str
    handle: str
    scopes: list[str] | None


def account_of(caller: Caller, tokens: Mapping[str, Any], *, nonce: str, now: datetime) -> Account:
    """Ask the platform who it is. Raises PlatformFault when it does not say."""
    found = WHO[caller.entry.key](caller, tokens, nonce, now)
    if not found.external_id:
        raise PlatformFault("no_account")
    return found


def _told(tokens: Mapping[str, Any]) -> list[str] | None:
    scope = tokens.get("scope")
    return grants.split(scope) if isinstance(scope, str) else None


def _body(answer: Answer) -> Mapping[str, Any]:
    if answer.status != 200 or ("error" in answer.body and answer.error.get("code") not in ("ok", None)):
        raise PlatformFault("no_account", answer.status)
    return answer.body


def _facebook(caller: Caller, tokens: Mapping[str, Any], _nonce: str, _now: datetime) -> Account:
    token = tokens["access_token"]
    me = _body(caller.graph("GET", FACEBOOK_ME, token, fields="id,name"))
    rows = _body(caller.graph("GET", f"{FACEBOOK_ME}/permissions", token)).get("data", [])
    granted = [str(row["permission"]) for row in rows if row.get("status") == "granted"]
    return Account(str(me.get("id", "")), str(me.get("name", "")), granted)


def _instagram(caller: Caller, tokens: Mapping[str, Any], _nonce: str, _now: datetime) -> Account:
    me = _body(caller.graph("GET", INSTAGRAM_ME, tokens["access_token"], fields="id,username"))
    permissions = tokens.get("permissions")
    listed = ",".join(permissions) if isinstance(permissions, list) else permissions
    scopes = grants.split(listed) if isinstance(listed, str) else None
    return Account(str(tokens.get("user_id") or me.get("id", "")), str(me.get("username", "")), scopes)


def _threads(caller: Caller, tokens: Mapping[str, Any], _nonce: str, _now: datetime) -> Account:
    me = _body(caller.graph("GET", THREADS_ME, tokens["access_token"], fields="id,username"))
    return Account(str(tokens.get("user_id") or me.get("id", "")), str(me.get("username", "")), None)


def _by_id_token(caller: Caller, tokens: Mapping[str, Any], nonce: str, now: datetime) -> Account:
    """Google and LinkedIn: the subject of the ID token is what security events name."""
    claims = idtokens.read(caller, tokens.get("id_token"), nonce=nonce, now=now)
    handle = claims.get("email") or claims.get("name") or ""
    return Account(str(claims["sub"]), str(handle), _told(tokens))


def _x(caller: Caller, tokens: Mapping[str, Any], _nonce: str, _now: datetime) -> Account:
    me = _body(caller.user(X_ME, tokens["access_token"])).get("data", {})
    return Account(str(me.get("id", "")), str(me.get("username", "")), _told(tokens))


def _tiktok(caller: Caller, tokens: Mapping[str, Any], _nonce: str, _now: datetime) -> Account:
    read = _body(caller.user(TIKTOK_ME, tokens["access_token"], fields="open_id,display_name"))
    me = read.get("data", {}).get("user", {})
    return Account(str(tokens.get("open_id", "")), str(me.get("display_name", "")), _told(tokens))


def _pinterest(caller: Caller, tokens: Mapping[str, Any], _nonce: str, _now: datetime) -> Account:
    me = _body(caller.user(PINTEREST_ME, tokens["access_token"]))
    return Account(str(me.get("id", "")), str(me.get("username", "")), _told(tokens))


def _reddit(caller: Caller, tokens: Mapping[str, Any], _nonce: str, _now: datetime) -> Account:
    me = _body(caller.user(REDDIT_ME, tokens["access_token"]))
    return Account(str(me.get("id", "")), str(me.get("name", "")), _told(tokens))


Who = Callable[[Caller, Mapping[str, Any], str, datetime], Account]
WHO: dict[str, Who] = {
    "meta_facebook": _facebook,
    "meta_instagram": _instagram,
    "meta_threads": _threads,
    "google_youtube": _by_id_token,
    "google_analytics": _by_id_token,
    "x": _x,
    "linkedin": _by_id_token,
    "tiktok": _tiktok,
    "pinterest": _pinterest,
    "reddit": _reddit,
}
