"""What staff do to a step that went wrong or is to be looked at again: try again, leave out, look again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from config.jobs import JobStatus
from config.sentences import say
from dsar.enums import CaseStatus
from dsar.models import Case, Step
from dsar.rules.rights import FOLLOWS
from dsar.rules.transitions import NotAllowed
from dsar.services import running, story

PROVED = (JobStatus.DONE, JobStatus.ATTENTION)


@transaction.atomic
def retry_step(*, step: Step, actor: Actor, now: datetime) -> None:
    """Try a step that needs attention again, from where it stopped.

    Raises NotAllowed for others, and after drift.
    """
    story.lock(step.case)
    step.refresh_from_db()
    if step.status != JobStatus.ATTENTION:
        raise NotAllowed(_("Only a step that needs attention can be tried again."))
    if step.error_code in ("drift", "plan"):
        raise NotAllowed(_("The data changed since the plan was approved. Make a new plan."))
    _again(step)
    _woken(step, actor, now, "step.retried", say("%(system)s is tried again", system=step.system))


def _again(step: Step) -> None:
    step.status, step.attempts, step.next_attempt_at = JobStatus.READY, 0, None
    step.error = step.error_code = ""
    step.save(update_fields=["status", "attempts", "next_attempt_at", "error", "error_code"])


def _woken(step: Step, actor: Actor, now: datetime, action: str, what: str, note: str = "") -> None:
    running.wake(case=step.case, plan=step.plan, now=now)
    if step.case.is_open and step.case.status != CaseStatus.RUNNING:
        story.move(step.case, CaseStatus.RUNNING)
    story.tell(case=step.case, kind=action, what=what, note=note, actor=actor, now=now)
    details = {"step": str(step.pk), "system": step.system.key, "operation": step.operation}
    story.record(case=step.case, actor=actor, action=action, details=details)


@transaction.atomic
def skip_step(*, step: Step, reason: str, actor: Actor, now: datetime) -> None:
    """Go on without a system that cannot be reached or waits in vain; the case is partly fulfilled at best.

    Raises NotAllowed without a reason, and for a step that is done or at work.
    """
    story.lock(step.case)
    step.refresh_from_db()
    if step.status not in (JobStatus.ATTENTION, JobStatus.WAITING, JobStatus.READY):
        raise NotAllowed(_("Only a step that waits or needs attention can be left out."))
    if step.error_code == "drift":
        raise NotAllowed(_("The data changed since the plan was approved. Make a new plan."))
    if not reason.strip():
        raise NotAllowed(_("Say why the system is left out."))
    gone = [step]
    proofs = [proof for proof, work in FOLLOWS.items() if work == step.operation]
    gone += Step.objects.filter(plan=step.plan, system=step.system, operation__in=proofs)
    for one in gone:
        one.status, one.skipped_reason, one.finished_at = JobStatus.CANCELLED, reason.strip()[:300], now
        one.callback_hash = ""
        one.save(update_fields=["status", "skipped_reason", "finished_at", "callback_hash"])
    _woken(
        step, actor, now, "step.skipped", say("%(system)s is left out", system=step.system), reason.strip()
    )


def why_not_reprobe(case: Case) -> str:
    """Return why no proof of a case can be repeated now, or the empty string."""
    if case.status not in (CaseStatus.READY, CaseStatus.ATTENTION):
        return _("Proofs are repeated when the work is done, before the case closes.")
    if not case.steps.filter(operation__in=list(FOLLOWS), status__in=PROVED).exists():
        return _("No proof of this case is finished yet.")
    return ""


@transaction.atomic
def reprobe(*, case_step: Step, actor: Actor, now: datetime) -> None:
    """Look again whether anything is left in a system, after the proof was given. Raises NotAllowed."""
    story.lock(case_step.case)
    case_step.refresh_from_db()
    if case_step.operation not in FOLLOWS or case_step.status not in PROVED:
        raise NotAllowed(_("Only a finished proof can be repeated."))
    why_not = why_not_reprobe(case_step.case)
    if why_not:
        raise NotAllowed(why_not)
    _again(case_step)
    _woken(
        case_step, actor, now, "step.reprobed", say("Looking again in %(system)s", system=case_step.system)
    )
