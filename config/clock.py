"""What time it is. Tests can let the clock stand still; production refuses that (portal.E003)."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime


def now() -> datetime:
    """Return the moment, or the one that PORTAL_NOW names. Raises ValueError when that is no moment."""
    if not settings.PORTAL_NOW:
        return timezone.now()
    moment = parse_datetime(settings.PORTAL_NOW)
    if moment is None or moment.tzinfo is None:
        raise ValueError("PORTAL_NOW must look like 2026-11-25T12:00:00+00:00.")
    return moment
