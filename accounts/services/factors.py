"""Second factors: the bridge to the gate, and what an administrator may do to a colleague's."""

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import ResetReason
from accounts.models import MfaDevice, User
from accounts.services import audit, sessions
from accounts.services.audit import Actor

PRIMARY = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class FactorRefused(Exception):
    """The factors cannot be changed this way; the message may be shown."""


@transaction.atomic
def added(*, factor: Authenticator, actor: Actor) -> MfaDevice:
    """Make the device that the gate knows, and record the factor. Called once for each stored factor."""
    device, new = MfaDevice.objects.get_or_create(
        authenticator=factor, defaults={"user_id": factor.user_id, "name": factor.get_type_display()}
    )
    if new:
        audit.record(
            actor=actor, action="factor.added", obj=User(pk=factor.user_id), details={"type": factor.type}
        )
    made: MfaDevice = device
    return made


def removed(*, factor: Authenticator, actor: Actor) -> None:
    """Record that a factor is gone; runs inside the transaction that deletes it."""
    with transaction.atomic():
        audit.record(
            actor=actor, action="factor.removed", obj=User(pk=factor.user_id), details={"type": factor.type}
        )


def has_primary(user: User) -> bool:
    """Whether the account has an authenticator app, a passkey or a security key."""
    return bool(Authenticator.objects.filter(user=user, type__in=PRIMARY).exists())


def codes_left(user: User) -> int:
    """Return how many recovery codes can still be used."""
    codes = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(codes.wrap().get_unused_codes()) if codes else 0


@transaction.atomic
def reset(*, user: User, actor: Actor, reason: ResetReason) -> int:
    """Remove every factor of a colleague and end their sessions; returns how many were removed.

    They must enrol again at the next sign-in. Raises FactorRefused for oneself and when there is none.
    """
    if actor.user is not None and actor.user.pk == user.pk:
        raise FactorRefused(_("Nobody resets their own second step. Ask a colleague who may do it."))
    factors = list(Authenticator.objects.filter(user=user))
    if not factors:
        raise FactorRefused(_("This account has no second step. There is nothing to reset."))
    for factor in factors:
        factor.delete()
    sessions.end_sessions(user=user, actor=actor)
    details = {"factors": len(factors), "reason": reason.value}
    audit.record(actor=actor, action="factor.reset", obj=user, details=details)
    return len(factors)
