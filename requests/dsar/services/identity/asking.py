"""Asking for proof by letter: one question at a time, through `may_ask`, never beyond the ceiling."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.services.audit import ANONYMOUS, Actor
from config.profile import active_profile
from config.sentences import say
from correspondence.enums import Template
from correspondence.models import Letter
from dsar.enums import CaseStatus, CheckResult, ClockEventKind, Method, Regime
from dsar.models import Case, IdentityCheck
from dsar.rules import verification
from dsar.rules.transitions import NotAllowed
from dsar.services import clocks, letters, limits, mandate_checks, proofs, story, subjects
from dsar.services.identity import needs, questions, tokens, verifying

BY_LETTER = (
    Method.LOGIN, Method.KNOWLEDGE, Method.SWORN, Method.DECLARATION, Method.MANDATE, Method.DOCUMENT,
)  # fmt: skip


def ask(
    *,
    case: Case,
    method: str,
    actor: Actor,
    now: datetime,
    doubt: str = "",
    avoid: Sequence[str] = (),
) -> IdentityCheck | None:
    """Ask the person of a case to show who they are, by a letter with a single-use link.

    `doubt`: why more than enough is asked, in words that the person reads; needed for a document and for
    whatever goes beyond what is enough. `avoid`: data categories that the person contests. Reads sources for
    questions, so call it outside any transaction. Raises NotAllowed beyond the ceiling, without doubt,
    without an address, or when no system can compare.
    """
    method = Method(method)
    _check(case, method, doubt)
    if method == Method.EMAIL:
        proofs.ask_for_proof(case=case, actor=actor, now=now)
        return case.identity_checks.filter(method=Method.EMAIL).first()
    n = verification.QUESTIONS.get(method, 0)
    chosen = [one.as_json() for one in questions.choose(case, n, avoid)] if n else []
    with transaction.atomic():
        story.lock(case)
        _check(case, method, doubt)
        return _ask(case, method, doubt.strip(), chosen, actor, now)


def _check(case: Case, method: Method, doubt: str) -> None:
    needs.check_may_ask(case, method)
    if method != Method.EMAIL and method not in BY_LETTER:
        raise NotAllowed(_("This is not asked by letter."))
    need = needs.need_of(case)
    if verification.needs_doubt(method, need) and len(doubt.strip()) < verification.MIN_DOUBT:
        raise NotAllowed(
            _("Level %(enough)d is enough here. To ask for more, say in a sentence why you doubt who asks.")
            % {"enough": need.enough}
        )


def _ask(
    case: Case, method: Method, doubt: str, chosen: list[dict[str, str]], actor: Actor, now: datetime
) -> IdentityCheck:
    address = _address(case, method)
    if not address:
        raise NotAllowed(_("We know no e-mail address of this person. Write by post."))
    if limits.is_flooded(address, now):
        raise NotAllowed(_("Too many links were sent to this address today. Try again tomorrow."))
    abandon(case, now)
    token, digest = tokens.new_token()
    check = IdentityCheck(
        case=case, method=method, level=verification.LEVELS[method], asked_at=now, doubt=doubt,
        asked_by=actor.user if actor.user and actor.user.is_staff else None, questions=chosen,
        token_hash=digest, expires_at=now + timedelta(hours=active_profile().cases.verification_link_hours),
    )  # fmt: skip
    letter = _letter(check, token, address, actor, now)
    check.letter_id = letter.pk if letter else None
    check.save()
    story.move(case, CaseStatus.VERIFYING)
    _tell(check, actor, now)
    _start_waiting(check, letter, actor, now)
    return check


def _address(case: Case, method: Method) -> str:
    """Return where the question goes: whoever acts shows the mandate, everything else the person."""
    acting = mandate_checks.acting(case) if method == Method.MANDATE else None
    return str(acting.email) if acting else subjects.mailbox_of(case.subject)


def abandon(case: Case, now: datetime) -> None:
    """Give up what was asked before: one question is open at a time."""
    case.identity_checks.open().filter(arrived_at=None).update(result=CheckResult.ABANDONED, decided_at=now)


def _letter(check: IdentityCheck, token: str, to: str, actor: Actor, now: datetime) -> Letter | None:
    profile, case = active_profile(), check.case
    own_page = check.method == Method.LOGIN
    path = (
        reverse("request_identity", args=[case.pk]) if own_page else reverse("identity_answer", args=[token])
    )
    assert check.expires_at is not None
    return letters.write(
        case=case, template=Template.ASK_IDENTITY, now=now, actor=actor, to=to, method=str(check.method),
        proof_link=letters.absolute(path), expires=letters.minute(check.expires_at, profile),
        why=check.doubt, pauses=may_pause(case, check.doubt),
    )  # fmt: skip


def may_pause(case: Case, doubt: str) -> bool:
    """Whether the time for the answer may stand still: the United Kingdom, and the EU on recorded doubt."""
    return case.regime == Regime.UK_GDPR or (case.regime == Regime.EU_GDPR and bool(doubt))


def is_paused(case: Case) -> bool:
    """Whether the time of a case may stand still now because proof was asked for."""
    kinds = list(case.clock_events.filter(kind__startswith="identity_").values_list("kind", flat=True))
    asked = kinds.count(ClockEventKind.IDENTITY_REQUESTED)
    return case.regime in (Regime.EU_GDPR, Regime.UK_GDPR) and asked > len(kinds) - asked


def _tell(check: IdentityCheck, actor: Actor, now: datetime) -> None:
    case = check.case
    story.tell(
        case=case, kind="proof_asked", what=say("Asked: %(method)s", method=Method(check.method).label),
        plain=say("We asked you to show that it is you"), actor=actor, now=now,
    )  # fmt: skip
    details: dict[str, Any] = {
        "check": str(check.pk), "method": check.method, "level": check.level, "doubt": bool(check.doubt),
        "fields": [f"{q['collection']}.{q['field']}" for q in check.questions],
    }  # fmt: skip
    story.record(case=case, actor=actor, action="identity.asked", details=details)


def _start_waiting(check: IdentityCheck, letter: Letter | None, actor: Actor, now: datetime) -> None:
    """Store the fact that may move the date; what it does there is a matter of the regime.

    A sign-in is no proof that we demand. In the EU nothing is stored without a recorded doubt: the law then
    knows no pause (GDPR Art. 12(6)).
    """
    case = check.case
    if letter is None or check.method == Method.LOGIN:
        return
    if case.regime in (Regime.EU_GDPR, Regime.NONE) and not check.doubt:
        return
    clocks.record_event(
        case=case, kind=ClockEventKind.IDENTITY_REQUESTED, on=verifying.day_of(now), actor=actor, now=now,
        letter_id=letter.pk, note=_("Doubt recorded") if check.doubt else "",
    )  # fmt: skip


def again(*, case: Case, now: datetime, address: str) -> None:
    """Send a fresh link for what was asked last, to the same mailbox, at the person's own wish.

    Says nothing, whatever was asked before. Raises TooManyAttempts for the network address.
    """
    limits.check_address(address, now)
    last = case.identity_checks.filter(method__in=(*BY_LETTER, Method.EMAIL)).first()
    waits_for_us = last is not None and bool(last.arrived_at) and last.is_open
    if case.status != CaseStatus.VERIFYING or waits_for_us:
        return
    if last and last.result == CheckResult.FAILED:  # staff offer another way: no endless guessing
        return
    try:
        if last is None or last.method == Method.EMAIL:
            proofs.ask_for_proof(case=case, actor=ANONYMOUS, now=now)
            return
        with transaction.atomic():
            story.lock(case)
            if last.method == Method.MANDATE:
                mandate_checks.claim_again(case=case, now=now)
            _check(case, Method(last.method), last.doubt)
            _ask(case, Method(last.method), last.doubt, last.questions, ANONYMOUS, now)
    except NotAllowed as refused:
        _keep_quiet(case, refused)


def _keep_quiet(case: Case, refused: NotAllowed) -> None:
    """Tell staff what was refused; the person gets the answer that everybody gets."""
    with transaction.atomic():
        story.lock(case)
        if case.is_open and not case.attention:
            story.alert(case, str(refused)[: story.ATTENTION_LENGTH])
        story.record(case=case, actor=ANONYMOUS, action="identity.again_refused")
