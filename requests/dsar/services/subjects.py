"""Who somebody is to us: the data subject behind an account or an address, and the identities that are
proved.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from accounts.enums import IdentityKind
from accounts.models import DataSubject, Identity, User
from accounts.rules import normalise_identity
from accounts.services import audit
from accounts.services.audit import Actor
from config import crypto
from config.profile import active_profile

_KINDS = {"email": IdentityKind.EMAIL, "phone_number": IdentityKind.PHONE, "user_id": IdentityKind.USER_ID}


def identities_of(subject: DataSubject) -> dict[str, list[str]]:
    """Return the proved identities by dataset key. What was only claimed is never used to look for data."""
    found: dict[str, list[str]] = {}
    for identity in subject.identities.verified().order_by("key", "created_at"):
        found.setdefault(identity.key, []).append(identity.value)
    return found


def add_identity(
    *, subject: DataSubject, key: str, value: str, source: str, verified_at: datetime | None
) -> Identity:
    """Remember an identity; one that is known already is only marked as proved when it now is."""
    known: Identity | None = subject.identities.matching(key=key, value=value).first()
    if known is None:
        return Identity.objects.create(
            subject=subject, kind=_KINDS.get(key, IdentityKind.CUSTOM), key=key, value=value, source=source,
            verified_at=verified_at, index=_index(key, value),
        )  # fmt: skip
    if verified_at and known.verified_at is None:
        known.verified_at, known.source = verified_at, source
        known.save(update_fields=["verified_at", "source"])
    return known


def _index(key: str, value: str) -> str:
    return crypto.blind_index(normalise_identity(key, value), purpose=f"identity:{key}")


def owner_of(*, key: str, value: str) -> DataSubject | None:
    """Return the person whose proved identity this is."""
    proved = Identity.objects.matching(key=key, value=value).verified()
    return DataSubject.objects.filter(identities__in=proved).first()


@transaction.atomic
def subject_for(user: User) -> DataSubject:
    """Return the data subject of an account: its own, the one whose address it proved, or a new one.

    An address counts only when allauth has seen it confirmed.
    """
    own: DataSubject | None = DataSubject.objects.filter(user=user).first()
    if own:
        return own
    proved = (
        EmailAddress.objects.filter(user=user, verified=True)
        .order_by("-primary")
        .values_list("email", flat=True)
    )
    owners = (owner_of(key="email", value=email) for email in proved)
    known: DataSubject | None = next(filter(None, owners), None)
    if known and known.user_id is None:
        known.user = user
        known.save(update_fields=["user"])
        audit.record(actor=Actor.of(user), action="person.linked", obj=known, fields=["user"])
        return known
    return _new(user, list(proved) if known is None else [])


def _new(user: User, proved: list[str]) -> DataSubject:
    language = user.language or active_profile().languages.default
    subject = DataSubject.objects.create(user=user, name=user.name, language=language)
    for email in proved:
        if owner_of(key="email", value=email) is None:
            add_identity(
                subject=subject, key="email", value=email, source="sign-up", verified_at=timezone.now()
            )
    audit.record(actor=Actor.of(user), action="person.added", obj=subject, personal={"email": user.email})
    return subject


@transaction.atomic
def set_place(*, subject: DataSubject, country: str, region: str, actor: Actor) -> None:
    """Remember where somebody lives: ISO country, part of it without the country's code."""
    subject.country, subject.region = country.upper()[:2], region.upper()[:10]
    subject.save(update_fields=["country", "region"])
    audit.record(actor=actor, action="person.changed", obj=subject, fields=["country", "region"])


def mailbox_of(subject: DataSubject) -> str:
    """Return where letters go: the newest proved address, else the account's, else a claimed one, else
    nothing.
    """
    proved = subject.identities.verified().filter(key="email").order_by("-verified_at").first()
    if proved:
        return str(proved.value)
    if subject.user:
        return subject.user.email
    claimed = subject.identities.filter(key="email").order_by("-created_at").first()
    return str(claimed.value) if claimed else ""
