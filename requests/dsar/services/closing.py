"""Closing: what may be claimed, one last look into the systems, the letter that says what was done, kept
and why.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from config.jobs import JobStatus
from config.profile import active_profile
from config.profile.speaking import told
from config.sentences import say
from correspondence.enums import Stage, Template
from correspondence.models import Letter
from correspondence.rules import clauses
from correspondence.services import words
from dsar import engine
from dsar.enums import CaseStatus, DecisionKind, Operation, Outcome, PlanStatus, Right
from dsar.models import Case, Plan, Step
from dsar.rules import transitions, until
from dsar.rules.rights import ERASING
from dsar.rules.transitions import NotAllowed
from dsar.services import (
    forgetting,
    kept,
    letters,
    links,
    platform_letters,
    rights,
    rulings,
    sources,
    stopping,
    story,
    telling,
)
from dsar.services.identity import unproved
from platforms.connectors import ConnectorError

ENDED = (JobStatus.DONE, JobStatus.CANCELLED)


def plan_of(case: Case) -> Plan | None:
    """Return the plan that was carried out, or None."""
    return case.plans.filter(status=PlanStatus.APPROVED).order_by("-number").first()


def allowed_outcomes(case: Case, now: datetime | None = None) -> tuple[Outcome, ...]:
    """Return the outcomes that would be true of a case now, best first; empty while work is left.

    `now`: the moment to look at, by default the present one.
    """
    decided = rulings.ending(case)
    if decided or rulings.is_answered_by_hand(case):
        return decided
    if case.status in (CaseStatus.NEW, CaseStatus.VERIFYING):
        return () if unproved.why_not_end(case, now or timezone.now()) else (Outcome.UNVERIFIED,)
    if case.right in rights.DECIDED:
        return _of_its_facts(case)
    plan = plan_of(case)
    if case.status not in (CaseStatus.READY, CaseStatus.DELIVERED) or plan is None or _unfinished(plan):
        return ()
    if rights.transfer.pending(case):
        return ()
    left = left_in(plan)
    by_work = transitions.outcomes(case.right, found=found_in(plan), left=left)
    return rulings.narrowed(case, by_work, left=bool(left))


def _of_its_facts(case: Case) -> tuple[Outcome, ...]:
    """Return the outcomes of a right that decides by itself what it refuses.

    What it refused or left out is partly done without a decision of another kind; what it did whole is partly
    done only after an approved refusal in part.
    """
    own = rights.allowed_outcomes(case, plan_of(case))
    return rulings.narrowed(case, own, left=False) if Outcome.FULFILLED in own else own


def _unfinished(plan: Plan) -> bool:
    return bool(plan.steps.exclude(status__in=ENDED).exists())


def found_in(plan: Plan) -> int:
    """Return how many rows were found, those found by hand and by whole requests included."""
    planned = sum(one["found"] for one in plan.summary["systems"])
    by_hand = plan.steps.exclude(operation=Operation.PROBE).exclude(system__connector="sql")
    return int(planned) + sum(by_hand.values_list("rows_done", flat=True))


def left_in(plan: Plan) -> int:
    """Return how many places were left out, failed or not reached."""
    left = plan.steps.exclude(skipped_reason="").exclude(operation=Operation.PROBE).count() + len(
        plan.decisions
    )
    for result in plan.steps.values_list("result", flat=True):
        left += sum(1 for one in result.get("fields", ()) if one["outcome"] in ("failed", "not_reachable"))
    return left


def _why_not(case: Case, outcome: str, now: datetime) -> str:
    allowed = allowed_outcomes(case, now)
    if outcome == Outcome.REFUSED and outcome not in allowed:
        return _("Refusing needs a ground and a second person: propose a refusal first.")
    if outcome == Outcome.PARTLY and allowed == (Outcome.FULFILLED,):
        return _("Nothing was left out. What is not done needs an approved refusal in part.")
    if outcome == Outcome.WITHDRAWN:
        return _("Only the person takes a request back. Record a withdrawal instead.")
    if outcome in allowed:
        return rulings.owed(case) if case.verified_at and outcome not in rulings.ending(case) else ""
    if allowed:
        named = _(" or ").join(f"“{one.label}”" for one in allowed)
        said = _("That would claim something else than what was done. This case can end as %(words)s.")
        return said % {"words": named}
    if case.status in (CaseStatus.NEW, CaseStatus.VERIFYING):
        return unproved.why_not_end(case, now) or _("Confirm the identity first.")
    if case.right in rights.DECIDED:
        return rights.still_open(case)
    if rulings.is_answered_by_hand(case):
        return _("This request ends with its own letter: conclude the inquiry, or judge the report.")
    return _("Something is left to do: each system must be done or left out with a reason.")


def _check_second(case: Case, outcome: str, actor: Actor) -> None:
    """Raise NotAllowed when whoever refused would also close: refusing needs two people."""
    if outcome != Outcome.REFUSED or case.right not in rights.DECIDED:
        return
    if actor.user is None or actor.user.pk in rights.decided_by(case):
        raise NotAllowed(_("You refused what was asked. Somebody else has to close the case as refused."))


def close(*, case: Case, outcome: str, actor: Actor, now: datetime) -> None:
    """Close a case with its letter. Raises NotAllowed while work is left, or when `outcome` claims too much.

    Before a deletion closes, the portal looks once more into every system that it can query; what it finds
    there keeps the case open.
    """
    case.refresh_from_db()
    why_not = _why_not(case, outcome, now)
    if why_not:
        raise NotAllowed(why_not)
    _check_second(case, outcome, actor)
    plan = plan_of(case)
    unworked = (Outcome.UNVERIFIED, Outcome.REFUSED, Outcome.DUPLICATE)
    if case.right in ERASING and plan and outcome not in unworked:
        _look_again(case, plan, actor, now)
    with transaction.atomic():
        story.lock(case)
        why_not = _why_not(case, outcome, now)
        if why_not:
            raise NotAllowed(why_not)
        _end(case, Outcome(outcome), plan, actor, now)


def _look_again(case: Case, plan: Plan, actor: Actor, now: datetime) -> None:
    """Prove a deletion once more, outside any transaction of ours.

    Raises NotAllowed when something is there.
    """
    document = sources.document_of(plan)
    done = plan.steps.filter(operation=Operation.PROBE, status=JobStatus.DONE).select_related(
        "system", "case"
    )
    for step in done:
        try:
            source = sources.source_of(step.system)
            proof = engine.probe(plan=document, source=source) if source.by_rows else None
        except ConnectorError as fault:
            raise NotAllowed(
                _("We could not look into %(system)s once more: %(why)s Try again later.")
                % {"system": step.system, "why": fault}
            ) from fault
        if proof and not proof.clean:
            _reopen(case, step, proof, actor, now)


def _reopen(case: Case, step: Step, proof: engine.ProofResult, actor: Actor, now: datetime) -> None:
    left = sum(proof.remaining.values())
    sentence = say(
        "%(left)s rows are in %(system)s again. See where they come from, then make a new plan.",
        left=left,
        system=step.system,
    )
    with transaction.atomic():
        story.lock(case)
        step.proof, step.status = proof.to_json(), JobStatus.ATTENTION
        step.error, step.error_code = sentence, "remaining"
        step.save(update_fields=["proof", "status", "error", "error_code"])
        story.move(case, CaseStatus.ATTENTION, attention=sentence)
        story.tell(
            case=case, kind="attention", what=say("Rows came back"), note=sentence, actor=actor, now=now
        )
        details = {"system": step.system.key, "remaining": left}
        story.record(case=case, actor=actor, action="case.rows_came_back", details=details)
    raise NotAllowed(sentence)


_PLAIN = {
    Outcome.FULFILLED: say("We have done what you asked for"),
    Outcome.PARTLY: say("We have done what we could; our letter says what stays and why"),
    Outcome.NOTHING_FOUND: say("We found nothing about you"),
    Outcome.UNVERIFIED: say("We could not confirm who you are"),
    Outcome.REFUSED: say("We did not do what you asked for; our letter says why"),
    Outcome.DUPLICATE: say("We answer this with another request of yours"),
}


def _end(case: Case, outcome: Outcome, plan: Plan | None, actor: Actor, now: datetime) -> None:
    forget = case.right == Right.DELETION and outcome in (Outcome.FULFILLED, Outcome.NOTHING_FOUND)
    account = forget and forgetting.may_close_account(case)
    with letters.writing(case):
        letter = None if outcome in rulings.ending(case) else _letter(case, outcome, plan, account, now)
    check_letter(case, outcome)
    if plan and case.right in ERASING and outcome in (Outcome.FULFILLED, Outcome.PARTLY):
        kept.register(case=case, plan=plan, now=now)
    stopping.drop_collected(case)
    story.end(case, outcome, now)
    plain, what = _PLAIN[outcome], say("Case closed: %(outcome)s", outcome=outcome.label)
    story.tell(case=case, kind="closed", what=what, plain=plain, actor=actor, now=now)
    details: dict[str, Any] = {"outcome": outcome, "letter": str(letter.pk) if letter else None}
    if plan:
        details |= {"plan": plan.hash, "found": found_in(plan), "left": left_in(plan)}
    story.record(case=case, actor=actor, action="case.closed", details=details)
    if forget:
        forgetting.forget(case=case, close_account=account, now=now)


def check_letter(case: Case, outcome: str) -> None:
    """Raise NotAllowed unless a case that ends as refused has a final letter of a refusal.

    Those alone are held to give the reason, the authority and the court: free words never close a refusal.
    """
    fitting = [template for template in Template if clauses.may_close(template, outcome)]
    written = Letter.objects.filter(case_id=case.pk, template__in=fitting, stage=Stage.FINAL)
    if outcome == Outcome.REFUSED and not written.exists():
        raise NotAllowed(_("A refusal needs its own letter, with the reason, the authority and the court."))


def _letter(case: Case, outcome: Outcome, plan: Plan | None, account: bool, now: datetime) -> Letter | None:
    if outcome == Outcome.UNVERIFIED:
        return letters.write(case=case, template=Template.UNVERIFIED, now=now)
    if case.right in rights.DECIDED:
        return rights.answer_letter(case=case, plan=plan, outcome=outcome, now=now)
    assert plan is not None  # every other right is carried out by a plan
    if outcome == Outcome.NOTHING_FOUND:
        systems, searched = _collected(plan), letters.searched_for(case)
        return letters.write(
            case=case, template=Template.NOTHING_FOUND, now=now, systems=systems, searched_for=searched
        )
    if case.right in ERASING:
        return _deletion_letter(case, plan, account, now)
    return _access_letter(case, plan, now)


def _access_letter(case: Case, plan: Plan, now: datetime) -> Letter | None:
    package = case.packages.exclude(released_at=None).order_by("-released_at").first()
    if case.right == Right.PORTABILITY:
        return rights.portability_letter(case=case, missing=_missing(case, plan), package=package, now=now)
    return letters.write(
        case=case, template=Template.ACCESS_CLOSED, now=now, systems=_collected(plan),
        missing=_missing(case, plan),
        delivered_on=case.delivered_at or "",
        rows=words.number(sum(package.contents.values()) if package else 0), **telling.in_letter(case),
    )  # fmt: skip


def _collected(plan: Plan) -> list[dict[str, str]]:
    return [
        {"name": step.system.name, "says": _looked(step)}
        for step in plan.steps.exclude(operation=Operation.PROBE).select_related("system")
    ]


def _looked(step: Step) -> str:
    if step.skipped_reason:
        return words.say("looked.skipped", reason=step.skipped_reason)
    by_hand = step.system.connector == "manual"
    if not step.rows_done:
        return words.say("looked.nothing_by_hand" if by_hand else "looked.nothing")
    return words.say("looked.by_hand" if by_hand else "looked.", n=step.rows_done)


def _missing(case: Case, plan: Plan) -> list[str]:
    """Return what is not in the copy, and why."""
    found = []
    if case.packages.filter(redactions__release=False).exists():
        found.append(words.say("missing.others"))
    if case.scope:
        found.append(words.say("missing.scope"))
    found += [*_skipped(plan), *_refused(case)]
    found.append(words.say("missing.secrets"))
    return found


def _refused(case: Case) -> list[str]:
    """Return the part that an approved decision refuses, and why."""
    decision = rulings.approved(case, DecisionKind.PART_REFUSAL)
    return [one["text"] for one in rulings.grounds(decision)] if decision else []


def _skipped(plan: Plan) -> Iterator[str]:
    left = plan.steps.exclude(skipped_reason="").exclude(operation=Operation.PROBE)
    for step in left.select_related("system"):
        yield f"{step.system.name}: {step.skipped_reason}"


def _deletion_letter(case: Case, plan: Plan, account: bool, now: datetime) -> Letter | None:
    by_system = {one["system"]: one for one in plan.summary["systems"]}
    steps = list(plan.steps.select_related("system"))
    proofs = {step.system_id: step for step in steps if step.operation == Operation.PROBE}
    skipped = [*_skipped(plan), *_refused(case)]
    systems = [
        {
            "name": step.system.name,
            "says": _erased(step, by_system[str(step.system_id)]),
            "proof": _proof(proofs.get(step.system_id)),
        }
        for step in steps
        if step.operation == Operation.ERASE and not step.skipped_reason
    ]
    more: dict[str, Any] = {"account_closed": account, "link": letters.absolute(links.path_for(case))}
    if case.right == Right.PLATFORM_DELETION:
        more = platform_letters.facts_of(case)
    template = Template.DELETION_CLOSED if "account_closed" in more else Template.PLATFORM_DELETED
    return letters.write(
        case=case, template=template, now=now, systems=systems, skipped=skipped,
        kept=list(_kept(plan)), complete=not skipped and not list(_kept(plan)), plan_hash=plan.hash[:16],
        closed_on=now, **more,
    )  # fmt: skip


def _erased(step: Step, part: Mapping[str, Any]) -> str:
    if step.system.connector != "sql":
        how = words.say(f"erased.by_{'hand' if step.system.connector == 'manual' else 'system'}")
        if not step.rows_done:
            return words.say("erased.outside_nothing", how=how)
        return words.say("erased.outside", n=step.rows_done, how=how)
    said = []
    if part["delete"]:
        said.append(words.say("erased.deleted", n=part["delete"]))
    if part["mask"]:
        said.append(words.say("erased.masked", n=words.number(part["mask"])))
    if part["keep"]:
        said.append(words.say("erased.kept", n=words.number(part["keep"])))
    return f"{'; '.join(said)}." if said else words.say("erased.nothing")


def _proof(step: Step | None) -> str:
    if step is None or step.finished_at is None or step.status != JobStatus.DONE:
        return words.say("proof.none")
    checked = sum(one["checked"] for one in step.proof.values())
    return words.say("proof.", n=checked, on=letters.minute(step.finished_at))


def _kept(plan: Plan) -> Iterator[dict[str, str]]:
    """Say what stays and why, a line a system and reason."""
    for system in plan.summary["systems"]:
        for one in system["exceptions"]:
            yield {"says": _stays(one, system["name"])}
    for outside, one in kept.at_systems(plan):
        yield {"says": _stays(one, outside.name)}


_STAYS = {
    "THIRD_PERSON": "third",
    "THIRD_PERSON_UNLINKED": "third_unlinked",
    "SHARED_ROW": "shared",
    "SHARED_ROW_UNLINKED": "shared_unlinked",
}


def _stays(one: Mapping[str, Any], system: str) -> str:
    """Say why rows stay and, where their period has an end, until when."""
    code, reason = one["code"], told(one["reason"], active_profile().key).rstrip(".")
    kind = _STAYS.get(code, "reason")
    if kind == "third" and one["reason"].startswith("the value"):
        kind = "values"
    said = words.say(f"stays.{kind}", n=one["rows"], system=system, reason=reason, code=code)
    return " ".join(filter(None, (said, until.words(one) if kind == "reason" else "")))
