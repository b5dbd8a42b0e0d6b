"""Is a grant dead after it was ended? Asked with the copy of its tokens, each platform in its own way.

The probes of living connections (`oauth.probing`) use and renew the tokens that are kept; these must not.
"""

from collections.abc import Callable, Mapping
from typing import Any

from platforms.enums import ProbeResult
from platforms.services.oauth import accounts, clients
from platforms.services.oauth.clients import Answer, Caller
from platforms.services.oauth.faults import PlatformFault
from platforms.services.revokers.calls import Grant

Probe = Callable[[Caller, Grant], ProbeResult]
DEAD_CODE = 190


def probe(grant: Grant) -> ProbeResult:
    """Ask the platform. IMPOSSIBLE: no token is left to ask with. UNKNOWN: it gave no usable answer."""
    if not (grant.access or grant.refresh) or grant.entry.key not in PROBES:
        return ProbeResult.IMPOSSIBLE
    try:
        with clients.calling(grant.entry) as caller:
            return PROBES[grant.entry.key](caller, grant)
    except PlatformFault as fault:
        return ProbeResult.IMPOSSIBLE if fault.code == "not_set_up" else ProbeResult.UNKNOWN


def _renewing(caller: Caller, grant: Grant) -> ProbeResult:
    """Use the refresh token: what comes of it is kept, because a grant that lives is ended again."""
    if not grant.refresh:
        return ProbeResult.DEAD if grant.access else ProbeResult.IMPOSSIBLE
    try:
        new = caller.renew(grant.refresh)
    except PlatformFault as fault:
        if fault.dead or (fault.code == "invalid_request" and not fault.temporary):
            return ProbeResult.DEAD
        raise
    grant.access, grant.refresh = str(new["access_token"]), str(new.get("refresh_token") or grant.refresh)
    grant.keep()
    return ProbeResult.ALIVE


def _reading(url: str, **params: str) -> Probe:
    """Read oneself; a token that is refused may only be old, so the refresh token decides then."""

    def ask(caller: Caller, grant: Grant) -> ProbeResult:
        status = caller.user(url, grant.access, **params).status if grant.access else 401
        if status == 401:
            return _renewing(caller, grant)
        return ProbeResult.ALIVE if status == 200 else ProbeResult.UNKNOWN

    return ask


def _graph(url: str) -> Probe:
    def ask(caller: Caller, grant: Grant) -> ProbeResult:
        answer = caller.graph("GET", url, grant.access, fields="id")
        if answer.error.get("code") == DEAD_CODE:
            return ProbeResult.DEAD
        return ProbeResult.ALIVE if answer.status == 200 and not answer.error else ProbeResult.UNKNOWN

    return ask


def _debugging(caller: Caller, grant: Grant) -> ProbeResult:
    """Facebook: the app asks about the person's token."""
    url, query = caller.oauth.introspect_url or "", {"input_token": grant.access}
    answer = caller.ask("GET", url, params={**query, "access_token": grant.app_token})
    data = answer.body.get("data")
    return _said(data.get("is_valid") if isinstance(data, Mapping) else None)


def _introspecting(caller: Caller, grant: Grant) -> ProbeResult:
    """LinkedIn: the same, at an address of its own."""
    url, form = caller.oauth.introspect_url or "", {"token": grant.access or grant.refresh}
    answer: Answer = caller.ask("POST", url, data=form, auth=caller.prove())
    return _said(answer.body.get("active"))


def _said(valid: Any) -> ProbeResult:
    if not isinstance(valid, bool):
        return ProbeResult.UNKNOWN
    return ProbeResult.ALIVE if valid else ProbeResult.DEAD


PROBES: Mapping[str, Probe] = {
    "meta_facebook": _debugging,
    "meta_instagram": _graph(accounts.INSTAGRAM_ME),
    "meta_threads": _graph(accounts.THREADS_ME),
    "google_youtube": _renewing,
    "google_analytics": _renewing,
    "x": _reading(accounts.X_ME),
    "linkedin": _introspecting,
    "tiktok": _reading(accounts.TIKTOK_ME, fields="open_id"),
    "pinterest": _reading(accounts.PINTEREST_ME),
    "reddit": _reading(accounts.REDDIT_ME),
}
