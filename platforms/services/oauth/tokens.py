"""Tokens at rest: encrypted, found by what platforms name them by, and destroyed for good."""

import base64
import hashlib
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.services import audit
from accounts.services.audit import SYSTEM, Actor
from config import crypto
from platforms.enums import TokenKind
from platforms.models import Connection, Token
from platforms.querysets import HASH_PURPOSE, PREFIX_LENGTH, PREFIX_PURPOSE

REPLACED = "replaced"


def lookups(value: str) -> dict[str, str]:
    """Return the blind indexes of a token: Google names one by its first 16 characters or a double hash."""
    digest = base64.b64encode(hashlib.sha512(hashlib.sha512(value.encode()).digest()).digest()).decode()
    return {
        "prefix_index": crypto.blind_index(value[:PREFIX_LENGTH], purpose=PREFIX_PURPOSE),
        "hash_index": crypto.blind_index(digest, purpose=HASH_PURPOSE),
    }


@transaction.atomic
def store(
    *, connection: Connection, kind: str, value: str, expires_at: datetime | None, now: datetime
) -> Token:  # fmt: skip
    """Keep a token; the one of its kind that it replaces is destroyed in the same transaction.

    `expires_at`: as the platform said, None when it said nothing. Pages have one token each, which replace
    nothing.
    """
    if kind != TokenKind.PAGE:
        _empty(connection, (kind,), REPLACED, now)
    return Token.objects.create(
        connection=connection, kind=kind, value=value, issued_at=now, expires_at=expires_at, **lookups(value)
    )


@transaction.atomic
def destroy(
    *, connection: Connection, why: str, now: datetime, kinds: Collection[str] = (), actor: Actor = SYSTEM
) -> int:  # fmt: skip
    """Destroy the living tokens of a connection, of these kinds or all; returns how many. Safe to repeat.

    The rows stay as proof; value and look-ups are gone from them.
    """
    gone = _empty(connection, kinds or tuple(TokenKind.values), why, now)
    if gone:
        details = {"tokens": gone, "why": why}
        audit.record(actor=actor, action="connection.tokens_destroyed", obj=connection, details=details)
    return gone


def value_of(connection: Connection, kind: str) -> str:
    """Return the living token of a kind in plain text, or nothing. Never log or show it."""
    token = living(connection, kind)
    return str(token.value) if token else ""


def living(connection: Connection, kind: str) -> Token | None:
    """Return the living token of a kind."""
    found: Token | None = Token.objects.living().filter(connection=connection, kind=kind).first()
    return found


def known(connection: Connection, value: str) -> bool:
    """Return whether this very token is kept already."""
    mine = Token.objects.living().filter(connection=connection)
    return mine.filter(hash_index=lookups(value)["hash_index"]).exists()


def _empty(connection: Connection, kinds: Collection[str], why: str, now: datetime) -> int:
    rows = Token.objects.living().filter(connection=connection, kind__in=kinds)
    return rows.update(value="", prefix_index="", hash_index="", destroyed_at=now, destroyed_why=why[:60])
