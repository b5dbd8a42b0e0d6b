"""Proof that somebody reads an e-mail address, for people without an account.

Nothing here tells whether an address is known: everybody gets the same answer, and the same work is done.
Tokens have 256 bits; only their hash is stored; they work once and expire.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.models import DataSubject
from accounts.services import audit
from accounts.services.audit import ANONYMOUS, Actor
from config.profile import active_profile
from config.sentences import say
from correspondence.enums import Template
from dsar.enums import CaseStatus, Channel, CheckResult, Method
from dsar.models import Case, EmailProof, IdentityCheck
from dsar.rules import verification
from dsar.rules.transitions import NotAllowed, check_status
from dsar.services import identity, letters, opening, rights, story, subjects
from dsar.services.limits import TooManyAttempts, check_address, is_flooded

__all__ = [
    "ProofInvalid",
    "TooManyAttempts",
    "ask_for_proof",
    "confirm_email",
    "open_public_request",
    "prove_claimed",
    "resend_proof",
]


class ProofInvalid(Exception):
    """The link proves nothing. `reason` is unknown, used or expired; the message says what to do."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def open_public_request(
    *,
    email: str,
    name: str,
    right: str,
    words: str,
    country: str,
    region: str,
    language: str,
    now: datetime,
    address: str,
    asked: rights.Asked | None = None,
) -> None:
    """Open a case for somebody who is not signed in, and send the link that proves the address.

    The clock runs from now, whenever the link is opened. `address`: the visitor's network address, kept as a
    keyed commitment for a day. Beyond the profile's number of links a day for one e-mail address nothing is
    sent and the answer stays the same. Raises TooManyAttempts for the network address, NotAllowed for a right
    not offered.
    """
    check_address(address, now)
    with transaction.atomic():
        flooded = is_flooded(email, now)
        subject = DataSubject.objects.create(name=name, country=country, region=region, language=language)
        subjects.add_identity(
            subject=subject, key="email", value=email, source="public form", verified_at=None
        )
        case = opening.create(
            subject=subject, right=right, channel=Channel.PUBLIC_FORM, received_at=now,
            actor=ANONYMOUS, now=now, words=words, language=language, asked=asked,
        )  # fmt: skip
        story.lock(case)
        if opening.need_of(case).enough == 0:
            _without_proof(case, now)
        elif flooded:
            story.move(
                case,
                CaseStatus.VERIFYING,
                attention=say("No link was sent: too many for this address today."),
            )
            story.record(case=case, actor=ANONYMOUS, action="proof.limited", personal={"email": email})
        else:
            story.move(case, CaseStatus.VERIFYING)
            _send(case=case, email=email, actor=ANONYMOUS, now=now)


def _without_proof(case: Case, now: datetime) -> None:
    """A right that must not be verified is free at once (withdrawal, opt-out)."""
    method = verification.METHODS[0]
    opening.mark_verified(case=case, level=0, method=method, actor=ANONYMOUS, now=now)
    opening.acknowledge(case=case, now=now)


def _send(*, case: Case, email: str, actor: Actor, now: datetime, agent: str = "") -> EmailProof:
    """Make a link and queue the letter that carries it; `agent`: who asks in the person's name."""
    profile = active_profile()
    token = secrets.token_urlsafe(verification.TOKEN_BYTES)
    expires_at = now + timedelta(hours=profile.cases.verification_link_hours)
    proof = EmailProof.objects.create(
        case=case, email=email, token_hash=_hash(token), made_at=now, expires_at=expires_at
    )
    link = letters.absolute(reverse("public_confirm", args=[token]))
    expires = letters.minute(expires_at, profile)
    template = Template.AGENT_CONFIRMATION if agent else Template.PROVE_EMAIL
    letter = letters.write(
        case=case, template=template, to=email, now=now, link=link, confirm_link=link, expires=expires,
        name="", agent_name=agent,
    )  # fmt: skip
    case.identity_checks.open().filter(arrived_at=None).update(result=CheckResult.ABANDONED, decided_at=now)
    IdentityCheck.objects.create(
        case=case, method=Method.EMAIL, level=verification.EMAIL_LEVEL, asked_at=now, expires_at=expires_at,
        asked_by=actor.user if actor.user and actor.user.is_staff else None,
        letter_id=letter.pk if letter else None,
    )  # fmt: skip
    story.tell(
        case=case, kind="proof_asked", what=say("Link sent to the e-mail address"), actor=actor, now=now,
        plain=say("We sent you a link to confirm your e-mail address"),
    )  # fmt: skip
    story.record(case=case, actor=actor, action="proof.sent", personal={"email": email})
    return proof


@transaction.atomic
def ask_for_proof(*, case: Case, actor: Actor, now: datetime, agent: str = "") -> EmailProof:
    """Send the link for a case that staff registered, or that `agent` asked for in the person's name.

    Raises NotAllowed without an address or beyond the ceiling.
    """
    story.lock(case)
    check_status(case.status, {CaseStatus.NEW, CaseStatus.VERIFYING}, _("Asking for proof"))
    email = subjects.mailbox_of(case.subject)
    if not email:
        raise NotAllowed(_("We know no e-mail address of this person. Write by post."))
    identity.check_may_ask(case, Method.EMAIL)
    if is_flooded(email, now):
        raise NotAllowed(_("Too many links were sent to this address today. Try again tomorrow."))
    story.move(case, CaseStatus.VERIFYING)
    return _send(case=case, email=email, actor=actor, now=now, agent=agent)


def resend_proof(*, token: str, now: datetime, address: str) -> None:
    """Send a fresh link to where an old one went, or the way to the request when the old one was used.

    Says nothing, whatever the old link was. Raises TooManyAttempts.
    """
    check_address(address, now)
    with transaction.atomic():
        proof = EmailProof.objects.filter(token_hash=_hash(token)).select_related("case__subject").first()
        if proof is None or is_flooded(proof.email, now):
            return
        story.lock(proof.case)
        if proof.case.status == CaseStatus.VERIFYING:
            _send(case=proof.case, email=proof.email, actor=ANONYMOUS, now=now)
        elif proof.used_at and proof.case.is_open:
            opening.acknowledge(case=proof.case, now=now)


@transaction.atomic
def confirm_email(*, token: str, now: datetime) -> Case:
    """Use a link: the address is proved, and the case goes on if that is enough. Raises ProofInvalid.

    When the address belongs to a person we know, the case becomes that person's.
    """
    proof = EmailProof.objects.select_related("case").filter(token_hash=_hash(token)).first()
    _check_proof(proof, now)
    assert proof is not None
    if not EmailProof.objects.filter(pk=proof.pk, used_at=None).update(used_at=now):
        raise ProofInvalid("used", str(_SENTENCES["used"]))
    case = proof.case
    story.lock(case)
    if case.status != CaseStatus.VERIFYING:
        raise ProofInvalid("used", str(_SENTENCES["used"]))
    _prove(case, proof.email, now)
    check = case.identity_checks.open().filter(method=Method.EMAIL).first()
    if check:
        check.arrived_at, check.case = now, case
    opening.mark_verified(
        case=case, level=verification.EMAIL_LEVEL, method=verification.METHODS[1], actor=ANONYMOUS, now=now,
        check=check, how=Method.EMAIL,
    )  # fmt: skip
    if case.acknowledged_at is None:  # what staff registered was acknowledged then
        opening.acknowledge(case=case, now=now)
    return case


_SENTENCES = {
    "unknown": _l("We do not know this link. Copy the whole link from our e-mail, or ask again."),
    "used": _l("This link was used already. Your request goes on; you need to do nothing."),
    "expired": _l("This link has expired. Ask for a new one: your request and its date stay as they are."),
}


def _check_proof(proof: EmailProof | None, now: datetime) -> None:
    reason = ""
    if proof is None:
        reason = "unknown"
    elif proof.used_at:
        reason = "used"
    elif proof.expires_at <= now:
        reason = "expired"
    if reason:
        raise ProofInvalid(reason, str(_SENTENCES[reason]))


def prove_claimed(*, case: Case, now: datetime) -> None:
    """Take what the person of a locked case claimed for proved: staff compared it with what we hold."""
    for claimed in case.subject.identities.filter(verified_at=None):
        owner = subjects.owner_of(key=claimed.key, value=claimed.value)
        if owner is None:
            claimed.verified_at, claimed.source = now, "confirmed by staff"
            claimed.save(update_fields=["verified_at", "source"])
        elif claimed.key == "email":
            _prove(case, claimed.value, now)
            return


def _prove(case: Case, email: str, now: datetime) -> None:
    """Make the address a proved identity of the case's person, or give the case to the person who has it."""
    owner = subjects.owner_of(key="email", value=email)
    if owner is None or owner.pk == case.subject_id:
        subjects.add_identity(
            subject=case.subject, key="email", value=email, source="mail proof", verified_at=now
        )
        return
    claimed, case.subject = case.subject, owner
    case.save(update_fields=["subject"])
    audit.record(actor=ANONYMOUS, action="case.linked", obj=case, fields=["subject"])
    if not claimed.cases.exists():
        claimed.delete()
