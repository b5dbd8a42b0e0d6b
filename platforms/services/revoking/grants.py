"""The tokens of an account that is being disconnected, and other accounts that share its grant."""

import json
from collections.abc import Callable
from datetime import datetime

from platforms import registry
from platforms.enums import ConnectionStatus, RevocationOutcome, TokenKind
from platforms.models import Connection, Disconnection, Token
from platforms.services.oauth import tokens
from platforms.services.oauth.clients import one_grant
from platforms.services.revokers import Grant

_OVER = (ConnectionStatus.ENDED, ConnectionStatus.REVOKING)


def alive(job: Disconnection) -> list[Token]:
    """Return the tokens of the account that still have a value."""
    found = Token.objects.filter(connection=job.connection_id, destroyed_at=None)
    return list(found.exclude(kind=TokenKind.PAGE))


def held(job: Disconnection) -> dict[str, str]:
    """Return the tokens that may still be used for this end, by kind: the copy, else the account's own."""
    if job.kept:
        found: dict[str, str] = json.loads(job.kept)
        return found
    return {token.kind: token.value for token in alive(job)}


def grant_of(job: Disconnection, keep: Callable[[Grant], None]) -> Grant:
    """Return what is to be ended; `keep` stores the tokens when the platform renews them on the way."""
    have = held(job)
    entry = registry.current(job.connection.platform)
    grant = Grant(entry, job.connection.external_id, have.get("access", ""), have.get("refresh", ""))
    grant.keep = lambda: keep(grant)
    return grant


def copy_of(grant: Grant) -> str:
    """Return the copy of the tokens that is kept while the revocation is open."""
    both = {"access": grant.access, "refresh": grant.refresh}
    found = {kind: value for kind, value in both.items() if value}
    return json.dumps(found) if found else ""


def newer(job: Disconnection) -> bool:
    """Whether a token is alive that the platform was not asked about: it was renewed while we asked."""
    if not job.revoke_first or job.outcome == RevocationOutcome.MANUAL_REQUIRED:
        return False
    used = set(json.loads(job.kept).values()) if job.kept else set()
    return any(token.value not in used and token.issued_at > job.made_at for token in alive(job))


def destroy(job: Disconnection, now: datetime) -> None:
    """Destroy every token of the account; the rows stay as proof."""
    tokens.destroy(connection=job.connection, why="disconnected", now=now)


def same_grant(connection: Connection) -> list[Connection]:
    """Return other accounts of the person whose grant ends with this one.

    YouTube and Analytics under one Google client are one grant; two clients, two grants.
    """
    entry = registry.current(connection.platform)
    if entry.family != "google":
        return []
    others = Connection.objects.filter(subject=connection.subject_id).exclude(pk=connection.pk)
    return list(others.exclude(status__in=_OVER).filter(platform__in=one_grant(entry)))


def look_at_others(job: Disconnection, now: datetime) -> None:
    """Probe now what ended with this grant, not at its usual pace."""
    if job.outcome in (RevocationOutcome.REVOKED, RevocationOutcome.ALREADY_GONE):
        mates = [one.pk for one in same_grant(job.connection)]
        Connection.objects.filter(pk__in=mates).update(probe_at=now)
