"""Keeping grants alive by the platform's rules: rotating, sliding, fixed, or not at all."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.services import audit
from accounts.services.audit import SYSTEM
from config.choices import TextChoices
from platforms import registry
from platforms.enums import ConnectionStatus, TokenKind
from platforms.models import Connection, Token
from platforms.querysets import LIVING
from platforms.registry import Entry
from platforms.rules import grants
from platforms.services.oauth import clients, losing, saving, tokens
from platforms.services.oauth.faults import PlatformFault

LEASE = timedelta(minutes=10)
TRY_AGAIN = timedelta(hours=1)
BATCH = 200


class Renewal(TextChoices):
    """How an attempt to renew a grant ended."""

    RENEWED = "renewed", "Renewed"
    NOTHING = "nothing", "Nothing to renew yet"
    STOPPED = "stopped", "The connection ended meanwhile"
    EXPIRED = "expired", "The tokens reached their end"
    DEAD = "dead", "The platform knows the grant no more"
    FAILED = "failed", "Failed; tried again later"


def due(*, now: datetime) -> list[str]:
    """Take the connections whose token must be renewed now; returns their ids.

    Each is taken by one conditional UPDATE that moves its date: two beats, or two machines, take it once. A
    worker that dies leaves it due again after the lease.
    """
    return claimed("refresh_at", Connection.objects.refresh_due(now).values_list("pk", "refresh_at"), now)


def claimed(field: str, rows: Any, now: datetime) -> list[str]:
    """Take rows of (id, date) by moving the date by the lease; returns the ids that nobody else took."""
    found: Iterable[tuple[Any, datetime]] = list(rows[:BATCH])
    return [
        str(pk)
        for pk, at in found
        if Connection.objects.filter(pk=pk, **{field: at}).update(**{field: now + LEASE})
    ]


def refresh(*, connection: Connection, now: datetime) -> Renewal:
    """Renew a grant and do what follows. Never inside a transaction: it calls the platform."""
    outcome = renew(connection=connection, now=now)
    if outcome == Renewal.DEAD:
        losing.lost(connection=connection, now=now)
    if outcome == Renewal.EXPIRED:
        losing.expired(connection=connection, now=now)
    return outcome


def renew(*, connection: Connection, now: datetime) -> Renewal:
    """Renew a grant; says DEAD and EXPIRED, but leaves what follows from them to the caller."""
    connection.refresh_from_db()
    if connection.status not in LIVING:
        return Renewal.STOPPED
    entry = registry.current(connection.platform)
    token = tokens.living(connection, TokenKind.REFRESH)
    try:
        if token is not None:
            return _by_refresh_token(connection, entry, token, now)
        return _by_itself(connection, entry, now)
    except PlatformFault as fault:
        return _failed(connection, fault, now)


def _over(token: Token | None, now: datetime) -> bool:
    return bool(token and token.expires_at and token.expires_at <= now)


def _by_refresh_token(connection: Connection, entry: Entry, token: Token, now: datetime) -> Renewal:
    if _over(token, now):
        return Renewal.EXPIRED
    with clients.calling(entry) as caller:
        try:
            answer = caller.renew(token.value)
        except PlatformFault as fault:
            newer = tokens.living(connection, TokenKind.REFRESH)
            if not fault.dead or newer is None or newer.pk == token.pk:
                raise
            # Another worker used the token that we held and stored the next one: that one counts.
            answer = caller.renew(newer.value)
    return _save(connection, entry, answer, now)


def _by_itself(connection: Connection, entry: Entry, now: datetime) -> Renewal:
    """Renew a long-lived token that has no refresh token (Instagram, Threads), once it is old enough."""
    token, terms = tokens.living(connection, TokenKind.ACCESS), clients.oauth_of(entry).long_lived
    if token is None or _over(token, now):
        return Renewal.EXPIRED if token else Renewal.NOTHING
    if terms is None or terms.refresh_url is None or terms.refresh_grant is None:
        return Renewal.NOTHING
    if terms.min_age and grants.end(terms.min_age, token.issued_at) > now:
        return Renewal.NOTHING
    form = {"grant_type": terms.refresh_grant, "access_token": token.value}
    with clients.calling(entry) as caller:
        made = caller.ask("GET", terms.refresh_url, params=form)
    if not isinstance(made.body.get("access_token"), str):
        raise PlatformFault(clients.code_of(made.body.get("error", "refused")), made.status)
    return _save(connection, entry, made.body, now)


@transaction.atomic
def _save(connection: Connection, entry: Entry, answer: Any, now: datetime) -> Renewal:
    """Store the new tokens in one transaction with the end of the old: a rotated one exists only here."""
    row = Connection.objects.select_for_update().get(pk=connection.pk)
    if row.status == ConnectionStatus.REVOKING:
        # The platform has killed the old token by now: whoever ends the grant needs the new one.
        saving.keep_tokens(connection=row, entry=entry, answer=answer, now=now)
        Connection.objects.filter(pk=row.pk).update(refresh_at=None, probe_at=None)
    if row.status not in LIVING:
        return Renewal.STOPPED
    saving.keep_tokens(connection=row, entry=entry, answer=answer, now=now)
    told = answer.get("scope")
    if isinstance(told, str) and (scopes := grants.split(told)):
        # RFC 6749 section 5.1: what the platform names here is granted, whatever was before.
        saving.keep_scopes(connection=row, scopes=scopes, actor=SYSTEM, now=now)
    details = {"platform": row.platform, "rotated": bool(answer.get("refresh_token"))}
    audit.record(actor=SYSTEM, action="connection.refreshed", obj=row, details=details)
    connection.refresh_from_db()
    return Renewal.RENEWED


@transaction.atomic
def _failed(connection: Connection, fault: PlatformFault, now: datetime) -> Renewal:
    """Keep the failure and try again later. Only what the platform says of the grant itself is its end."""
    error = str(fault)[:300]
    if fault.dead:
        Connection.objects.filter(pk=connection.pk).update(refresh_error=error)
        return Renewal.DEAD
    Connection.objects.filter(pk=connection.pk).update(refresh_error=error, refresh_at=now + TRY_AGAIN)
    action = "connection.client_refused" if fault.ours else "connection.refresh_failed"
    details = {"platform": connection.platform, "why": fault.code}
    audit.record(actor=SYSTEM, action=action, obj=connection, details=details)
    return Renewal.FAILED


def access_token(*, connection: Connection, now: datetime) -> str:
    """Return an access token that works now, renewed if need be; empty when there is none to be had."""
    token = tokens.living(connection, TokenKind.ACCESS)
    if token and (token.expires_at is None or token.expires_at - grants.LEEWAY > now):
        return str(token.value)
    renewed = renew(connection=connection, now=now) == Renewal.RENEWED
    return tokens.value_of(connection, TokenKind.ACCESS) if renewed else ""
