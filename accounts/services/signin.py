"""What is written down about signing in: who, when, by what means, and from where as a commitment only."""

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import AuditEvent, User
from accounts.querysets import AuditEventQuerySet
from accounts.services import audit, sessions


@transaction.atomic
def succeeded(*, user: User, methods: list[str], address: str, session_key: str, device: str) -> None:
    """Record a completed sign-in and its browser. `methods` are allauth's words, in order."""
    audit.record(
        actor=audit.Actor.of(user),
        action="signin.done",
        obj=user,
        details={"methods": methods, "device": device},
        personal={"address": address},
    )
    sessions.opened(user=user, session_key=session_key, device=device)


@transaction.atomic
def failed(*, email: str, address: str, reason: str) -> None:
    """Record a failed sign-in: the address as a commitment, and about the account it names, if any."""
    user = User.objects.filter(email__iexact=email).first() or _by_other_address(email)
    audit.record(
        actor=audit.ANONYMOUS,
        action="signin.failed",
        obj=user,
        details={"reason": reason},
        personal={"email": email.casefold(), "address": address},
    )


def _by_other_address(email: str) -> User | None:
    found = EmailAddress.objects.select_related("user").filter(email=email.lower()).first()
    return found.user if found else None


@transaction.atomic
def noted(*, user: User, action: str, details: dict[str, object] | None = None) -> None:
    """Record something a person did to their own account."""
    audit.record(actor=audit.Actor.of(user), action=action, obj=user, details=details)


def log_of(user: User) -> AuditEventQuerySet:
    """Return what happened to this account's sign-in and security, newest first."""
    about: AuditEventQuerySet = AuditEvent.objects.about(user)
    return about.order_by("-id")
