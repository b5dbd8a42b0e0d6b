"""Plans: made by a background run, decided block by block, proposed, approved by somebody else by their
hash.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.audit import Actor
from config.jobs import JobStatus
from config.profile import active_profile
from config.sentences import say, say_n
from dsar.engine import PlanDocument
from dsar.enums import CaseStatus, PlanStatus, Right, RunKind
from dsar.models import Approval, Case, Plan, Run, Step
from dsar.rules import transitions
from dsar.rules.rights import COLLECTED, ERASING, operations_for
from dsar.rules.transitions import PLANNED_RIGHTS, NotAllowed
from dsar.services import running, sources, story, subjects
from dsar.services.rights import rectification, restricting
from platforms.models import System

LIVE_PLANS = (PlanStatus.DRAFT, PlanStatus.PROPOSED, PlanStatus.APPROVED)


@transaction.atomic
def request_plan(*, case: Case, actor: Actor, now: datetime) -> Run:
    """Have the plan made in the background; an older plan of the case counts no more.

    Raises NotAllowed for a right without plans, a person without a proved identity, and while work goes on.
    """
    story.lock(case)
    if case.right not in PLANNED_RIGHTS:
        raise NotAllowed(
            _("This right is carried out by people: write a letter that says what was done, then close.")
        )
    transitions.check_status(
        case.status, {CaseStatus.VERIFIED, CaseStatus.PLANNED, CaseStatus.ATTENTION}, _("Making a plan")
    )
    if not subjects.identities_of(case.subject) and not sources.names_accounts(case):
        raise NotAllowed(
            _("There is no proved identity to look for. Have the person prove an e-mail address first.")
        )
    case.plans.filter(status__in=LIVE_PLANS).update(status=PlanStatus.SUPERSEDED)
    run = running.start(case=case, kind=RunKind.PLAN, plan=None, asked_by=actor.user)
    story.move(case, CaseStatus.PLANNING)
    story.record(case=case, actor=actor, action="plan.requested", details={"run": str(run.pk)})
    story.tell(
        case=case,
        kind="planning",
        what=say("Plan asked for"),
        plain=say("We are looking for your data"),
        actor=actor,
        now=now,
    )
    return run


def make_plan(*, run: Run, now: datetime, storing: Callable[[Plan], None]) -> Plan:
    """Traverse the systems and store the plan. Called by the run's worker; only sources are read meanwhile.

    `storing` is called inside the transaction that stores the plan: it ends the run, so that a worker that
    dies leaves both or neither, and raises when the run is another worker's by now.
    Raises ConnectorError for settings that cannot work, engine.TooLarge for links that lead to too many rows.
    """
    found = sources.systems_for(run.case)
    document = sources.document_for(run.case, found, now=now)
    with transaction.atomic():
        story.lock(run.case)
        transitions.check_status(run.case.status, {CaseStatus.PLANNING}, _("Storing a plan"))
        plan = _store(run, document, found, now)
        storing(plan)
        return plan


def _store(run: Run, document: PlanDocument, found: list[System], now: datetime) -> Plan:
    case = run.case
    blocks = sources.all_blocks(document)
    summary = sources.summary_of(document, found)
    summary["elsewhere"] = [sources.as_words(one) for key, one in blocks if not key]
    plan = Plan.objects.create(
        case=case,
        number=(case.plans.aggregate(last=Max("number"))["last"] or 0) + 1,
        made_at=now,
        made_by=run.asked_by,
        document=document.to_json(),  # type: ignore[misc]  # encrypted JSON
        hash=document.hash,
        summary=summary,
        blocked=len(blocks),
        review_rows=document.review_rows,
    )
    actor = running.actor_of(run)
    story.move(case, CaseStatus.PLANNED)
    what = say_n(
        "Plan %(plan)s made: %(rows)s rows found in %(n)s system",
        "Plan %(plan)s made: %(rows)s rows found in %(n)s systems",
        len(found),
        plan=plan.number,
        rows=document.found,
    )
    story.tell(
        case=case, kind="planned", what=what, actor=actor, now=now, plain=say("We know where your data is")
    )
    details = {
        "plan": str(plan.pk), "hash": plan.hash, "found": document.found, "to_change": document.to_change,
        "blocked": plan.blocked, "review_rows": plan.review_rows,
    }  # fmt: skip
    story.record(case=case, actor=actor, action="plan.made", details=details)
    return plan


def undecided(plan: Plan) -> list[Mapping[str, Any]]:
    """Return the blocks of a plan that nobody has decided on."""
    decided = {(one["system"], one["collection"], one["field"]) for one in plan.decisions}
    return [one for one in blocks(plan) if (one["system"], one["collection"], one["field"]) not in decided]


def blocks(plan: Plan) -> list[dict[str, Any]]:
    """Return every block of a plan with its system's key: {system, collection, field, code, reason}."""
    found = [
        {"system": system["key"], **block}
        for system in plan.summary["systems"]
        for block in system["blocked"]
    ]
    return found + [{"system": "", **block} for block in plan.summary.get("elsewhere", ())]


@transaction.atomic
def decide_block(
    *, plan: Plan, system: str, collection: str, field: str, reason: str, actor: Actor, now: datetime
) -> None:
    """Decide to go on without what is blocked, and say why. The case is then partly fulfilled at best.

    Raises NotAllowed without a reason, for no such block, or when the plan is no longer a draft.
    """
    plan = _locked(plan)
    if plan.status != PlanStatus.DRAFT:
        raise NotAllowed(_("This plan is no longer open for decisions. Make a new one."))
    if not reason.strip():
        raise NotAllowed(_("Say why this is left out."))
    place = {"system": system, "collection": collection, "field": field}
    if not any(place == {name: one[name] for name in place} for one in undecided(plan)):
        raise NotAllowed(_("There is nothing of this kind to decide."))
    who = actor.user.pk if actor.user else None
    plan.decisions = [*plan.decisions, {**place, "reason": reason[:300], "by": who, "at": now.isoformat()}]
    plan.save(update_fields=["decisions"])
    story.record(case=plan.case, actor=actor, action="plan.block_decided", details=place)


def _locked(plan: Plan) -> Plan:
    """Lock the case, then read the plan anew."""
    story.lock(plan.case)
    found: Plan = Plan.objects.select_related("case").get(pk=plan.pk)
    found.case = plan.case
    return found


def needs_four_eyes(right: str) -> bool:
    """Whether a second person must approve plans for this right: deletion always, access as the profile
    says.
    """
    profile = active_profile()
    reads = right in COLLECTED and profile.cases.four_eyes.access_plan
    return right in ERASING or profile.needs_four_eyes(right) or reads


@transaction.atomic
def propose(*, plan: Plan, actor: Actor, now: datetime) -> Approval | None:
    """Send a plan for approval, or start it where one person is enough. Raises NotAllowed.

    Returns the approval that waits, or None when the work has begun.
    """
    given, plan = plan, _locked(plan)
    transitions.check_status(plan.case.status, {CaseStatus.PLANNED}, _("Proposing a plan"))
    if plan.status != PlanStatus.DRAFT:
        raise NotAllowed(_("This plan counts no more. Make a new one."))
    _check_facts(plan.case)
    open_blocks = undecided(plan)
    if open_blocks:
        raise NotAllowed(
            _("Decide first what is to become of this: %(what)s") % {"what": open_blocks[0]["reason"]}
        )
    if actor.user is None:
        raise NotAllowed(_("Plans are proposed by people."))
    if needs_four_eyes(plan.case.right):
        return _wait_for_approval(plan, actor.user, actor, now)
    plan.status = PlanStatus.APPROVED
    plan.save(update_fields=["status"])
    given.status = plan.status
    start(plan=plan, actor=actor, now=now)
    return None


def _check_facts(case: Case) -> None:
    """Raise NotAllowed while something is undecided, or the person asked us to keep what would go."""
    if case.right == Right.RECTIFICATION:
        rectification.check_decided(case)
    if case.right in ERASING:
        restricting.check_erasable(case.subject)


def _wait_for_approval(plan: Plan, user: User, actor: Actor, now: datetime) -> Approval:
    plan.status = PlanStatus.PROPOSED
    plan.save(update_fields=["status"])
    approval = Approval.objects.create(plan=plan, plan_hash=plan.hash, proposed_by=user, proposed_at=now)
    story.move(plan.case, CaseStatus.APPROVAL)
    story.tell(
        case=plan.case,
        kind="proposed",
        what=say("Plan %(n)s sent for approval", n=plan.number),
        actor=actor,
        now=now,
        plain=say("A second person checks what we found"),
    )
    details = {"plan": str(plan.pk), "hash": plan.hash}
    story.record(case=plan.case, actor=actor, action="plan.proposed", details=details)
    return approval


@transaction.atomic
def decide(
    *, plan: Plan, plan_hash: str, approve: bool, reason: str, actor: Actor, now: datetime
) -> Approval:
    """Approve or send back exactly the plan with this hash; of two decisions at once, one wins.

    Raises NotAllowed for the proposer, for another hash, for a plan that was decided already, and for sending
    back without a reason.
    """
    user = actor.user
    if user is None:
        raise NotAllowed(_("Plans are decided by people."))
    plan = _locked(plan)
    transitions.check_status(plan.case.status, {CaseStatus.APPROVAL}, _("Deciding on a plan"))
    if plan.hash != plan_hash:
        raise NotAllowed(
            _("This is not the plan you looked at: it was made again. Look at the new one first.")
        )
    if not approve and not reason.strip():
        raise NotAllowed(_("Say why you send the plan back."))
    if approve:
        _check_facts(plan.case)
    status = PlanStatus.APPROVED if approve else PlanStatus.REJECTED
    if not Plan.objects.filter(pk=plan.pk, status=PlanStatus.PROPOSED).update(status=status):
        raise NotAllowed(_("Somebody else has decided on this plan already."))
    plan.status = status
    approval = _decided(plan, user, approve=approve, reason=reason, now=now)
    _told(plan, approve=approve, actor=actor, now=now)
    if approve:
        start(plan=plan, actor=actor, now=now)
    else:
        story.move(
            plan.case,
            CaseStatus.VERIFIED,
            attention=say("The plan was sent back with a question: read it there."),
        )
    return approval


def _decided(plan: Plan, user: User, *, approve: bool, reason: str, now: datetime) -> Approval:
    """Write the decision; the database refuses the proposer, whatever happens here."""
    approval = plan.approval
    if approval.proposed_by_id == user.pk:
        raise NotAllowed(_("You proposed this plan. Somebody else who may approve has to decide."))
    approval.decided_by, approval.decided_at = user, now
    approval.approved, approval.reason = approve, reason.strip()[:500]
    try:
        with transaction.atomic():
            approval.save()
    except IntegrityError as fault:
        raise NotAllowed(_("Who proposes a plan never decides on it.")) from fault
    return approval


def _told(plan: Plan, *, approve: bool, actor: Actor, now: datetime) -> None:
    sent_back = say("Plan %(n)s sent back", n=plan.number)
    what = say("Plan %(n)s approved", n=plan.number) if approve else sent_back
    plain = say("A second person has checked what we found") if approve else ""
    story.tell(case=plan.case, kind="decided", what=what, actor=actor, now=now, plain=plain)
    action = "plan.approved" if approve else "plan.sent_back"
    story.record(
        case=plan.case, actor=actor, action=action, details={"plan": str(plan.pk), "hash": plan.hash}
    )


def left_out(plan: Plan) -> dict[str, str]:
    """Return the systems that are left out by decision, with the reason.

    A deletion never touches a system in which anything is blocked; a copy leaves out only what cannot be
    reached.
    """
    codes = {(one["system"], one["collection"], one["field"]): one["code"] for one in blocks(plan)}
    return {
        one["system"]: one["reason"]
        for one in plan.decisions
        if plan.case.right in ERASING
        or codes.get((one["system"], one["collection"], one["field"])) == "UNREACHABLE"
    }


def _steps(plan: Plan) -> list[Step]:
    """Return the steps of a plan, system by system: erase all, then prove all; or collect all."""
    deletion = plan.case.right in ERASING
    without, made = left_out(plan), []
    found = {str(key): one for key, one in System.objects.in_bulk(_ids(plan)).items()}
    parts = _touched(plan)
    for turn, operation in enumerate(operations_for(plan.case.right)):
        for position, part in enumerate(parts):
            reason = without.get(part["key"], "")
            total = part["delete"] + part["mask"] if deletion else part["found"]
            step = Step(plan=plan, case=plan.case, system=found[part["system"]], operation=operation)
            step.position, step.rows_total, step.skipped_reason = turn * 1000 + position, total, reason
            step.status = JobStatus.CANCELLED if reason else JobStatus.READY
            made.append(step)
    return made


def _touched(plan: Plan) -> list[Mapping[str, Any]]:
    """Return the systems in which something is done: those with corrections, those that cannot be counted by
    rows, or all."""
    parts = plan.summary["systems"]
    if plan.case.right == Right.RECTIFICATION:
        keys = rectification.systems_of(plan.case)
        return [part for part in parts if part["key"] in keys]
    if plan.case.right == Right.KNOW_CATEGORIES:
        return [part for part in parts if part["connector"] != "sql"]
    return list(parts)


def _ids(plan: Plan) -> list[str]:
    return [part["system"] for part in plan.summary["systems"]]


def start(*, plan: Plan, actor: Actor, now: datetime) -> Run:
    """Make the steps of an approved plan and have them carried out: one background run, one message."""
    case = plan.case
    steps = _steps(plan)
    Step.objects.bulk_create(steps)
    run = running.start(case=case, kind=RunKind.FULFIL, plan=plan, asked_by=actor.user)
    story.move(case, CaseStatus.RUNNING)
    story.tell(
        case=case, kind="started", what=say("Plan %(n)s is carried out", n=plan.number), actor=actor, now=now
    )
    story.record(
        case=case, actor=actor, action="run.started", details={"run": str(run.pk), "steps": len(steps)}
    )
    return run


__all__ = [
    "blocks",
    "decide",
    "decide_block",
    "make_plan",
    "needs_four_eyes",
    "propose",
    "request_plan",
    "start",
    "undecided",
]
