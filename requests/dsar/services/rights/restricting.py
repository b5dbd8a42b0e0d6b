"""Restriction of processing (GDPR Art. 18): in force, told to systems, and never lifted before the person
was told.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import DataSubject
from accounts.services.audit import Actor
from config.sentences import say
from correspondence.enums import Template
from correspondence.models import Letter
from dsar.enums import CaseStatus, Ground, Operation, Outcome, RestrictionState
from dsar.models import Case, Restriction
from dsar.rules.rights import KEEPING
from dsar.rules.transitions import NotAllowed, check_status
from dsar.services import letters, story
from dsar.services.rights import facts, orders
from retention.models import Hold

LIVE = (RestrictionState.ASKED, RestrictionState.ACTIVE)


def begin(*, case: Case, actor: Actor, now: datetime) -> None:
    """Put into force what a locked, verified case asks for; without a ground it waits for its handler."""
    if activate(case=case, actor=actor, now=now):
        orders.place(case=case, operations=[Operation.RESTRICT], actor=actor, now=now)


def activate(*, case: Case, actor: Actor, now: datetime, review_on: date | None = None) -> int:
    """Bring the asked restrictions of a case into force; returns how many there were.

    Without `review_on` they are looked at again when the case is due.
    """
    asked = list(case.restrictions.filter(state=RestrictionState.ASKED))
    for one in asked:
        one.state, one.starts_at, one.review_on = RestrictionState.ACTIVE, now, review_on or case.due_on
        one.save(update_fields=["state", "starts_at", "review_on"])
    if asked:
        story.tell(
            case=case, kind="restricted", what=say("Restriction in force (%(n)s)", n=len(asked)),
            plain=say("We leave your data alone for now"), actor=actor, now=now,
        )  # fmt: skip
        details = {"restrictions": [[one.ground, one.purpose] for one in asked]}
        story.record(case=case, actor=actor, action="use.restricted", details=details)
    return len(asked)


def contested(*, case: Case, actor: Actor, now: datetime) -> None:
    """Restrict all use while contested data are checked (Art. 18(1)(a)); in force in the portal's answers."""
    if case.corrections.filter(contested=True).exists() and not case.restrictions.exists():
        Restriction.objects.create(case=case, ground=Ground.ACCURACY, asked_at=now)
        activate(case=case, actor=actor, now=now)


@transaction.atomic
def record(
    *,
    case: Case,
    ground: str,
    purposes: tuple[str, ...],
    reason: str,
    review_on: date | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Record what a person asks to leave alone, and put it into force. Raises NotAllowed."""
    story.lock(case)
    check_status(case.status, {CaseStatus.VERIFIED}, _("Recording a restriction"))
    if ground not in Ground.values:
        raise NotAllowed(_("Choose why we should leave the data alone."))
    if review_on and review_on <= now.date():
        raise NotAllowed(_("The day of review must lie ahead."))
    asked = facts.Asked(purposes=purposes, ground=ground, reason=reason)
    facts.store(case=case, asked=asked, now=now)
    activate(case=case, actor=actor, now=now, review_on=review_on)
    orders.place(case=case, operations=[Operation.RESTRICT], actor=actor, now=now)


def _locked(restriction: Restriction) -> Restriction:
    story.lock(restriction.case)
    case = restriction.case
    restriction.refresh_from_db()
    restriction.case = case
    return restriction


@transaction.atomic
def give_notice(*, restriction: Restriction, why: str, lifts_on: date, actor: Actor, now: datetime) -> Letter:
    """Write the letter that must reach the person before the restriction is lifted (Art. 18(3)).

    `lifts_on`: the day that it names; before it nothing is lifted. Raises NotAllowed without a reason, for a
    day that has passed, for a restriction that is not in force, and without an address.
    """
    restriction = _locked(restriction)
    if restriction.state != RestrictionState.ACTIVE:
        raise NotAllowed(_("Only a restriction in force can be lifted."))
    if restriction.case.balancings.filter(purpose=restriction.purpose, outcome="").exists():
        raise NotAllowed(_("Decide on the objection first: its letter is the notice."))
    if not why.strip():
        raise NotAllowed(_("Say why the data may be used again: it stands in the letter."))
    if lifts_on < now.date():
        raise NotAllowed(_("The day on which the restriction ends must not have passed."))
    case = restriction.case
    letter = letters.write(
        case=case, template=Template.RESTRICTION_LIFTING, now=now, reason=why.strip(), lifts_on=lifts_on
    )
    if letter is None:
        raise NotAllowed(_("We know no address of this person, so the restriction stays."))
    announce(restriction, letter, lifts_on)
    restriction.ended_why = why.strip()
    restriction.save(update_fields=["ended_why"])
    story.tell(
        case=case, kind="letter", what=say("Notice before lifting written"),
        plain=say("We wrote to you before we use your data again"), actor=actor, now=now,
    )  # fmt: skip
    story.record(case=case, actor=actor, action="restriction.noticed", details={"letter": str(letter.pk)})
    return letter


def announce(restriction: Restriction, letter: Letter, lifts_on: date) -> None:
    """Remember which letter tells the person that a restriction will be lifted, and when."""
    restriction.notice_letter, restriction.lifts_on = letter.pk, lifts_on
    restriction.save(update_fields=["notice_letter", "lifts_on"])


@transaction.atomic
def keep(*, restriction: Restriction, review_on: date, why: str, actor: Actor, now: datetime) -> None:
    """Leave a restriction in force after looking at it again, until the next look. `why` stays with us.

    Raises NotAllowed for a restriction that is not in force, without a reason, and for a day that has come.
    """
    restriction = _locked(restriction)
    if restriction.state != RestrictionState.ACTIVE:
        raise NotAllowed(_("This restriction is not in force."))
    if not why.strip():
        raise NotAllowed(_("Say why the restriction stays."))
    if review_on <= now.date():
        raise NotAllowed(_("The day of review must lie ahead."))
    restriction.review_on = review_on
    restriction.save(update_fields=["review_on"])
    case = restriction.case
    story.tell(
        case=case, kind="restriction_kept", what=say("Restriction looked at again: it stays"),
        note=why.strip(), actor=actor, now=now,
    )  # fmt: skip
    details = {"ground": restriction.ground, "review_on": review_on.isoformat()}
    story.record(case=case, actor=actor, action="restriction.kept", details=details)


def why_not_lift(restriction: Restriction) -> str:
    """Return why a restriction cannot be lifted yet, or the empty string."""
    if restriction.state != RestrictionState.ACTIVE:
        return _("Only a restriction in force can be lifted.")
    if restriction.notice_letter is None:
        return _("The person must be told first (GDPR Art. 18(3)). Write the notice.")
    if _sent_at(restriction) is None:
        return _("The notice has not left yet. Wait until it was sent (GDPR Art. 18(3)).")
    return ""


def _too_early(restriction: Restriction, now: datetime) -> str:
    if restriction.lifts_on and now.date() < restriction.lifts_on:
        return _("The notice names %(day)s: not before that day.") % {
            "day": date_format(restriction.lifts_on, "l j F Y")
        }
    return ""


def _sent_at(restriction: Restriction) -> datetime | None:
    if restriction.notice_letter is None:
        return None
    sent = Letter.objects.filter(pk=restriction.notice_letter, sent_at__isnull=False)
    return sent.values_list("sent_at", flat=True).first()


@transaction.atomic
def lift(*, restriction: Restriction, actor: Actor, now: datetime) -> None:
    """Lift a restriction after its notice left, and tell the systems. Raises NotAllowed before that."""
    restriction = _locked(restriction)
    why_not = why_not_lift(restriction) or _too_early(restriction, now)
    if why_not:
        raise NotAllowed(why_not)
    if actor.user is None:
        raise NotAllowed(_("Restrictions are lifted by people."))
    restriction.state, restriction.ended_at = RestrictionState.LIFTED, now
    restriction.noticed_at, restriction.decided_by = _sent_at(restriction), actor.user
    restriction.save(update_fields=["state", "ended_at", "noticed_at", "decided_by"])
    case = restriction.case
    story.tell(
        case=case, kind="lifted", what=say("Restriction lifted"), plain=say("We use your data again"),
        actor=actor, now=now,
    )  # fmt: skip
    story.record(case=case, actor=actor, action="restriction.lifted", details={"ground": restriction.ground})
    if case.steps.filter(operation=Operation.RESTRICT).exists():
        orders.place(case=case, operations=[Operation.LIFT], actor=actor, now=now)


def check_erasable(subject: DataSubject) -> None:
    """Raise NotAllowed while the person asked us to keep the data (Art. 18(1)(b), (c)), or a hold keeps them.

    Called before anything is deleted for a request.
    """
    hold = Hold.objects.keeping(subject).first()
    if hold:
        raise NotAllowed(
            _("The hold %(hold)s (%(kind)s) keeps these data. Have it released first, or wait for its end.")
            % {"hold": str(hold), "kind": hold.get_kind_display()}
        )
    grounds = [ground.value for ground in KEEPING]
    kept = Restriction.objects.active().filter(case__subject=subject, ground__in=grounds)
    found = kept.select_related("case").first()
    if found:
        raise NotAllowed(
            _(
                "The person asked us to keep the data (%(reference)s, GDPR Art. 18(1)(%(ground)s)). "
                "Lift that restriction first: the person must be told before."
            )
            % {"reference": found.case.reference, "ground": found.ground}
        )


def outcomes(case: Case) -> tuple[Outcome, ...]:
    """Return how the case may end: every restriction asked for is in force in every system."""
    states = set(case.restrictions.values_list("state", flat=True))
    if not states or RestrictionState.ASKED in states or case.status != CaseStatus.READY:
        return ()
    if not orders.finished(case):
        return ()
    left_out = case.steps.exclude(skipped_reason="").exists()
    return (Outcome.PARTLY,) if left_out else (Outcome.FULFILLED, Outcome.PARTLY)
