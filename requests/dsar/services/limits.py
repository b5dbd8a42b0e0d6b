"""Counting uses of public routes. Holds keyed commitments for a day, never an address."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from config import crypto
from config.profile import active_profile
from dsar.models import Attempt
from dsar.rules import verification
from dsar.rules.transitions import NotAllowed


class TooManyAttempts(NotAllowed):
    """Too many requests came from one network address. The message says when to try again."""


def tried(kind: str, value: str, *, now: datetime, window: timedelta, most: int) -> bool:
    """Count one use of a public route; returns whether it is one too many."""
    mark = crypto.commitment(value.strip().casefold(), purpose=f"attempt:{kind}")
    Attempt.objects.filter(at__lt=now - verification.WINDOW).delete()
    Attempt.objects.create(kind=kind, commitment=mark, at=now)
    return Attempt.objects.filter(kind=kind, commitment=mark, at__gt=now - window).count() > most


@transaction.atomic
def check_address(address: str, now: datetime) -> None:
    """Count a use by a network address; raises TooManyAttempts for one too many within the hour."""
    window, most = verification.ADDRESS_WINDOW, verification.PER_ADDRESS
    if address and tried("address", address, now=now, window=window, most=most):
        raise TooManyAttempts(
            _("Too many requests came from your network. Try again in an hour, or write to us.")
        )


def is_flooded(email: str, now: datetime) -> bool:
    """Count a link to an e-mail address; returns whether it is more than the profile allows in a day."""
    most = active_profile().cases.verification_attempts
    return tried("email", email, now=now, window=verification.WINDOW, most=most)
