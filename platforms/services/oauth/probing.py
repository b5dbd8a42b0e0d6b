"""Is a grant still alive? Each platform is asked in its own way, at the registry's pace."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.services import audit
from accounts.services.audit import SYSTEM, Actor
from platforms import registry
from platforms.enums import ProbeResult, TokenKind
from platforms.models import Connection, Token
from platforms.querysets import LIVING
from platforms.registry import Entry
from platforms.rules import grants
from platforms.services.oauth import accounts, clients, losing, refreshing, saving, tokens
from platforms.services.oauth.clients import Caller
from platforms.services.oauth.faults import PlatformFault
from platforms.services.oauth.refreshing import Renewal

TRY_AGAIN = timedelta(hours=6)
OF_RENEWAL = {Renewal.RENEWED: ProbeResult.ALIVE, Renewal.DEAD: ProbeResult.DEAD}


def due(*, now: datetime) -> list[str]:
    """Take the connections whose grant must be looked at now; returns their ids."""
    rows = Connection.objects.probe_due(now).values_list("pk", "probe_at")
    return refreshing.claimed("probe_at", rows, now)


def probe(connection: Connection, *, now: datetime, actor: Actor = SYSTEM) -> ProbeResult:
    """Look whether a grant is alive, record it, and start the clock of the data of a dead one.

    A connection that is being disconnected or has ended is only looked at. Never inside a transaction.
    """
    result = look(connection, now=now)
    connection.refresh_from_db()
    if connection.status not in LIVING:
        return result
    _record(connection, result, now, actor)
    if result == ProbeResult.DEAD:
        losing.lost(connection=connection, now=now)
    if result == ProbeResult.UNKNOWN and _too_old(connection, now):
        losing.expired(connection=connection, now=now)
    return result


def look(connection: Connection, *, now: datetime) -> ProbeResult:
    """Ask the platform. IMPOSSIBLE: we hold no token to ask with. UNKNOWN: it gave no usable answer."""
    entry = registry.current(connection.platform)
    if not Token.objects.living().filter(connection=connection).exists():
        return ProbeResult.IMPOSSIBLE
    try:
        return WAYS[connection.platform](connection, entry, now)
    except PlatformFault:
        return ProbeResult.UNKNOWN


@transaction.atomic
def _record(connection: Connection, result: ProbeResult, now: datetime, actor: Actor) -> None:
    entry = registry.current(connection.platform)
    at_pace = grants.probe_at(entry.liveness, now) if entry.liveness else None
    soon = now + TRY_AGAIN
    connection.probe_at = min(at_pace, soon) if at_pace and result == ProbeResult.UNKNOWN else at_pace
    connection.probe_result = result
    if result == ProbeResult.ALIVE:
        connection.verified_at = now
    connection.save(update_fields=["probe_at", "probe_result", "verified_at"])
    details = {"platform": connection.platform, "result": result}
    audit.record(actor=actor, action="connection.probed", obj=connection, details=details)


def _too_old(connection: Connection, now: datetime) -> bool:
    """Return whether no token is left that could still work: age, not revocation."""
    ends = Token.objects.living().filter(connection=connection).values_list("expires_at", flat=True)
    return all(end is not None and end <= now for end in ends)


Way = Callable[[Connection, Entry, datetime], ProbeResult]


def _by_renewing(connection: Connection, _entry: Entry, now: datetime) -> ProbeResult:
    """Google: using the refresh token is the probe."""
    return OF_RENEWAL.get(refreshing.renew(connection=connection, now=now), ProbeResult.UNKNOWN)


def _by_reading(url: str, **params: str) -> Way:
    """X, TikTok, Pinterest, Reddit: read oneself; a refused token may only be old, so it is renewed first."""

    def way(connection: Connection, entry: Entry, now: datetime) -> ProbeResult:
        token = refreshing.access_token(connection=connection, now=now)
        if not token:
            return _by_renewing(connection, entry, now)
        with clients.calling(entry) as caller:
            status = caller.user(url, token, **params).status
        if status == 401:
            return _refused(connection, entry, now)
        return ProbeResult.ALIVE if status == 200 else ProbeResult.UNKNOWN

    return way


def _refused(connection: Connection, entry: Entry, now: datetime) -> ProbeResult:
    if tokens.living(connection, TokenKind.REFRESH) is None:
        return ProbeResult.DEAD
    return _by_renewing(connection, entry, now)


def _by_graph(url: str) -> Way:
    """Instagram and Threads: code 190 is a dead token."""

    def way(connection: Connection, entry: Entry, _now: datetime) -> ProbeResult:
        with clients.calling(entry) as caller:
            token = tokens.value_of(connection, TokenKind.ACCESS)
            answer = caller.graph("GET", url, token, fields="id")
        if answer.error.get("code") == 190:
            return ProbeResult.DEAD
        return ProbeResult.ALIVE if answer.status == 200 and not answer.error else ProbeResult.UNKNOWN

    return way


def _by_introspection(connection: Connection, entry: Entry, now: datetime) -> ProbeResult:
    """Facebook (debug_token) and LinkedIn (introspectToken): the app asks about a token."""
    token = tokens.value_of(connection, TokenKind.ACCESS)
    with clients.calling(entry) as caller:
        valid, scopes = (_debugged if entry.family == "meta" else _introspected)(caller, token)
    if valid and scopes:
        _keep_scopes(connection, scopes, now)
    if valid is None:
        return ProbeResult.UNKNOWN
    return ProbeResult.ALIVE if valid else ProbeResult.DEAD


@transaction.atomic
def _keep_scopes(connection: Connection, scopes: Iterable[str], now: datetime) -> None:
    """Take up which permissions are left: people and platforms take single ones away without a word."""
    row = Connection.objects.select_for_update().get(pk=connection.pk)
    if row.status in LIVING:
        saving.keep_scopes(connection=row, scopes=scopes, actor=SYSTEM, now=now)


def _debugged(caller: Caller, token: str) -> tuple[bool | None, list[str]]:
    app = f"{caller.own.id}|{caller.own.secret}"
    url = caller.oauth.introspect_url or ""
    answer = caller.ask("GET", url, params={"input_token": token, "access_token": app})
    data = answer.body.get("data", {})
    listed = data.get("scopes")
    return _flag(data.get("is_valid")), [str(one) for one in listed] if isinstance(listed, list) else []


def _introspected(caller: Caller, token: str) -> tuple[bool | None, list[str]]:
    answer = caller.ask("POST", caller.oauth.introspect_url or "", data={"token": token}, auth=caller.prove())
    told = answer.body.get("scope")
    return _flag(answer.body.get("active")), grants.split(told) if isinstance(told, str) else []


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


WAYS: dict[str, Way] = {
    "meta_facebook": _by_introspection,
    "meta_instagram": _by_graph(accounts.INSTAGRAM_ME),
    "meta_threads": _by_graph(accounts.THREADS_ME),
    "google_youtube": _by_renewing,
    "google_analytics": _by_renewing,
    "x": _by_reading(accounts.X_ME),
    "linkedin": _by_introspection,
    "tiktok": _by_reading(accounts.TIKTOK_ME, fields="open_id"),
    "pinterest": _by_reading(accounts.PINTEREST_ME),
    "reddit": _by_reading(accounts.REDDIT_ME),
}
