"""Whose case a reference is, for what stands below: holds on the person of a case."""

import re

from accounts.models import User
from dsar.models import Case
from retention.services.cases import OfCase


def find(reference: str, user: User) -> OfCase | None:
    """Return the case of a reference, however it was typed, as far as the user may see it."""
    tidy = re.sub(r"\s+", "", reference).upper()
    case = Case.objects.visible_to(user).filter(reference=tidy).select_related("subject").first()
    return OfCase(case.pk, case.reference, case.subject) if case else None
