"""Single-use links for proof: 256 bits, only the hash is stored, they end."""

import hashlib
import secrets
from datetime import datetime

from django.utils.translation import gettext as _

from dsar.models import IdentityCheck
from dsar.rules.verification import TOKEN_BYTES


class LinkEnded(Exception):
    """The link opens nothing. `reason` is unknown, used or expired; the message says what to do."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


def new_token() -> tuple[str, str]:
    """Return (token, hash)."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return token, hash_of(token)


def hash_of(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def check_of(token: str) -> IdentityCheck | None:
    """Return the attempt of a link, whether it still works or not."""
    rows = IdentityCheck.objects.select_related("case__subject__user")
    return rows.filter(token_hash=hash_of(token)).first()


def open_check(token: str, *, now: datetime) -> IdentityCheck:
    """Return the open attempt of a link. Raises LinkEnded."""
    check = check_of(token)
    if check is None:
        raise LinkEnded("unknown", _("We do not know this link, or it was used already."))
    if check.arrived_at or not check.is_open:
        raise LinkEnded("used", _("This link was used already. Your request goes on."))
    if check.expires_at is None or check.expires_at <= now:
        raise LinkEnded("expired", _("This link has expired. Your request and its day stay as they are."))
    return check
