"""Objection (GDPR Art. 21): marketing stops at once; any other use rests while the grounds are weighed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from config.sentences import say
from correspondence.enums import Template
from dsar.enums import CaseStatus, Ground, Operation, Outcome, RestrictionState, StopKind, Weighing
from dsar.models import Balancing, Case, OptOut, Restriction
from dsar.rules.transitions import NotAllowed, check_status
from dsar.services import letters, story
from dsar.services.rights import facts, orders, restricting, stops

REFUSING = (Weighing.COMPELLING, Weighing.CLAIMS)


def begin(*, case: Case, actor: Actor, now: datetime) -> None:
    """Stop marketing for good and let every other use rest; a case that names nothing waits."""
    stopped = stops.put_in_force(case=case, actor=actor, now=now)
    resting = set(case.restrictions.values_list("purpose", flat=True))
    for one in case.balancings.filter(outcome=""):
        if one.purpose not in resting:
            Restriction.objects.create(case=case, ground=Ground.OBJECTION, purpose=one.purpose, asked_at=now)
    rested = restricting.activate(case=case, actor=actor, now=now)
    if stopped or rested:
        both = [Operation.SUPPRESS, Operation.RESTRICT]
        orders.place(case=case, operations=both, actor=actor, now=now)


@transaction.atomic
def record(*, case: Case, purposes: tuple[str, ...], reason: str, actor: Actor, now: datetime) -> None:
    """Record which uses a person objects to who named none, and begin. Raises NotAllowed."""
    story.lock(case)
    _check_known(case, purposes)
    check_status(case.status, {CaseStatus.VERIFIED}, _("Recording an objection"))
    if not purposes:
        raise NotAllowed(_("Choose what the person objects to."))
    facts.store(case=case, asked=facts.Asked(purposes=purposes, reason=reason), now=now)
    begin(case=case, actor=actor, now=now)


def _check_known(case: Case, purposes: tuple[str, ...]) -> None:
    """Raise NotAllowed where a person of whom no proof was asked would object to more than marketing."""
    if case.verification_level == 0 and set(purposes) - facts.marketing_purposes():
        raise NotAllowed(
            _(
                "Nobody was asked who they are, because marketing stops without that. Split the rest off: it"
                " becomes a request of its own."
            )
        )


def _locked(balancing: Balancing) -> Balancing:
    story.lock(balancing.case)
    case = balancing.case
    balancing.refresh_from_db()
    balancing.case = case
    if balancing.purpose in facts.marketing_purposes():
        raise NotAllowed(_("An objection to marketing is never weighed: it stops (GDPR Art. 21(3))."))
    if balancing.outcome:
        raise NotAllowed(_("This objection was weighed already."))
    return balancing


@transaction.atomic
def weigh(*, case: Case, purpose: str, actor: Actor, now: datetime) -> Balancing:
    """Begin weighing one more purpose. Raises NotAllowed for marketing, which is never weighed."""
    story.lock(case)
    if purpose in facts.marketing_purposes():
        raise NotAllowed(_("An objection to marketing is never weighed: it stops (GDPR Art. 21(3))."))
    _check_known(case, (purpose,))
    made, _new = Balancing.objects.get_or_create(case=case, purpose=purpose, defaults={"opened_at": now})
    story.record(case=case, actor=actor, action="objection.opened", details={"purpose": purpose})
    return made


@transaction.atomic
def prepare(
    *, balancing: Balancing, our_grounds: str, their_grounds: str, actor: Actor, now: datetime
) -> None:
    """Write down both sides before the DPO decides. Raises NotAllowed without our grounds."""
    balancing = _locked(balancing)
    if not our_grounds.strip() or actor.user is None:
        raise NotAllowed(_("Write down which grounds of ours could outweigh the person's."))
    balancing.our_grounds = our_grounds.strip()
    balancing.their_grounds = their_grounds.strip() or balancing.their_grounds
    balancing.prepared_by, balancing.prepared_at = actor.user, now
    balancing.save(update_fields=["our_grounds", "their_grounds", "prepared_by", "prepared_at"])
    story.tell(
        case=balancing.case, kind="proposed",
        what=say("Weighing prepared: %(purpose)s", purpose=balancing.purpose), actor=actor, now=now,
    )  # fmt: skip
    details = {"purpose": balancing.purpose}
    story.record(case=balancing.case, actor=actor, action="objection.prepared", details=details)


@transaction.atomic
def decide(*, balancing: Balancing, outcome: str, reason: str, actor: Actor, now: datetime) -> None:
    """Decide on an objection. The use stops for good, or goes on after the person was told.

    Going on needs compelling grounds, written down by somebody else before (GDPR Art. 21(1)); the letter that
    says so is written here, and the use rests until it left. Raises NotAllowed.
    """
    balancing = _locked(balancing)
    if actor.user is None:
        raise NotAllowed(_("Objections are weighed by people."))
    if outcome not in (Weighing.STOPPED, *REFUSING):
        raise NotAllowed(_("Say whether the use stops or goes on."))
    if outcome in REFUSING:
        _check_refusal(balancing, reason, actor)
    balancing.outcome, balancing.reason = outcome, reason.strip()
    balancing.decided_by, balancing.decided_at = actor.user, now
    balancing.save(update_fields=["outcome", "reason", "decided_by", "decided_at"])
    details = {"purpose": balancing.purpose, "outcome": outcome}
    story.record(case=balancing.case, actor=actor, action="objection.decided", details=details)
    if outcome == Weighing.STOPPED:
        _stop(balancing, actor, now)
    else:
        _go_on(balancing, actor, now)


def _check_refusal(balancing: Balancing, reason: str, actor: Actor) -> None:
    if not balancing.our_grounds or balancing.prepared_by_id is None:
        raise NotAllowed(_("Nobody has written down our grounds yet. Prepare the weighing first."))
    if actor.user and balancing.prepared_by_id == actor.user.pk:
        raise NotAllowed(_("You prepared this weighing. Somebody else has to decide that the use goes on."))
    if not reason.strip():
        raise NotAllowed(_("Say why the use goes on: it stands in the letter."))


def _stop(balancing: Balancing, actor: Actor, now: datetime) -> None:
    """Turn the rest into a final stop: systems were told to rest this purpose already and never hear more."""
    case = balancing.case
    OptOut.objects.get_or_create(
        case=case, purpose=balancing.purpose, defaults={"kind": StopKind.OBJECTION, "asked_at": now}
    )
    stops.put_in_force(case=case, actor=actor, now=now)
    resting = case.restrictions.filter(purpose=balancing.purpose, state=RestrictionState.ACTIVE)
    resting.update(state=RestrictionState.ENDED, ended_at=now)


def _go_on(balancing: Balancing, actor: Actor, now: datetime) -> None:
    case, use = balancing.case, facts.words_of(balancing.purpose)
    letter = letters.write(
        case=case, template=Template.OBJECTION_REFUSED, now=now,
        reasons=[{"text": f"{use}: {balancing.reason}", "article": "GDPR Art. 21(1)"}],
    )  # fmt: skip
    if letter is None:
        raise NotAllowed(_("We know no address of this person, so that the refusal cannot be told."))
    for one in case.restrictions.filter(purpose=balancing.purpose, state=RestrictionState.ACTIVE):
        restricting.announce(one, letter, now.date())
    story.tell(
        case=case, kind="decided", what=say("Objection refused: %(purpose)s", purpose=balancing.purpose),
        plain=say("We weighed your objection; our letter says what came of it"), actor=actor, now=now,
    )  # fmt: skip


def outcomes(case: Case) -> tuple[Outcome, ...]:
    """Return how the case may end: all weighed, all told, nothing resting that was refused."""
    weighed = list(case.balancings.values_list("outcome", flat=True))
    stopped = case.opt_outs.in_force().exists()
    if case.status != CaseStatus.READY or "" in weighed or not (weighed or stopped):
        return ()
    resting = case.restrictions.filter(state__in=restricting.LIVE).exists()
    if resting or not orders.finished(case):
        return ()
    refused = any(one in REFUSING for one in weighed)
    if refused:
        return (Outcome.PARTLY,) if stopped else (Outcome.REFUSED,)
    left_out = case.steps.exclude(skipped_reason="").exists()
    return (Outcome.PARTLY,) if left_out else (Outcome.FULFILLED, Outcome.PARTLY)
