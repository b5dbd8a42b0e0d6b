"""Reads of the platforms app."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from accounts.models import DataSubject
from config import crypto
from config.jobs import JobStatus
from platforms.enums import ConnectionStatus, Verdict

if TYPE_CHECKING:
    from platforms.models import (  # noqa: F401
        CallbackReceipt,
        Connection,
        ContentDeletion,
        Finding,
        LegalReview,
        OAuthAttempt,
        Processor,
        Token,
    )

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

    def accepted(self) -> CallbackReceiptQuerySet:
        """Those that were believed, and seen for the first time."""
        return self.filter(verdict=Verdict.ACCEPTED)

    def waiting(self) -> CallbackReceiptQuerySet:
        """Those at which somebody must look: their own work failed, or the work on what they named."""
        copies = self.filter(content_deletions__status=JobStatus.ATTENTION)
        return self.filter(Q(status=JobStatus.ATTENTION) | Q(pk__in=copies.values("pk")))


class ContentDeletionQuerySet(models.QuerySet["ContentDeletion"]):
    """Work on copies of content that is gone at its platform."""

    def open(self) -> ContentDeletionQuerySet:
        """Those whose copies are not known to be gone."""
        return self.exclude(status=JobStatus.DONE)

    def late(self, now: datetime) -> ContentDeletionQuerySet:
        """Those whose copies had to be gone by now, and are not known to be."""
        return self.open().filter(due_at__lt=now)

    def waiting(self) -> ContentDeletionQuerySet:
        """Those at which somebody must look."""
        return self.filter(status=JobStatus.ATTENTION)


class ConnectionQuerySet(models.QuerySet["Connection"]):
    """Reads of linked accounts."""

    def at(self, platform: str, external_id: str) -> ConnectionQuerySet:
        """Connections of one account at a platform: at most one of them has not ended."""
        return self.filter(platform=platform, external_index=account_index(platform, external_id))

    def resting_on(self, platforms: Iterable[str], external_id: str) -> ConnectionQuerySet:
        """Living connections of one account at any of these platforms."""
        indexes = [account_index(key, external_id) for key in platforms]
        return self.filter(external_index__in=indexes, status__in=LIVING)

    def known_by(self, text: str, platforms: Iterable[str]) -> ConnectionQuerySet:
        """Those whose id at one of these platforms, or the product's own key, is exactly this text."""
        fits = models.Q(product_reference=text) if text else models.Q(pk__in=[])
        return self.filter(
            fits | models.Q(external_index__in=[account_index(key, text) for key in platforms])
        )

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


class FindingQuerySet(models.QuerySet["Finding"]):
    """What is wrong now, and what somebody accepted for a time."""

    def open(self) -> FindingQuerySet:
        """Findings that the last sweep still saw."""
        return self.filter(ended_at=None)

    def accepted(self, today: date) -> FindingQuerySet:
        """Open findings that somebody accepted and whose time is not over."""
        return self.open().filter(accepted_until_on__gte=today)

    def waiting(self, today: date) -> FindingQuerySet:
        """Open findings about which something must be done."""
        return self.open().filter(Q(accepted_until_on=None) | Q(accepted_until_on__lt=today))


class LegalReviewQuerySet(models.QuerySet["LegalReview"]):
    """Reviews that hold."""

    def current(self, today: date) -> LegalReviewQuerySet:
        """Reviews that were not replaced or withdrawn and whose time is not over."""
        return self.filter(ended_at=None, until_on__gte=today)

    def of(self, *, platform: str, element: str, purpose: str, today: date) -> LegalReviewQuerySet:
        """Reviews that speak of a data element, alone or with all others of its platform."""
        return self.current(today).filter(platform=platform, element__in=["", element], purpose=purpose)


class RunningQuerySet(models.QuerySet[Any]):
    """Sub-processors and transfers."""

    def running(self) -> RunningQuerySet:
        """Those that have not ended."""
        return self.filter(ended_on=None)


class ProcessorQuerySet(models.QuerySet["Processor"]):
    """Look-ups of processors."""

    def running(self) -> ProcessorQuerySet:
        """Those that work for us."""
        return self.filter(ended_on=None)

    def unsigned(self) -> ProcessorQuerySet:
        """Those without a signed contract on record (Art. 28(3))."""
        return self.filter(contract_signed_on=None)

    def expiring(self, until: date) -> ProcessorQuerySet:
        """Those whose contract or evidence ends by this day, or has ended."""
        return self.filter(models.Q(contract_ends_on__lte=until) | models.Q(evidence_expires_on__lte=until))

    def ending(self) -> ProcessorQuerySet:
        """Those that stopped and have not confirmed what they did with the data (Art. 28(3)(g))."""
        return self.filter(ended_on__isnull=False, end_confirmed_on=None)

    def whole(self) -> ProcessorQuerySet:
        """With everything that their rules look at."""
        return self.prefetch_related("subprocessors", "transfers", "systems")
