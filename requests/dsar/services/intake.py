"""How a request comes in: dashboard, public form, staff. The names here are what views and tasks use."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import DataSubject
from accounts.services.audit import Actor
from correspondence.services import words as letter_words
from dsar.enums import CaseStatus, Channel
from dsar.models import Case
from dsar.rules import verification
from dsar.rules.transitions import NotAllowed
from dsar.services import letters, opening, story, subjects
from dsar.services.clocks import Answer, answer_date
from dsar.services.opening import need_for, need_of
from dsar.services.proofs import (
    ProofInvalid,
    TooManyAttempts,
    ask_for_proof,
    confirm_email,
    open_public_request,
    resend_proof,
)
from dsar.services.rights import Asked
from dsar.services.subjects import set_place, subject_for

__all__ = [
    "Answer",
    "Asked",
    "ProofInvalid",
    "TooManyAttempts",
    "answer_date",
    "ask_for_proof",
    "confirm_email",
    "need_for",
    "need_of",
    "open_case",
    "open_public_request",
    "register_by_staff",
    "resend_proof",
    "set_place",
    "subject_for",
]


@transaction.atomic
def open_case(
    *,
    subject: DataSubject,
    right: str,
    channel: str,
    received_at: datetime,
    actor: Actor,
    now: datetime,
    words: str = "",
    scope: Iterable[str] = (),
    language: str = "en",
    asked: Asked | None = None,
) -> Case:
    """Open a case for a known person, acknowledge it, and verify it when the channel proves who asks.

    The dashboard proves level 2 (signed in, password given again: its views see to that); a right that needs
    no verification is free at once. Arguments and errors are those of `opening.create`.
    """
    case = opening.create(
        subject=subject, right=right, channel=channel, received_at=received_at, actor=actor, now=now,
        words=words, scope=scope, language=language, asked=asked,
    )  # fmt: skip
    need = need_of(case)
    known = channel == Channel.DASHBOARD or need.enough == 0
    with letters.writing(case):
        later = "" if known else letter_words.say("before.soon")
    opening.acknowledge(case=case, now=now, needs_proof=later)
    story.lock(case)
    if channel == Channel.DASHBOARD:
        level = min(verification.DASHBOARD_LEVEL, need.ceiling)
        opening.mark_verified(
            case=case, level=level, method=verification.METHODS[level], actor=actor, now=now
        )
    elif need.enough == 0:
        opening.mark_verified(case=case, level=0, method=verification.METHODS[0], actor=actor, now=now)
    return case


@transaction.atomic
def register_by_staff(
    *,
    email: str,
    name: str,
    right: str,
    channel: str,
    received_at: datetime,
    country: str,
    region: str,
    actor: Actor,
    now: datetime,
    words: str = "",
    scope: Iterable[str] = (),
    language: str = "en",
    asked: Asked | None = None,
) -> Case:
    """Register what came by post, phone or mail. The clock runs from `received_at`, not from now.

    A proved address leads to the known person; any other makes a new one whose address is only claimed.
    Nobody is verified by this: the address gets the link that proves it.
    """
    known = subjects.owner_of(key="email", value=email) if email else None
    subject = known or DataSubject.objects.create(
        name=name, country=country.upper(), region=region.upper(), language=language
    )
    if email and not known:
        subjects.add_identity(subject=subject, key="email", value=email, source="staff", verified_at=None)
    case = open_case(
        subject=subject, right=right, channel=channel, received_at=received_at, actor=actor, now=now,
        words=words, scope=scope, language=language, asked=asked,
    )  # fmt: skip
    if email and case.status == CaseStatus.NEW:
        _ask_for_proof(case, actor, now)
    return case


def _ask_for_proof(case: Case, actor: Actor, now: datetime) -> None:
    """Send the link; where that must not be, the request is registered all the same and says why."""
    try:
        with transaction.atomic():
            ask_for_proof(case=case, actor=actor, now=now)
    except NotAllowed as refused:
        story.move(case, CaseStatus.NEW, attention=str(refused))
