"""The gate of the staff desk: django-otp knows a session as verified when allauth has checked a second
factor.
"""

from typing import Any

import django_otp
from django.http import HttpRequest

from accounts.models import MfaDevice

CODES_UNKEPT = "portal_codes_unkept"
AFTER_ENROLMENT = "portal_after_enrolment"


def open_with_factor(request: HttpRequest, factor_id: int) -> bool:
    """Mark the session as verified by a stored factor of its own user; returns whether there is such a
    factor.
    """
    device = MfaDevice.objects.filter(authenticator_id=factor_id, user=request.user).first()
    if device:
        django_otp.login(request, device)
    return device is not None


def open_with_records(request: HttpRequest, records: list[dict[str, Any]]) -> None:
    """Mark a session that has just been signed in as verified, when a factor was part of the sign-in."""
    used = next((record for record in reversed(records) if record["method"] == "mfa"), None)
    if used:
        open_with_factor(request, used["id"])


def is_verified(request: HttpRequest) -> bool:
    """Whether a stored factor of this user verified this session."""
    verified = getattr(request.user, "is_verified", None)
    return bool(verified and verified())


def is_open(request: HttpRequest) -> bool:
    """Whether the desk may open: a verified session, and new recovery codes were put away."""
    return is_verified(request) and not request.session.get(CODES_UNKEPT)
