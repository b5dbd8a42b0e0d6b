"""What a platform answered becomes rows: the connection, its tokens, its scopes and its next dates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import DataSubject
from accounts.services import audit
from accounts.services.audit import Actor
from platforms.enums import ConnectionSource, ConnectionStatus, ProbeResult, TokenKind
from platforms.models import Connection, ScopeGrant
from platforms.querysets import account_index
from platforms.registry import Entry
from platforms.rules import grants
from platforms.services.oauth import tokens
from platforms.services.oauth.clients import oauth_of
from platforms.services.oauth.faults import OAuthRefused

# Words of different platforms for the same figure: how long the refresh token lives, in seconds.
REFRESH_SECONDS = ("refresh_token_expires_in", "refresh_expires_in")


@dataclass(frozen=True)
class Wanted:
    """A connection as it is to stand afterwards."""

    subject: DataSubject
    entry: Entry
    external_id: str
    handle: str
    features: list[str]
    source: str = ConnectionSource.PORTAL
    product_reference: str = ""
    matching_agreed: bool = False


def until(answer: Mapping[str, Any], names: Iterable[str], now: datetime) -> datetime | None:
    """Return the end that a token answer states in seconds under one of these names."""
    for name in names:
        try:
            seconds = int(answer[name])
        except (KeyError, TypeError, ValueError):
            continue
        if seconds > 0:
            return now + timedelta(seconds=seconds)
    return None


def link(wanted: Wanted, *, actor: Actor, now: datetime) -> Connection:
    """Make the connection, or take up the one of the same account. Call inside the transaction.

    Raises OAuthRefused when the account is somebody else's here, or is just being disconnected.
    """
    known = (
        Connection.objects.at(wanted.entry.key, wanted.external_id).open().select_for_update().first()
    )  # fmt: skip
    if known is None:
        return _new(wanted, actor, now)
    if known.subject_id != wanted.subject.pk:
        raise _taken(wanted.entry)
    if known.status == ConnectionStatus.REVOKING:
        raise OAuthRefused(
            "revoking",
            _("This account is being disconnected. Connect it again when that is finished."),
        )
    return _again(known, wanted, actor, now)


def _taken(entry: Entry) -> OAuthRefused:
    return OAuthRefused(
        "taken",
        _("This account at %(platform)s is linked to another person here. Disconnect it there first.")
        % {"platform": entry.name},
    )


def _new(wanted: Wanted, actor: Actor, now: datetime) -> Connection:
    try:
        with transaction.atomic():
            made = Connection.objects.create(
                subject=wanted.subject, platform=wanted.entry.key, external_id=wanted.external_id,
                external_index=account_index(wanted.entry.key, wanted.external_id), handle=wanted.handle,
                source=wanted.source, product_reference=wanted.product_reference,
                features=grants.with_connect(wanted.features), connected_at=now, verified_at=now,
                matching_agreed_at=now if wanted.matching_agreed else None,
            )  # fmt: skip
    except IntegrityError:
        # Somebody linked it between our look and our insert.
        raise _taken(wanted.entry) from None
    _recorded(made, "connection.made", wanted, actor)
    return made


def _again(known: Connection, wanted: Wanted, actor: Actor, now: datetime) -> Connection:
    """The same account connected again keeps its row, and the day since when it is connected."""
    known.features = grants.with_connect(wanted.features)
    known.handle, known.source = wanted.handle or known.handle, wanted.source
    known.product_reference = wanted.product_reference or known.product_reference
    if wanted.matching_agreed and known.matching_agreed_at is None:
        known.matching_agreed_at = now
    if known.status == ConnectionStatus.EXPIRED:
        known.status = ConnectionStatus.ACTIVE
    known.verified_at, known.refresh_error = now, ""
    known.save()
    _recorded(known, "connection.made_again", wanted, actor)
    return known


def _recorded(connection: Connection, action: str, wanted: Wanted, actor: Actor) -> None:
    audit.record(
        actor=actor,
        action=action,
        obj=connection,
        details={
            "platform": connection.platform, "features": connection.features, "source": connection.source,
            "matching_agreed": wanted.matching_agreed,
        },
        personal={"external_id": wanted.external_id},
    )  # fmt: skip


def keep_tokens(
    *, connection: Connection, entry: Entry, answer: Mapping[str, Any], now: datetime
) -> None:  # fmt: skip
    """Store the tokens of an answer and plan the next look. Call inside the transaction.

    A refresh token that is not repeated stays, as RFC 6749 section 6 says; its end stays with it.
    """
    tokens.store(
        connection=connection, kind=TokenKind.ACCESS, value=answer["access_token"], now=now,
        expires_at=until(answer, ["expires_in"], now),
    )  # fmt: skip
    refresh = answer.get("refresh_token")
    if isinstance(refresh, str) and refresh and refresh != tokens.value_of(connection, TokenKind.REFRESH):
        tokens.store(
            connection=connection, kind=TokenKind.REFRESH, value=refresh, now=now,
            expires_at=until(answer, REFRESH_SECONDS, now),
        )  # fmt: skip
    connection.verified_at, connection.probe_result, connection.refresh_error = now, ProbeResult.ALIVE, ""
    plan(connection, entry, now)


def plan(connection: Connection, entry: Entry, now: datetime) -> None:
    """Set when the token is renewed and the grant looked at next, and save the connection."""
    access = tokens.living(connection, TokenKind.ACCESS)
    refresh = tokens.living(connection, TokenKind.REFRESH)
    connection.refresh_at = grants.refresh_at(
        oauth_of(entry), issued=now, access_until=access.expires_at if access else None,
        refresh_until=refresh.expires_at if refresh else None, has_refresh=refresh is not None,
    ) if access or refresh else None  # fmt: skip
    connection.probe_at = grants.probe_at(entry.liveness, now) if entry.liveness else None
    connection.save()


def keep_scopes(*, connection: Connection, scopes: Iterable[str], actor: Actor, now: datetime) -> None:
    """Record which permissions are granted now: new ones begin, missing ones end. Call in the transaction."""
    granted = set(scopes)
    open_rows = ScopeGrant.objects.filter(connection=connection, ended_at=None)
    before = set(open_rows.values_list("scope", flat=True))
    open_rows.exclude(scope__in=granted).update(ended_at=now)
    ScopeGrant.objects.bulk_create(
        ScopeGrant(connection=connection, scope=scope, granted_at=now) for scope in sorted(granted - before)
    )
    if granted != before:
        details = {"granted": sorted(granted - before), "ended": sorted(before - granted)}
        audit.record(actor=actor, action="connection.scopes_changed", obj=connection, details=details)
