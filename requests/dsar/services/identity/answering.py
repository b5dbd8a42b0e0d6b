"""What people hand in by a link: answers that are compared and not kept, a declaration, a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.services.audit import ANONYMOUS, Actor
from config.profile import active_profile
from config.sentences import say
from correspondence.enums import Template
from dsar.enums import CheckResult, Method
from dsar.models import Case, IdentityCheck
from dsar.rules import verification
from dsar.rules.transitions import NotAllowed
from dsar.services import letters, limits, story, subjects, uploads
from dsar.services.identity import comparing, needs, tokens, verifying
from dsar.services.identity.lookup import Question
from platforms.connectors import ConnectorError

DECLARATION_VERSION = "declaration 1"
PICTURES = ("pdf", "png", "jpg", "jpeg")
NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Signature:
    """A declaration as it was signed: the name typed, and that the box was ticked."""

    name: str
    agreed: bool


def declaration_text() -> str:
    """Return what a person declares (11 CCR 7062(c): under penalty of perjury)."""
    return _(
        "I declare under penalty of perjury that I am the person whose data this request is about, and that"
        " what I have stated is true."
    )


def questions_of(check: IdentityCheck) -> list[Question]:
    """Return the questions of an attempt."""
    return [Question(**one) for one in check.questions]


def answer(
    *,
    token: str,
    answers: Sequence[str],
    now: datetime,
    address: str,
    signature: Signature | None = None,
) -> bool:
    """Compare the answers of a link with what the systems hold; returns whether all fit and the case goes on.

    Which answer was wrong is never told, nor whether anything is held. Each call is one try; after the
    profile's number the attempt has failed. Reads sources, so call it outside any transaction. Raises
    LinkEnded, TooManyAttempts, NotAllowed when a declaration is missing or nothing can be compared now.
    """
    limits.check_address(address, now)
    check = tokens.open_check(token, now=now)
    _check_kind(check, Method.KNOWLEDGE, Method.SWORN)
    signed = _signed(signature, now) if check.method == Method.SWORN else ""
    if len(answers) != len(check.questions):
        raise NotAllowed(_("Answer every question."))
    check = _count_try(token, now)
    try:
        fits = comparing.all_fit(check.case, questions_of(check), answers)
    except (ConnectorError, comparing.CannotCompare) as fault:
        _uncount(check)
        raise NotAllowed(
            _("We cannot compare your answers now. Nothing is lost: try again later.")
        ) from fault
    return _compared(check, fits, signed, now)


def _check_kind(check: IdentityCheck, *kinds: Method) -> None:
    """Raise NotAllowed when the link asks for something else, or its method may not be asked any more."""
    if check.method not in kinds:
        raise NotAllowed(_("This link asks for something else."))
    needs.check_may_ask(check.case, check.method)


@transaction.atomic
def _count_try(token: str, now: datetime) -> IdentityCheck:
    """Count a try before anything is compared, so that two at once are two."""
    check = tokens.open_check(token, now=now)
    story.lock(check.case)
    check.refresh_from_db()
    most = active_profile().cases.verification_attempts
    mailbox = subjects.mailbox_of(check.case.subject)
    flooded = limits.tried("answers", mailbox, now=now, window=verification.WINDOW, most=2 * most)
    if check.result or check.attempts >= most or flooded:
        raise tokens.LinkEnded("used", _("This link was used already. Your request goes on."))
    check.attempts += 1
    check.save(update_fields=["attempts"])
    return check


def _uncount(check: IdentityCheck) -> None:
    IdentityCheck.objects.filter(pk=check.pk, attempts__gt=0).update(attempts=F("attempts") - 1)


@transaction.atomic
def _compared(check: IdentityCheck, fits: bool, signed: str, now: datetime) -> bool:
    case = check.case
    story.lock(case)
    check.refresh_from_db()
    if check.result:
        raise tokens.LinkEnded("used", _("This link was used already. Your request goes on."))
    check.case = case
    if fits:
        check.arrived_at, check.statement = now, signed
        words = verification.METHODS[check.level]
        verifying.mark_verified(
            case=case, level=check.level, method=words, actor=ANONYMOUS, now=now, check=check
        )
        return True
    details = {"check": str(check.pk), "method": check.method, "attempt": check.attempts}
    story.record(case=case, actor=ANONYMOUS, action="identity.tried", details=details)
    if check.attempts >= active_profile().cases.verification_attempts:
        fail(check=check, reason="The answers did not fit.", actor=ANONYMOUS, now=now)
    return False


def fail(*, check: IdentityCheck, reason: str, actor: Actor, now: datetime) -> None:
    """Record that an attempt of a locked case failed, tell the person, and have staff offer another way.

    The day of receipt stays; the letter says how to go on.
    """
    case = check.case
    verifying.settle(check=check, result=CheckResult.FAILED, reason=reason, actor=actor, now=now)
    letters.write(case=case, template=Template.IDENTITY_FAILED, now=now, proof_link=letters.status_link(case))
    story.alert(
        case, say("The proof did not fit: %(method)s. Offer another way.", method=Method(check.method).label)
    )
    story.tell(
        case=case, kind="proof_failed",
        what=say("Proof failed: %(method)s", method=Method(check.method).label),
        plain=say("What we received did not fit; you can try another way"), actor=actor, now=now,
    )  # fmt: skip


def _signed(signature: Signature | None, now: datetime) -> str:
    """Return a declaration as it is kept as evidence. Raises NotAllowed for one that is not signed."""
    if signature is None or not signature.agreed or len(signature.name.strip()) < 2:
        raise NotAllowed(_("Type your name and tick the box to sign the declaration."))
    name = " ".join(signature.name.split())[:NAME_LENGTH]
    return f"{DECLARATION_VERSION}\n{declaration_text()}\n{name}\n{now.isoformat()}"


@transaction.atomic
def declare(*, token: str, signature: Signature, now: datetime, address: str) -> None:
    """Take a signed declaration by its link; it supports what staff compared.

    Raises LinkEnded, NotAllowed.
    """
    limits.check_address(address, now)
    check = tokens.open_check(token, now=now)
    story.lock(check.case)
    _check_kind(check, Method.DECLARATION)
    check.statement = _signed(signature, now)
    _arrived(check, now, _("Declaration signed"))
    verifying.settle(
        check=check, result=CheckResult.PASSED, reason=DECLARATION_VERSION, actor=ANONYMOUS, now=now
    )


@transaction.atomic
def hand_in(*, token: str, file: uploads.Upload, now: datetime, address: str) -> None:
    """Take a file by its link: a mandate, a signed declaration, a masked identity document.

    It is kept encrypted until somebody decided. Raises LinkEnded, NotAllowed for what is not a picture or
    a PDF.
    """
    limits.check_address(address, now)
    check = tokens.open_check(token, now=now)
    story.lock(check.case)
    take_file(check=check, file=file, arrived_at=now, now=now)


def take_file(
    *,
    check: IdentityCheck,
    file: uploads.Upload,
    arrived_at: datetime,
    now: datetime,
    message: UUID | None = None,
) -> None:
    """Keep a file as what an attempt of a locked case asked for, by its link or by `message`.

    `arrived_at`: when it reached us, which is the day that counts. Raises NotAllowed.
    """
    _check_kind(check, Method.DOCUMENT, Method.MANDATE, Method.DECLARATION)
    check.message_id = message
    stored = uploads.keep_for(owner=f"dsar.IdentityCheck:{check.pk}", file=file, kinds=PICTURES)
    check.file, check.file_name = stored.path, stored.name
    check.file_key, check.file_sha256 = stored.key, stored.sha256
    what = say("Proof handed in: %(method)s", method=Method(check.method).label)
    _arrived(check, now, what, at=arrived_at)


def _arrived(check: IdentityCheck, now: datetime, what: str, at: datetime | None = None) -> None:
    case = check.case
    check.arrived_at = at or now
    check.save()
    story.alert(
        case, say("A proof arrived and waits for you: %(method)s.", method=Method(check.method).label)
    )
    story.tell(
        case=case,
        kind="proof_arrived",
        what=what,
        plain=say("We received your proof"),
        actor=ANONYMOUS,
        now=now,
    )
    details = {"check": str(check.pk), "method": check.method, "sha256": check.file_sha256}
    story.record(case=case, actor=ANONYMOUS, action="identity.arrived", details=details)


@transaction.atomic
def sign_in(*, case: Case, actor: Actor, now: datetime) -> None:
    """Verify somebody who is signed in and gave the password again (the caller saw to that).

    Raises NotAllowed for somebody else's case, or where nothing may be asked any more.
    """
    story.lock(case)
    if actor.user is None or case.subject.user_id != actor.user.pk:
        raise NotAllowed(_("This is not your request."))
    needs.check_may_ask(case, Method.LOGIN)
    check = case.identity_checks.open().filter(method=Method.LOGIN).first()
    if check:
        check.case, check.arrived_at = case, now
    verifying.mark_verified(
        case=case, level=verification.DASHBOARD_LEVEL, actor=actor, now=now, check=check, how=Method.LOGIN,
        method=verification.METHODS[verification.DASHBOARD_LEVEL],
    )  # fmt: skip
