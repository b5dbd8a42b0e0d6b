"""Secret links for people without an account: held by whoever reads the mailbox that proved the request."""

import hmac
import uuid
from datetime import datetime, timedelta

from django.urls import reverse

from config import crypto
from config.profile import active_profile
from dsar.enums import Outcome
from dsar.models import Case

KEY_LENGTH = 32


def key_of(pk: uuid.UUID) -> str:
    """Return the secret part of a case's link: a keyed hash of its id, 128 bits, the same at every call."""
    return crypto.blind_index(str(pk), purpose="case-link")[:KEY_LENGTH]


def path_for(case: Case) -> str:
    """Return the path of the status page by link."""
    return reverse("public_status", args=[case.pk, key_of(case.pk)])


def case_for(*, pk: uuid.UUID, key: str) -> Case | None:
    """Return the case of a link, or None when the link is wrong. Whether it ended is another question."""
    if not hmac.compare_digest(key_of(pk).encode(), key.encode()):
        return None
    return Case.objects.select_related("subject").filter(pk=pk).first()


def has_ended(case: Case, *, now: datetime) -> bool:
    """Whether the link stopped working: as long after closing as the profile lets a package link live.

    The link to a request that ended unverified works as long as its record exists: it opens it again.
    """
    if case.closed_at is None or case.outcome == Outcome.UNVERIFIED:
        return False
    return now > case.closed_at + timedelta(days=active_profile().cases.package_link_days)
