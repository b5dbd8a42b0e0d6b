"""Accounts of colleagues: made, closed and opened again."""

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.services import audit, roles, sessions
from accounts.services.audit import Actor


class StaffRefused(Exception):
    """The account cannot be made or changed this way; the message may be shown."""


@transaction.atomic
def add_staff(
    *, email: str, name: str, wanted: list[Role], actor: Actor, password: str | None = None
) -> User:
    """Make a staff account. Without `password` it has none, and is set by the link of "Forgot it?".

    The address counts as verified: a colleague vouches for it.
    Raises StaffRefused for an impossible or known address.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise StaffRefused(_("“%(email)s” is not an e-mail address.") % {"email": email}) from None
    if (
        EmailAddress.objects.filter(email=address).exists()
        or User.objects.filter(email__iexact=address).exists()
    ):
        raise StaffRefused(_("This address already has an account. Use another one for staff work."))
    user = User.objects.create_user(address, password, name=name.strip(), is_staff=True)
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    audit.record(actor=actor, action="staff.added", obj=user, personal={"email": address})
    for role in wanted:
        roles.grant(user=user, role=role, actor=actor)
    return user


@transaction.atomic
def set_active(*, user: User, active: bool, actor: Actor) -> None:
    """Close an account and end its sessions, or open it again. Raises StaffRefused for oneself."""
    if actor.user is not None and actor.user.pk == user.pk:
        raise StaffRefused(_("Nobody closes their own account. Ask a colleague."))
    if user.is_active == active:
        return
    user.is_active = active
    user.save(update_fields=["is_active"])
    audit.record(
        actor=actor, action="account.opened" if active else "account.closed", obj=user, fields=["is_active"]
    )
    if not active:
        sessions.end_sessions(user=user, actor=actor)
