"""What a grant must hold, and when it is looked after. Pure."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from platforms.registry.schema import Entry, Liveness, OAuth
from platforms.rules import periods

CONNECT = "connect"
# A token is renewed when this part of its life is over: enough is left to try again for days.
RENEW_AFTER = 2 / 3
# How long before its end an access token counts as over: the call itself takes time.
LEEWAY = timedelta(seconds=60)
# Google answers with the long names of what it was asked for by short ones.
LONG_NAMES = {
    "https://www.googleapis.com/auth/userinfo.email": "email",
    "https://www.googleapis.com/auth/userinfo.profile": "profile",
}


def split(text: str) -> list[str]:
    """Return the scopes of an answer, each once: platforms separate them by blanks, commas or both."""
    names = (LONG_NAMES.get(name, name) for name in re.split(r"[\s,]+", text) if name)
    return list(dict.fromkeys(names))


def with_connect(features: Iterable[str]) -> list[str]:
    """Return the features with the one that every connection has, each once."""
    return list(dict.fromkeys([CONNECT, *features]))


def needed(entry: Entry, features: Iterable[str]) -> list[str]:
    """Return the scopes that these features need, each once; a feature the platform lacks needs none."""
    found = (entry.features[name].scopes for name in with_connect(features) if name in entry.features)
    return list(dict.fromkeys(scope for scopes in found for scope in scopes))


def asked(entry: Entry, features: Iterable[str], allowed: Iterable[str]) -> list[str]:
    """Return the scopes to ask for: what the features need, and of that what the profile declares."""
    declared = set(allowed)
    return [scope for scope in needed(entry, features) if scope in declared]


def surplus(entry: Entry, features: Iterable[str], granted: Iterable[str]) -> list[str]:
    """Return what was granted though no feature in use needs it."""
    wanted = set(needed(entry, features))
    return sorted(scope for scope in set(granted) if scope not in wanted)


def lost(entry: Entry, features: Iterable[str], granted: Iterable[str], allowed: Iterable[str]) -> list[str]:
    """Return what features in use need, the profile declares, and the person did not grant (any more)."""
    have = set(granted)
    return [scope for scope in asked(entry, features, allowed) if scope not in have]


def stopped(
    entry: Entry, features: Iterable[str], granted: Iterable[str], allowed: Iterable[str]
) -> dict[str, list[str]]:  # fmt: skip
    """Return the features in use that do not work, each with the permissions that it lacks."""
    gone = set(lost(entry, features, granted, allowed))
    named = {name: entry.features[name].scopes for name in with_connect(features) if name in entry.features}
    lacking = {name: [scope for scope in scopes if scope in gone] for name, scopes in named.items()}
    return {name: scopes for name, scopes in lacking.items() if scopes}


def end(text: str, since: datetime) -> datetime:
    """Return when a period of the registry that starts at `since` is over."""
    return periods.parse(text).after(since, UTC)


def probe_at(liveness: Liveness, now: datetime) -> datetime:
    """Return when the grant is looked at next: at the platform's pace, never beyond its hard limit."""
    moments = [end(text, now) for text in (liveness.every, liveness.hard_max) if text]
    return min(moments)


def refresh_at(
    oauth: OAuth, *, issued: datetime, access_until: datetime | None, refresh_until: datetime | None,
    has_refresh: bool,
) -> datetime | None:  # fmt: skip
    """Return when the grant must be renewed so that it does not die of age, or None when it cannot.

    `access_until` and `refresh_until` are what the platform said with the tokens; the registry's figures only
    plan where it said nothing. Renewing too late loses the grant, renewing daily is traffic for nothing.
    """
    if not has_refresh:
        return _renew_long_lived(oauth, issued, access_until)
    limits = [_part(issued, until) for until in _limits(oauth, issued, refresh_until)]
    if fixed(oauth) and access_until:
        # The end of the refresh token does not move: only the access token is renewed, until then.
        limits = [min(_part(issued, access_until), refresh_until or access_until)]
    return min(limits, default=None)


def fixed(oauth: OAuth) -> bool:
    """Return whether the refresh token ends on a day that no use moves (LinkedIn: 365 days)."""
    token = oauth.refresh_token
    return bool(token and token.ttl and not token.rotating and not token.sliding)


def renewable(oauth: OAuth) -> bool:
    """Return whether a long-lived token is renewed by itself (Instagram, Threads)."""
    return bool(oauth.long_lived and oauth.long_lived.refresh_url and oauth.long_lived.refresh_grant)


def _limits(oauth: OAuth, issued: datetime, refresh_until: datetime | None) -> list[datetime]:
    token = oauth.refresh_token
    if token is None:
        return [refresh_until] if refresh_until else []
    planned = end(token.ttl, issued) if token.ttl else None
    idle = end(token.idle_max, issued) if token.idle_max else None
    return [moment for moment in (refresh_until or planned, idle) if moment]


def _renew_long_lived(oauth: OAuth, issued: datetime, access_until: datetime | None) -> datetime | None:
    """A token without a refresh token: renewed by itself where that exists, else looked at when it ends."""
    if access_until is None or not renewable(oauth):
        return access_until
    assert oauth.long_lived is not None
    earliest = end(oauth.long_lived.min_age, issued) if oauth.long_lived.min_age else issued
    return min(max(_part(issued, access_until), earliest), access_until)


def _part(issued: datetime, until: datetime) -> datetime:
    return issued + (until - issued) * RENEW_AFTER
