"""Accounts of the demonstration: staff with a second factor, people with what systems know them by."""

import time
from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.enums import IdentityKind, Role
from accounts.models import DataSubject, Identity, User
from accounts.rules import normalise_identity
from accounts.services import audit, staff
from accounts.services.audit import Actor
from config import crypto


class NotADemonstration(Exception):
    """This is only done in the demonstration and in tests."""


def _only_in_a_demonstration() -> None:
    if settings.PRODUCTION:
        raise NotADemonstration(
            "These are production settings. Codes and accounts of a demonstration are not made here."
        )


@transaction.atomic
def create_staff(*, email: str, name: str, password: str, role: Role, actor: Actor) -> User | None:
    """Make a colleague with an authenticator app and recovery codes; None when the account exists."""
    _only_in_a_demonstration()
    if User.objects.filter(email__iexact=email).exists():
        return None
    user = staff.add_staff(email=email, name=name, wanted=[role], actor=actor, password=password)
    totp.TOTP.activate(user, totp.generate_totp_secret())
    RecoveryCodes.activate(user)
    return user


@transaction.atomic
def create_person(
    *,
    email: str,
    name: str,
    password: str,
    country: str,
    region: str,
    identities: Iterable[tuple[IdentityKind, str, str]],
    actor: Actor,
) -> User | None:
    """Make a person with an account and identities; None when the account exists."""
    _only_in_a_demonstration()
    if User.objects.filter(email__iexact=email).exists():
        return None
    user = User.objects.create_user(email, password, name=name)
    EmailAddress.objects.create(user=user, email=email.lower(), verified=True, primary=True)
    subject = DataSubject.objects.create(user=user, name=name, country=country, region=region)
    for kind, key, value in [(IdentityKind.EMAIL, "email", email), *identities]:
        Identity.objects.create(
            subject=subject,
            kind=kind,
            key=key,
            value=value,
            index=crypto.blind_index(normalise_identity(key, value), purpose=f"identity:{key}"),
            verified_at=timezone.now(),
            source="product",
        )
    audit.record(actor=actor, action="person.added", obj=subject, personal={"email": email})
    return user


def current_code(email: str) -> str:
    """Return the code that the authenticator app of a demo staff member shows now.

    Raises NotADemonstration in production, LookupError when there is no such account or it has no app.
    """
    _only_in_a_demonstration()
    factor = Authenticator.objects.filter(user__email__iexact=email, type=Authenticator.Type.TOTP).first()
    if factor is None:
        raise LookupError(
            f"{email} has no authenticator app here. The staff accounts were listed when they were made."
        )
    secret = totp.decrypt(factor.data["secret"])
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30)))
