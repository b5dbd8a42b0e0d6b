"""What is written down about signing in: who, when, by what means, and from where as a commitment only."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from accounts.enums import Role
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


WORDS: dict[str, tuple[str, str]] = {
    "signin.done": ("ok", gettext_noop("Signed in")),
    "signin.failed": ("warn", gettext_noop("Somebody tried to sign in and failed")),
    "signin.confirmed": ("neutral", gettext_noop("Confirmed with the second step")),
    "signin.ended": ("neutral", gettext_noop("Signed out")),
    "session.ended": ("neutral", gettext_noop("Other browsers were signed out")),
    "password.changed": ("info", gettext_noop("Password changed")),
    "email.confirmed": ("neutral", gettext_noop("E-mail address confirmed")),
    "email.changed": ("info", gettext_noop("E-mail address changed")),
    "account.made": ("neutral", gettext_noop("Account made")),
    "account.closed": ("warn", gettext_noop("Account closed by a colleague")),
    "account.opened": ("info", gettext_noop("Account opened again by a colleague")),
    "staff.added": ("neutral", gettext_noop("Account made by a colleague")),
    "factor.added": ("info", gettext_noop("Second step added")),
    "factor.removed": ("warn", gettext_noop("Second step removed")),
    "factor.reset": ("warn", gettext_noop("Second step removed by a colleague")),
    "factor.code_used": ("warn", gettext_noop("Recovery code used")),
    "factor.codes_kept": ("neutral", gettext_noop("Recovery codes put away")),
    "role.granted": ("info", gettext_noop("Role given")),
    "role.revoked": ("info", gettext_noop("Role taken away")),
}


@dataclass(frozen=True)
class Line:
    """One line of a person's sign-in log."""

    at: datetime
    tone: str
    what: str
    note: str


def lines(user: User, *, most: int) -> list[Line]:
    """Return the last lines of the log in words, newest first."""
    events = log_of(user).filter(action__in=WORDS)[:most]
    return [_line(event) for event in events]


def _line(event: AuditEvent) -> Line:
    tone, what = WORDS[event.action]
    role = event.details.get("role")
    note = str(Role(role).label) if role else event.details.get("device", "")
    return Line(event.at, tone, gettext(what), note)
