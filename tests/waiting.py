"""People who were asked who they are and did not answer."""

import uuid
from datetime import datetime, timedelta

from dsar.models import Case
from tests.factories import IdentityCheckFactory


def waited_for(case: Case, now: datetime) -> None:
    """Say that the person of a case was asked and reminded, and that nothing came until `now`."""
    asked = now - timedelta(days=31)
    if not case.identity_checks.exists():
        IdentityCheckFactory(case=case, asked_at=asked, expires_at=asked + timedelta(hours=72))
    case.identity_checks.update(
        asked_at=asked, letter_id=uuid.uuid4(), reminded_at=asked + timedelta(days=10)
    )
