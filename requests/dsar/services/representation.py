"""Somebody acts for the person of a case: registered, checked on proof, accepted or refused.

An agent shows what the law lets us ask and nothing more; for an opt-out that is the signed permission alone
(11 CCR 7026(j), 7063). Letters and package go to the person unless the mandate says otherwise.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from accounts.services.audit import ANONYMOUS, SYSTEM, Actor
from config.profile import active_profile
from config.sentences import say
from correspondence.enums import Template
from dsar.enums import ActsAs, CaseStatus, CheckResult, MandateStatus, Method
from dsar.models import Case, EmailProof, Representative
from dsar.rules import mandates
from dsar.rules.transitions import NotAllowed
from dsar.services import identity, letters, opening, proofs, rulings, story, subjects, uploads
from dsar.services.uploads import Upload

COVERED = ("gets_letters", "gets_package", "valid_until")
"""What a mandate may say besides: whoever reads it decides, whatever was claimed."""


@transaction.atomic
def register(
    *,
    case: Case,
    acts_as: str,
    name: str,
    email: str,
    actor: Actor,
    now: datetime,
    organisation: str = "",
    relation: str = "",
    person_age: int | None = None,
    child_agrees: bool = False,
    jurisdiction: str = "",
    gets_letters: bool = False,
    gets_package: bool = False,
    valid_until: date | None = None,
    file: Upload | None = None,
    account: User | None = None,
) -> Representative:
    """Write down who says to act for the person of a case. Nothing is believed yet.

    `person_age` in years. `file`: the proof, kept encrypted; it may follow. `account`: of who acts, when they
    asked while signed in. Raises NotAllowed while somebody else acts in this case, for a closed case, and for
    a file that is not taken.
    """
    story.lock(case)
    if not case.is_open:
        raise NotAllowed(_("This case is closed."))
    if case.representatives.filter(status__in=[MandateStatus.CLAIMED, MandateStatus.ACCEPTED]).exists():
        raise NotAllowed(_("Somebody acts for this person already. End that first."))
    if not name.strip() or not email.strip():
        raise NotAllowed(_("Write the name and the e-mail address of who acts."))
    made = Representative(
        case=case, acts_as=ActsAs(acts_as), name=name.strip(), email=email.strip(),
        organisation=organisation.strip(), relation=relation.strip(), person_age=person_age,
        child_agrees=child_agrees, jurisdiction=jurisdiction.strip()[:200], gets_letters=gets_letters,
        gets_package=gets_package, valid_until=valid_until, registered_at=now, registered_by=actor.user,
        account=account,
    )  # fmt: skip
    if file is not None:
        uploads.attach(made, file)
    made.save(force_insert=True)
    what = say("%(who)s says to act for the person", who=ActsAs(made.acts_as).label)
    story.tell(case=case, kind="mandate_claimed", what=what, actor=actor, now=now,
               plain=say("Somebody wrote to us in your name"))  # fmt: skip
    _record(made, "mandate.claimed", actor, personal={"email": made.email})
    return made


@transaction.atomic
def add_proof(*, representative: Representative, file: Upload, actor: Actor, now: datetime) -> None:
    """Attach the proof that came later. Raises NotAllowed when the claim is decided, or for a bad file."""
    representative = _claimed(representative)
    uploads.attach(representative, file)
    representative.save(update_fields=["proof_file", "proof_name", "proof_key", "proof_sha256"])
    story.tell(
        case=representative.case,
        kind="mandate_proof",
        what=say("Proof of the mandate added"),
        actor=actor,
        now=now,
    )
    _record(representative, "mandate.proof", actor)


def _claimed(representative: Representative) -> Representative:
    """Lock the case and return the claim read anew. Raises NotAllowed when it is decided."""
    story.lock(representative.case)
    found: Representative = Representative.objects.select_related("case__subject").get(pk=representative.pk)
    if found.status != MandateStatus.CLAIMED:
        raise NotAllowed(_("This claim is decided already."))
    return found


def why_not_accept(representative: Representative, now: datetime) -> str:
    """Return what is still missing before a claim can be accepted, or the empty string."""
    case = representative.case
    if not representative.proof_sha256:
        return _("The proof is missing: %(what)s.") % {
            "what": mandates.proof_wanted(representative.acts_as, case.regime)
        }
    if representative.valid_until and representative.valid_until < rulings.today(now):
        return _("The mandate ended on %(day)s.") % {"day": representative.valid_until}
    if representative.acts_as == ActsAs.ESTATE and not representative.jurisdiction:
        return _("Name the law under which the estate is settled: rights of the dead differ by country.")
    if representative.acts_as in mandates.FOR_CHILDREN:
        return mandates.why_not_parent(
            representative.person_age,
            competent_from=competent_age(case),
            child_agrees=representative.child_agrees,
        )
    return ""


def competent_age(case: Case) -> int:
    """Return from which age a child where this person lives uses its rights itself."""
    return mandates.competent_age(
        case.subject.country, case.regime, active_profile().ages.digital_consent.ages
    )


@transaction.atomic
def accept(
    *,
    representative: Representative,
    reason: str,
    actor: Actor,
    now: datetime,
    child_is_safe: bool = False,
    **covers: Any,
) -> None:
    """Believe that somebody may act. Raises NotAllowed while something is missing.

    `reason`: what was checked. `covers`: what the mandate was found to say, where that differs from the claim
    (gets_letters, gets_package, valid_until). `child_is_safe`: for parents and guardians, that nothing speaks
    for a conflict with the child's interest; the reason says what was weighed. An opt-out is done at once and
    nobody is asked for more; otherwise, where the profile wants it, the person gets a link to confirm.
    """
    representative = _claimed(representative)
    for name in COVERED:
        setattr(representative, name, covers.get(name, getattr(representative, name)))
    refused = why_not_accept(representative, now)
    if refused:
        raise NotAllowed(refused)
    if not reason.strip():
        raise NotAllowed(_("Write what was checked."))
    if representative.acts_as in mandates.FOR_CHILDREN and not child_is_safe:
        raise NotAllowed(
            _("Judge first whether acting for the child could harm it. If so, refuse, and do not say why.")
        )
    _decide(representative, MandateStatus.ACCEPTED, reason, actor, now)
    _settle(representative.case, CheckResult.PASSED, reason, actor, now)
    plain = say("We accepted that somebody acts for you")
    what = say("Mandate accepted: %(who)s", who=ActsAs(representative.acts_as).label)
    story.tell(
        case=representative.case, kind="mandate_verified", what=what, plain=plain, actor=actor, now=now
    )
    _go_on(representative, actor, now)


def _go_on(representative: Representative, actor: Actor, now: datetime) -> None:
    """Free what needs no identity; have the person confirm where the profile wants that."""
    case = representative.case
    if case.status not in (CaseStatus.NEW, CaseStatus.VERIFYING):
        return
    if opening.need_of(case).enough == 0:
        opening.mark_verified(
            case=case, level=0, method=_("nothing asked; mandate seen")[:60], actor=actor, now=now
        )
        return
    wants = active_profile().rights.agents.confirm_with_person
    if mandates.confirms_with_person(representative.acts_as, case.right, profile_wants=wants):
        _ask_person(representative, actor, now)
        return
    identity.go_on_if_enough(case=case, actor=actor, now=now)


def _ask_person(representative: Representative, actor: Actor, now: datetime) -> None:
    """Send the person the link by which they prove their mailbox and confirm the agent at once."""
    case = representative.case
    if not subjects.mailbox_of(case.subject):
        story.move(
            case,
            CaseStatus(case.status),
            attention=say("The person has no address here to confirm the mandate."),
        )
        return
    proofs.ask_for_proof(case=case, actor=actor, now=now, agent=representative.name)
    representative.confirm_asked_at = now
    representative.save(update_fields=["confirm_asked_at"])


def is_confirmed(representative: Representative) -> bool:
    """Whether the person confirmed the agent by the link that went to their own mailbox."""
    asked = representative.confirm_asked_at
    if asked is None:
        return False
    used = EmailProof.objects.filter(case=representative.case, used_at__isnull=False, made_at__gte=asked)
    return bool(used.exists())


@transaction.atomic
def refuse(*, representative: Representative, reason: str, actor: Actor, now: datetime) -> None:
    """Do not believe a claim, and ask the claimant for what is missing. `reason` stays with us."""
    representative = _claimed(representative)
    if not reason.strip():
        raise NotAllowed(_("Write why it is refused: it stays with us."))
    _decide(representative, MandateStatus.REFUSED, reason, actor, now)
    case = representative.case
    _settle(case, CheckResult.FAILED, reason, actor, now)
    asked = [mandates.proof_wanted(representative.acts_as, case.regime)]
    letters.write(
        case=case, template=Template.AGENT_MANDATE_REQUEST, to=representative.email, now=now, actor=actor,
        name="",
        addressee=representative.name, asked=asked, answer_by="",
    )  # fmt: skip
    what = say("Mandate refused: %(who)s", who=ActsAs(representative.acts_as).label)
    story.tell(case=case, kind="mandate_rejected", what=what, actor=actor, now=now)


@transaction.atomic
def end(*, representative: Representative, reason: str, actor: Actor, now: datetime) -> None:
    """End an accepted mandate: it ran out or was taken back. Letters go to the person from then on."""
    story.lock(representative.case)
    representative.refresh_from_db()
    if representative.status != MandateStatus.ACCEPTED:
        raise NotAllowed(_("Only an accepted mandate can end."))
    if not reason.strip():
        raise NotAllowed(_("Say why the mandate ends."))
    _decide(representative, MandateStatus.EXPIRED, reason, actor, now)
    what = say("Mandate ended: %(who)s", who=ActsAs(representative.acts_as).label)
    story.tell(
        case=representative.case, kind="mandate_ended", what=what, plain=say("Nobody acts for you any more"),
        actor=actor, now=now,
    )  # fmt: skip


def _settle(case: Case, result: CheckResult, reason: str, actor: Actor, now: datetime) -> None:
    """Give the question for the mandate the same result, so that nothing waits for an answer any more."""
    for check in case.identity_checks.open().filter(method=Method.MANDATE):
        check.case = case
        identity.settle(check=check, result=result, reason=reason, actor=actor, now=now)


def _decide(
    representative: Representative, status: MandateStatus, reason: str, actor: Actor, now: datetime
) -> None:
    if actor.user is None:
        raise NotAllowed(_("A person decides on mandates."))
    representative.status, representative.reason = status, reason.strip()
    representative.decided_at, representative.decided_by = now, actor.user
    representative.save(update_fields=["status", "reason", "decided_at", "decided_by", *COVERED])
    _record(representative, f"mandate.{status}", actor)
    if representative.case.status in (CaseStatus.NEW, CaseStatus.VERIFYING):
        story.move(
            representative.case, CaseStatus(representative.case.status)
        )  # nothing is to be checked now


@transaction.atomic
def expire(*, now: datetime) -> int:
    """End accepted mandates whose last day has passed; returns how many. Called by the sweep."""
    due = Representative.objects.filter(status=MandateStatus.ACCEPTED, valid_until__lt=rulings.today(now))
    ended = list(due.select_related("case"))
    for one in ended:
        run_out(representative=one, reason=_("The mandate ended on its last day."), now=now)
    return len(ended)


def run_out(*, representative: Representative, reason: str, now: datetime) -> None:
    """End a mandate, accepted or only claimed, because its time is over. Call it inside a transaction."""
    one = representative
    one.status, one.reason, one.decided_at = MandateStatus.EXPIRED, reason, one.decided_at or now
    one.save(update_fields=["status", "reason", "decided_at"])
    story.tell(
        case=one.case, kind="mandate_ended",
        what=say("Mandate ended: %(who)s", who=ActsAs(one.acts_as).label),
        plain=say("Nobody acts for you any more"), actor=SYSTEM, now=now,
    )  # fmt: skip
    _record(one, "mandate.expired", SYSTEM)


def claim_again(*, representative: Representative, now: datetime) -> None:
    """Let a claim wait for its proof again. Call it inside a transaction."""
    one = representative
    one.status, one.reason, one.decided_at, one.decided_by = MandateStatus.CLAIMED, "", None, None
    one.save(update_fields=["status", "reason", "decided_at", "decided_by"])
    what = say("%(who)s says to act for the person", who=ActsAs(one.acts_as).label)
    story.tell(case=one.case, kind="mandate_claimed", what=what, actor=ANONYMOUS, now=now,
               plain=say("Somebody wrote to us in your name"))  # fmt: skip
    _record(one, "mandate.claimed", ANONYMOUS)


def why_not_verified(case: Case) -> str:
    """Return why staff may not confirm the identity yet: a claim to act is not decided."""
    if case.representatives.filter(status=MandateStatus.CLAIMED).exists():
        return _("Somebody says to act for this person. Decide on that first.")
    return ""


def _record(
    representative: Representative, action: str, actor: Actor, personal: dict[str, str] | None = None
) -> None:
    details = {
        "case": str(representative.case_id), "acts_as": representative.acts_as,
        "file": representative.proof_sha256,
    }  # fmt: skip
    audit.record(actor=actor, action=action, obj=representative, details=details, personal=personal)
