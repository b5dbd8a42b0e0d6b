"""Refusals, refusals in part, fees and duplicates: proposed, decided by somebody else, told by letter.

Source: GDPR Art. 12(4), 12(5); UK GDPR Art. 12A; Civ. Code 1798.145(h)(3). Four eyes are a database rule.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.audit import Actor
from config.sentences import say
from dsar.enums import DecisionKind, DecisionStatus, PlanStatus
from dsar.models import Case, Decision
from dsar.rules import refusals
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, clocks, closing, falling_back, letters, rulings, stopping, story, uploads
from dsar.services.identity import unproved
from dsar.services.uploads import Upload

MAX_REASONS = 4_000


@transaction.atomic
def propose(
    *,
    case: Case,
    kind: str,
    codes: Sequence[str],
    reasons: str,
    actor: Actor,
    now: datetime,
    refused_part: str = "",
    release_on: date | None = None,
    late_reason: str = "",
    amount: Decimal | None = None,
    currency: str = "",
    computed: str = "",
    repeats: Case | None = None,
    file: Upload | None = None,
) -> Decision:
    """Propose a decision, which somebody else decides. Nothing is told to the person yet.

    `reasons` stand in the letter. `amount` in units of `currency` (ISO 4217), `computed`: how it was found.
    `late_reason`: needed for a refusal after its last day. `file`: evidence, kept encrypted.

    Raises NotAllowed for a ground that does not serve the case, without reasons, and while another decision
    waits.
    """
    story.lock(case)
    kind = DecisionKind(kind)
    if actor.user is None:
        raise NotAllowed(_("Decisions are proposed by people."))
    _check(case, kind, codes, reasons, late_reason, file is not None, now)
    _check_parts(case, kind, amount, currency, computed, repeats, refused_part)
    decision = Decision(
        case=case, kind=kind, codes=list(dict.fromkeys(codes)), codes_version=refusals.VERSION,
        reasons=reasons.strip(), refused_part=refused_part.strip()[:200], release_on=release_on,
        late_reason=late_reason.strip(), amount=amount, currency=currency.strip().upper()[:3],
        computed=computed.strip()[:300], repeats=repeats, proposed_by=actor.user, proposed_at=now,
    )  # fmt: skip
    if file is not None:
        uploads.attach(decision, file)
    decision.save(force_insert=True)
    what = say("%(kind)s proposed", kind=DecisionKind(decision.kind).label)
    note = ", ".join(decision.codes)
    story.tell(case=case, kind="proposed_decision", what=what, note=note, actor=actor, now=now)
    _record(decision, "decision.proposed", actor)
    return decision


def _check(
    case: Case, kind: DecisionKind, codes: Sequence[str], reasons: str, late_reason: str, has_file: bool,
    now: datetime,
) -> None:  # fmt: skip
    if not case.is_open:
        raise NotAllowed(_("This case is closed. Open a new one."))
    if rulings.waiting(case):
        raise NotAllowed(_("Another decision about this case waits already. Decide on that one first."))
    wrong = refusals.faults(
        codes, regime=case.regime, right=case.right, kind=kind, verified=bool(case.verified_at),
        has_file=has_file,
    )  # fmt: skip
    if wrong:
        raise NotAllowed(" ".join(wrong))
    _check_unproved(case, codes, now)
    if not reasons.strip():
        raise NotAllowed(_("Write the reasons: the person reads them in our letter."))
    if len(reasons) > MAX_REASONS:
        raise NotAllowed(_("The reasons are too long for a letter. Shorten them."))
    if kind == DecisionKind.REFUSAL and cases.erasing(case):
        raise NotAllowed(_("The deletion has begun: what is left can be refused in part only."))
    if (
        kind in (DecisionKind.REFUSAL, DecisionKind.PART_REFUSAL)
        and is_late(case, now)
        and not late_reason.strip()
    ):
        raise NotAllowed(
            _("The last day for refusing was %(day)s; an extension does not move it. Say why it comes late.")
            % {"day": rulings.refuse_by(case)}
        )


def _check_unproved(case: Case, codes: Sequence[str], now: datetime) -> None:
    """Raise NotAllowed for a ground of missing proof before the law gives it (11 CCR 7021(b), 7024(a))."""
    if "UNVERIFIED" in codes:
        waits = unproved.why_not_end(case, now)
        if waits:
            raise NotAllowed(waits)
    if falling_back.CODE in codes and falling_back.why_not(case):
        raise NotAllowed(falling_back.why_not(case))


def is_late(case: Case, now: datetime) -> bool:
    """Whether the last day for refusing this request has passed (GDPR Art. 12(4))."""
    last = rulings.refuse_by(case)
    return last is not None and rulings.today(now) > last


def _check_parts(
    case: Case, kind: DecisionKind, amount: Decimal | None, currency: str, computed: str,
    repeats: Case | None,
    refused_part: str,
) -> None:  # fmt: skip
    if kind == DecisionKind.FEE:
        if amount is None or amount <= 0 or len(currency.strip()) != 3 or not computed.strip():
            raise NotAllowed(_("A fee needs an amount, a currency and how it was computed."))
        if rulings.approved(case, DecisionKind.FEE):
            raise NotAllowed(_("A fee was asked for this request already."))
    if kind == DecisionKind.PART_REFUSAL and not refused_part.strip():
        raise NotAllowed(_("Say which part is refused."))
    if kind == DecisionKind.DUPLICATE:
        _check_repeats(case, repeats)


def _check_repeats(case: Case, repeats: Case | None) -> None:
    if repeats is None or repeats.pk == case.pk:
        raise NotAllowed(_("Name the earlier request that this one repeats."))
    if repeats.subject_id != case.subject_id:
        raise NotAllowed(_("The earlier request is another person's."))
    if repeats.right != case.right or repeats.received_at > case.received_at:
        raise NotAllowed(_("Only an earlier request for the same right can be repeated."))


def may_decide(decision: Decision, user: User) -> str:
    """Return why this user may not decide, or the empty string."""
    if decision.status != DecisionStatus.PROPOSED:
        return _("This decision was made already.")
    if decision.proposed_by_id == user.pk:
        return _("You proposed this. Somebody else has to decide.")
    if not user.has_perm("dsar.approve_decision"):
        return _("Your role does not include this step.")
    officer = decision.kind == DecisionKind.FEE or refusals.needs_officer(decision.codes)
    if officer and not user.has_perm("dsar.approve_officer_decision"):
        return _("This ground is for the data protection officer or the deputy to decide.")
    return ""


def _lock(decision: Decision, actor: Actor) -> User:
    """Lock the case, read the decision anew, and return who decides. Raises NotAllowed."""
    story.lock(decision.case)
    case = decision.case
    decision.refresh_from_db()
    decision.case = case
    if actor.user is None:
        raise NotAllowed(_("Decisions are made by people."))
    refused = may_decide(decision, actor.user)
    if refused:
        raise NotAllowed(refused)
    return actor.user


@transaction.atomic
def approve(*, decision: Decision, actor: Actor, now: datetime) -> None:
    """Approve a decision: its letter goes out, and a refusal or a duplicate closes the case.

    A refusal in part leaves the rest of the work; a fee is recorded with the clocks.

    Raises NotAllowed for the proposer, without the role, when the case closed meanwhile, and where no
    letter can be sent.
    """
    user = _lock(decision, actor)
    if not decision.case.is_open:
        raise NotAllowed(_("This case was closed in the meantime."))
    _check_still(decision, now)
    decision.status, decision.decided_by, decision.decided_at = DecisionStatus.APPROVED, user, now
    decision.save(update_fields=["status", "decided_by", "decided_at"])
    _tell(decision, actor, now)
    _FOLLOWS[DecisionKind(decision.kind)](decision, actor, now)


def _check_still(decision: Decision, now: datetime) -> None:
    """Refuse what stopped being true since it was proposed."""
    case = decision.case
    if decision.kind == DecisionKind.REFUSAL and cases.erasing(case):
        raise NotAllowed(_("The deletion has begun: what is left can be refused in part only."))
    _check_unproved(case, decision.codes, now)
    wrong = refusals.faults(
        decision.codes, regime=case.regime, right=case.right, kind=decision.kind,
        verified=bool(case.verified_at), has_file=bool(decision.proof_sha256),
    )  # fmt: skip
    if wrong:
        raise NotAllowed(" ".join(wrong))
    refusing = decision.kind in (DecisionKind.REFUSAL, DecisionKind.PART_REFUSAL)
    if refusing and is_late(case, now) and not decision.late_reason:
        raise NotAllowed(
            _("The last day for refusing has passed meanwhile. Send it back: it needs a word about that.")
        )


def _tell(decision: Decision, actor: Actor, now: datetime) -> None:
    case = decision.case
    letter = letters.write(
        case=case,
        template=rulings.TEMPLATES[decision.kind],
        now=now,
        actor=actor,
        **rulings.context_of(decision),
    )
    if letter is None:
        raise NotAllowed(
            _("We know no e-mail address of this person. Write by post, and add the address first.")
        )
    decision.letter_id = letter.pk
    decision.save(update_fields=["letter_id"])
    what = say("%(kind)s approved", kind=DecisionKind(decision.kind).label)
    plain = say("We wrote to you about our decision")
    note = ", ".join(decision.codes)
    story.tell(case=case, kind="approved_decision", what=what, note=note, plain=plain, actor=actor, now=now)
    _record(decision, "decision.approved", actor)


def _end(decision: Decision, actor: Actor, now: datetime) -> None:
    case = decision.case
    stopping.stop(case=case, now=now)
    case.plans.filter(status__in=[PlanStatus.DRAFT, PlanStatus.PROPOSED]).update(status=PlanStatus.SUPERSEDED)
    closing.close(case=case, outcome=rulings.ending(case)[0], actor=actor, now=now)


def _fee(decision: Decision, actor: Actor, now: datetime) -> None:
    clocks.record_event(
        case=decision.case, kind="fee_requested", on=rulings.today(now), actor=actor, now=now,
        letter_id=decision.letter_id,
    )  # fmt: skip


def _go_on(decision: Decision, actor: Actor, now: datetime) -> None:
    """A refusal in part leaves the rest of the request to be done: of pieces, the categories."""
    if falling_back.applies(decision):
        falling_back.answer_with_categories(case=decision.case, actor=actor, now=now)


_FOLLOWS = {
    DecisionKind.REFUSAL: _end,
    DecisionKind.DUPLICATE: _end,
    DecisionKind.FEE: _fee,
    DecisionKind.PART_REFUSAL: _go_on,
}


@transaction.atomic
def send_back(*, decision: Decision, reason: str, actor: Actor, now: datetime) -> None:
    """Return a proposal to who made it. Raises NotAllowed without a reason and for the proposer."""
    user = _lock(decision, actor)
    if not reason.strip():
        raise NotAllowed(_("Say what should be different."))
    decision.status, decision.decided_by, decision.decided_at = DecisionStatus.RETURNED, user, now
    decision.return_reason = reason.strip()[:500]
    decision.save(update_fields=["status", "decided_by", "decided_at", "return_reason"])
    what = say("%(kind)s sent back", kind=DecisionKind(decision.kind).label)
    # Why stands with the decision, encrypted; the timeline holds no words about people.
    story.tell(case=decision.case, kind="rejected_decision", what=what, actor=actor, now=now)
    _record(decision, "decision.returned", actor)


@transaction.atomic
def record_payment(*, decision: Decision, evidence: str, actor: Actor, now: datetime) -> None:
    """Record that a fee was paid. `evidence`: receipt or statement, without personal values.

    Raises NotAllowed without evidence, for another kind of decision, and twice.
    """
    story.lock(decision.case)
    decision.refresh_from_db()
    if (decision.kind, decision.status) != (DecisionKind.FEE, DecisionStatus.APPROVED):
        raise NotAllowed(_("No fee was asked for here."))
    if decision.paid_on:
        raise NotAllowed(_("The payment is recorded already."))
    if not evidence.strip():
        raise NotAllowed(_("Name the evidence of the payment."))
    decision.paid_on = rulings.today(now)
    decision.save(update_fields=["paid_on"])
    clocks.record_event(
        case=decision.case, kind="fee_paid", on=decision.paid_on, actor=actor, now=now, note=evidence
    )
    story.tell(
        case=decision.case, kind="fee_paid", what=say("Fee paid"), note=evidence,
        plain=say("Your payment arrived"),
        actor=actor, now=now,
    )  # fmt: skip
    _record(decision, "decision.paid", actor)


def _record(decision: Decision, action: str, actor: Actor) -> None:
    details: dict[str, Any] = {
        "decision": str(decision.pk), "kind": decision.kind, "codes": decision.codes,
        "version": decision.codes_version, "file": decision.proof_sha256,
    }  # fmt: skip
    if decision.amount is not None:
        details |= {"amount": str(decision.amount), "currency": decision.currency}
    story.record(case=decision.case, actor=actor, action=action, details=details)
