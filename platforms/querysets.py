"""Reads of the platforms app."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from accounts.models import DataSubject
from config import crypto
from platforms.enums import ConnectionStatus

if TYPE_CHECKING:
    from platforms.models import CallbackReceipt, Connection, OAuthAttempt, Token  # noqa: F401

CODE_PURPOSE = "callback:code"
STATE_PURPOSE = "oauth:state"
PREFIX_PURPOSE, HASH_PURPOSE = "token:prefix", "token:hash"
PREFIX_LENGTH = 16
LIVING = (ConnectionStatus.ACTIVE, ConnectionStatus.HELD)


def account_index(platform: str, external_id: str) -> str:
    """Return the blind index by which a connection is found."""
    return crypto.blind_index(external_id, purpose=f"connection:{platform}")


class CallbackReceiptQuerySet(models.QuerySet["CallbackReceipt"]):
    """Look-ups of what platforms sent."""

    def of_code(self, code: str) -> CallbackReceiptQuerySet:
        """Receipts that were answered with this confirmation code."""
        return self.filter(code_index=crypto.blind_index(code, purpose=CODE_PURPOSE))


class ConnectionQuerySet(models.QuerySet["Connection"]):
    """Reads of linked accounts."""

    def at(self, platform: str, external_id: str) -> ConnectionQuerySet:
        """Connections of one account at a platform: at most one of them has not ended."""
        return self.filter(platform=platform, external_index=account_index(platform, external_id))

    def open(self) -> ConnectionQuerySet:
        """Those that have not ended."""
        return self.exclude(status=ConnectionStatus.ENDED)

    def of(self, subject: DataSubject) -> ConnectionQuerySet:
        """Those of one person, with what their page shows."""
        return self.filter(subject=subject).prefetch_related("scopes").order_by("platform", "-connected_at")

    def refresh_due(self, now: datetime) -> ConnectionQuerySet:
        """Those whose token must be renewed now."""
        return self.filter(status__in=LIVING, refresh_at__lte=now).order_by("refresh_at")

    def probe_due(self, now: datetime) -> ConnectionQuerySet:
        """Those whose grant must be looked at now."""
        return self.filter(status__in=LIVING, probe_at__lte=now).order_by("probe_at")


class TokenQuerySet(models.QuerySet["Token"]):
    """Look-ups of tokens by what a platform names them by (RISC token-revoked)."""

    def living(self) -> TokenQuerySet:
        """Those whose value is still there."""
        return self.filter(destroyed_at=None)

    def prefixed(self, prefix: str) -> TokenQuerySet:
        """Those that begin with these 16 characters."""
        return self.filter(prefix_index=crypto.blind_index(prefix, purpose=PREFIX_PURPOSE))

    def hashed(self, digest: str) -> TokenQuerySet:
        """Those with this base64 of the SHA-512 of the SHA-512."""
        return self.filter(hash_index=crypto.blind_index(digest, purpose=HASH_PURPOSE))


class OAuthAttemptQuerySet(models.QuerySet["OAuthAttempt"]):
    """Look-ups of people on their way."""

    def of_state(self, state: str) -> OAuthAttemptQuerySet:
        """The attempt that this state belongs to."""
        return self.filter(state_index=crypto.blind_index(state, purpose=STATE_PURPOSE))
