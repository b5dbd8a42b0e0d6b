"""Closing: what may be claimed, one last look into the systems, the letter that says what was done, kept
and why.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from config.jobs import JobStatus
from config.profile import active_profile
from config.profile.speaking import told
from config.sentences import say
from correspondence.enums import Template
from correspondence.models import Letter
from dsar import engine
from dsar.enums import CaseStatus, Operation, Outcome, PlanStatus, Right
from dsar.models import Case, Plan, Step
from dsar.rules import transitions, until
from dsar.rules.transitions import PLANNED_RIGHTS, NotAllowed
from dsar.services import forgetting, letters, links, sources, stopping, story
from platforms.connectors import ConnectorError

ENDED = (JobStatus.DONE, JobStatus.CANCELLED)


def plan_of(case: Case) -> Plan | None:
    """Return the plan that was carried out, or None."""
    return case.plans.filter(status=PlanStatus.APPROVED).order_by("-number").first()


def allowed_outcomes(case: Case) -> tuple[Outcome, ...]:
    """Return the outcomes that would be true of a case now, best first; empty while work is left."""
    if case.status in (CaseStatus.NEW, CaseStatus.VERIFYING):
        return (Outcome.UNVERIFIED,)
    if case.right not in PLANNED_RIGHTS:
        answered = case.status == CaseStatus.VERIFIED and _answer_of(case)
        return (Outcome.FULFILLED, Outcome.PARTLY) if answered else ()
    plan = plan_of(case)
    if case.status not in (CaseStatus.READY, CaseStatus.DELIVERED) or plan is None or _unfinished(plan):
        return ()
    return transitions.outcomes(case.right, found=found_in(plan), left=left_in(plan))


def _answer_of(case: Case) -> Letter | None:
    written = Letter.objects.filter(case_id=case.pk, template=Template.FREE, created_at__gte=case.verified_at)
    return written.order_by("-created_at").first()


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


def _why_not(case: Case, outcome: str) -> str:
    allowed = allowed_outcomes(case)
    if outcome == Outcome.REFUSED:
        return _("Refusing needs a reason code and a second person; the portal does not offer it yet.")
    if outcome == Outcome.WITHDRAWN:
        return _("Only the person takes a request back. Record a withdrawal instead.")
    if outcome in allowed:
        return ""
    if allowed:
        words = _(" or ").join(f"“{one.label}”" for one in allowed)
        said = _("That would claim something else than what was done. This case can end as %(words)s.")
        return said % {"words": words}
    if case.right not in PLANNED_RIGHTS:
        return _("Write to the person what was done before you close.")
    return _("Something is left to do: each system must be done or left out with a reason.")


def close(*, case: Case, outcome: str, actor: Actor, now: datetime) -> None:
    """Close a case with its letter. Raises NotAllowed while work is left, or when `outcome` claims too much.

    Before a deletion closes, the portal looks once more into every system that it can query; what it finds
    there keeps the case open.
    """
    case.refresh_from_db()
    why_not = _why_not(case, outcome)
    if why_not:
        raise NotAllowed(why_not)
    plan = plan_of(case)
    if case.right == Right.DELETION and plan and outcome != Outcome.UNVERIFIED:
        _look_again(case, plan, actor, now)
    with transaction.atomic():
        story.lock(case)
        why_not = _why_not(case, outcome)
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
    sentence = f"{left:,} rows are in {step.system} again. See where they come from, then make a new plan."
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
}


def _end(case: Case, outcome: Outcome, plan: Plan | None, actor: Actor, now: datetime) -> None:
    forget = case.right == Right.DELETION and outcome in (Outcome.FULFILLED, Outcome.NOTHING_FOUND)
    account = forget and forgetting.may_close_account(case)
    letter = _letter(case, outcome, plan, account, now)
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


def _letter(case: Case, outcome: Outcome, plan: Plan | None, account: bool, now: datetime) -> Letter | None:
    if outcome == Outcome.UNVERIFIED:
        return letters.write(case=case, template=Template.UNVERIFIED, now=now)
    if plan is None:
        answer = _answer_of(case)
        on = letters.day(answer.created_at if answer else now, active_profile())
        return letters.write(case=case, template=Template.ANSWERED, now=now, answered_on=on)
    if outcome == Outcome.NOTHING_FOUND:
        systems, searched = _collected(plan), letters.searched_for(case)
        return letters.write(
            case=case, template=Template.NOTHING_FOUND, now=now, systems=systems, searched_for=searched
        )
    if case.right == Right.DELETION:
        return _deletion_letter(case, plan, account, now)
    return _access_letter(case, plan, now)


def _access_letter(case: Case, plan: Plan, now: datetime) -> Letter | None:
    package = case.packages.exclude(released_at=None).order_by("-released_at").first()
    return letters.write(
        case=case, template=Template.ACCESS_CLOSED, now=now, systems=_collected(plan),
        missing=_missing(case, plan),
        delivered_on=letters.day(case.delivered_at, active_profile()) if case.delivered_at else "",
        rows=f"{sum(package.contents.values()):,}" if package else "0",
    )  # fmt: skip


def _collected(plan: Plan) -> list[dict[str, str]]:
    return [
        {"name": step.system.name, "says": _looked(step)}
        for step in plan.steps.exclude(operation=Operation.PROBE).select_related("system")
    ]


def _looked(step: Step) -> str:
    if step.skipped_reason:
        return f"We could not look there: {step.skipped_reason}"
    by_hand = ", by hand" if step.system.connector == "manual" else ""
    if not step.rows_done:
        return f"We looked{by_hand} and found nothing about you."
    return f"We looked{by_hand} and found {step.rows_done:,} {_entries(step.rows_done)}."


def _entries(n: int) -> str:
    return "entry" if n == 1 else "entries"


def _missing(case: Case, plan: Plan) -> list[str]:
    """Return what is not in the copy, and why."""
    found = []
    if case.packages.filter(redactions__release=False).exists():
        found.append("Values about other people: they have the same right to their privacy as you.")
    if case.scope:
        found.append("Kinds of data that you did not ask for.")
    found += [line for line in _skipped(plan)]
    found.append(
        "Passwords and keys: nobody may read them, and we keep them only in a form that cannot be read."
    )
    return found


def _skipped(plan: Plan) -> Iterator[str]:
    left = plan.steps.exclude(skipped_reason="").exclude(operation=Operation.PROBE)
    for step in left.select_related("system"):
        yield f"{step.system.name}: {step.skipped_reason}"


def _deletion_letter(case: Case, plan: Plan, account: bool, now: datetime) -> Letter | None:
    by_system = {one["system"]: one for one in plan.summary["systems"]}
    steps = list(plan.steps.select_related("system"))
    proofs = {step.system_id: step for step in steps if step.operation == Operation.PROBE}
    skipped = list(_skipped(plan))
    systems = [
        {
            "name": step.system.name,
            "says": _erased(step, by_system[str(step.system_id)]),
            "proof": _proof(proofs.get(step.system_id)),
        }
        for step in steps
        if step.operation == Operation.ERASE and not step.skipped_reason
    ]
    profile = active_profile()
    return letters.write(
        case=case, template=Template.DELETION_CLOSED, now=now, systems=systems, skipped=skipped,
        kept=list(_kept(plan)), complete=not skipped and not list(_kept(plan)), account_closed=account,
        link=letters.absolute(links.path_for(case)), plan_hash=plan.hash[:16],
        closed_on=letters.day(now, profile),
    )  # fmt: skip


def _erased(step: Step, part: Mapping[str, Any]) -> str:
    if step.system.connector != "sql":
        how = "by hand and attested" if step.system.connector == "manual" else "by the system itself"
        if not step.rows_done:
            return f"We looked ({how}) and found nothing about you."
        return f"{step.rows_done:,} {_entries(step.rows_done)} deleted, {how}."
    said = []
    if part["delete"]:
        said.append(f"{part['delete']:,} {_entries(part['delete'])} deleted")
    if part["mask"]:
        said.append(f"everything about you removed from {part['mask']:,} more, which stay without you")
    if part["keep"]:
        said.append(f"{part['keep']:,} kept, see below")
    return f"{'; '.join(said)}." if said else "We found nothing about you."


def _proof(step: Step | None) -> str:
    if step is None or step.finished_at is None or step.status != JobStatus.DONE:
        return "We could not look again."
    on = letters.minute(step.finished_at, active_profile())
    checked = sum(one["checked"] for one in step.proof.values())
    return f"We looked again on {on}: {checked:,} {_entries(checked)} checked, none is left."


_OTHERS = "who have the same right to their privacy as you"


def _kept(plan: Plan) -> Iterator[dict[str, str]]:
    """Say what stays and why, a line a system and reason."""
    for system in plan.summary["systems"]:
        for one in system["exceptions"]:
            yield {"says": _stays(one, system["name"])}


def _stays(one: Mapping[str, Any], system: str) -> str:
    code, rows, reason = one["code"], one["rows"], told(one["reason"], active_profile().key).rstrip(".")
    entries = f"{rows:,} {_entries(rows)}"
    stay = "stays" if rows == 1 else "stay"
    if code == "THIRD_PERSON" and one["reason"].startswith("the value"):
        return f"In {entries} in {system} words about other people stay, {_OTHERS}."
    if code == "THIRD_PERSON":
        return f"{entries} in {system} {stay}: about other people, {_OTHERS}."
    if code == "THIRD_PERSON_UNLINKED":
        return f"{entries} in {system} {stay}: about other people, {_OTHERS}. The link to you is removed."
    if code == "SHARED_ROW_UNLINKED":
        return f"{entries} in {system} {stay}: other people need the same data. Your link to it is removed."
    if code == "SHARED_ROW":
        return f"{entries} in {system} {stay}: other people need the same data."
    return " ".join(filter(None, (f"{entries} in {system} {stay}: {reason}. ({code})", until.words(one))))
