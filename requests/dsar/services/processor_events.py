"""What processors report: mail that is not wanted any more, and deletions at Stripe that went on there."""

import uuid
from datetime import datetime

from accounts.models import DataSubject, Identity
from accounts.services.audit import SYSTEM
from config.jobs import JobStatus
from config.sentences import Sentence, say
from correspondence.services.words import language_for
from dsar.enums import CaseStatus, Channel, Operation, Right
from dsar.models import Step
from dsar.rules.transitions import NotAllowed
from dsar.services import intake, running, story, subjects
from dsar.services.rights import Asked, facts, may_process
from platforms.callbacks.messages import Message
from platforms.models import CallbackReceipt
from platforms.services import effects

SOURCE = "e-mail provider"


def register() -> None:
    """Make known what events of processors lead to here."""
    effects.register("stop_marketing", stop_marketing)
    effects.register("processor_told", processor_told)


def stop_marketing(*, message: Message, receipt: CallbackReceipt, now: datetime) -> Sentence:
    """Take a complaint or an unsubscription for what it is: an objection to marketing, which is absolute.

    It stops at once, nobody is asked who they are, and the address gets the letter that every objection gets,
    whether we know it or not. An address that nobody proved stands for a person of its own, as with staff who
    register a letter. Source: GDPR Art. 21(2)-(3). Raises ValueError where the profile does not offer the
    right there: somebody has to look.
    """
    address, purposes = message.detail["address"], tuple(sorted(facts.marketing_purposes()))
    if not purposes:
        return say("The profile names no direct marketing: there is nothing to stop.")
    known = _known(address)
    if _stopped(known, address, purposes, now):
        return say("Marketing to this address is stopped already.")
    subject = known or _new(address)
    try:
        case = intake.open_case(
            subject=subject, right=Right.OBJECTION, channel=Channel.EMAIL, received_at=receipt.received_at,
            actor=SYSTEM, now=now, language=language_for(subject.language), asked=Asked(purposes=purposes),
        )  # fmt: skip
    except NotAllowed as refused:
        raise ValueError(str(refused)) from refused
    what = say("The e-mail provider reported it: %(event)s", event=message.name[:60])
    story.tell(case=case, kind="reported", what=what, actor=SYSTEM, now=now)
    details = {"receipt": str(receipt.pk), "event": message.name[:60]}
    story.record(case=case, actor=SYSTEM, action="case.reported", details=details)
    return say("Case %(reference)s stops marketing to this address.", reference=case.reference)


def _known(address: str) -> DataSubject | None:
    """Return the person who proved an address, locked: two events at once open one case."""
    owner = subjects.owner_of(key="email", value=address)
    return DataSubject.objects.select_for_update().get(pk=owner.pk) if owner else None


def _stopped(known: DataSubject | None, address: str, purposes: tuple[str, ...], now: datetime) -> bool:
    mine = {"email": [address]}
    answers = (
        may_process(purpose=one, now=now, subject=known, identities=mine, record=False) for one in purposes
    )
    return not any(answer.allowed for answer in answers)


def _new(address: str) -> DataSubject:
    """Return a new person who only claims an address, whoever else claims it too."""
    made = DataSubject.objects.create(language=language_for(""))
    subjects.add_identity(subject=made, key="email", value=address, source=SOURCE, verified_at=None)
    return made


def processor_told(*, message: Message, receipt: CallbackReceipt, now: datetime) -> Sentence:
    """Record what a processor says at the deletion that it belongs to, and have the processor asked itself.

    An event proves nothing about what was deleted. Without an open deletion it is kept.
    """
    step = _step_of(message)
    if step is None:
        return say("No open deletion here belongs to this. It is kept, and nothing follows from it.")
    story.lock(step.case)
    step.refresh_from_db()
    what = say("%(system)s reports: %(event)s", system=step.system.name, event=message.name[:60])
    story.tell(case=step.case, kind="reported", what=what, actor=SYSTEM, now=now)
    details = {"step": str(step.pk), "system": step.system.key, "receipt": str(receipt.pk)}
    story.record(case=step.case, actor=SYSTEM, action="step.reported", details=details)
    _ask_there(step, now)
    return say(
        "Recorded at case %(reference)s; the processor is asked itself.", reference=step.case.reference
    )


def _ask_there(step: Step, now: datetime) -> None:
    """Have a step that waits for the processor look now instead of at its time."""
    if step.status != JobStatus.WAITING or not step.case.runs.filter(status=JobStatus.WAITING).exists():
        return
    step.next_attempt_at = now
    step.save(update_fields=["next_attempt_at"])
    running.wake(case=step.case, plan=step.plan, now=now)


def _step_of(message: Message) -> Step | None:
    """Return the deletion at a processor that an event belongs to: by the job, else by the customer."""
    erasing = Step.objects.filter(system__connector=message.platform, operation=Operation.ERASE)
    steps = erasing.exclude(case__status=CaseStatus.CLOSED).select_related("case", "system", "plan")
    reference = message.detail.get("reference", "")
    if message.user_id:
        return steps.filter(case__subject__in=_customers(message)).order_by("-case__number").first()
    return steps.filter(remote_reference=reference).first() if reference else None


def _customers(message: Message) -> list[uuid.UUID]:
    """Return the people whose proved identities a customer has: the processor's id, the address."""
    by_id = Identity.objects.matching(key=f"{message.platform}_customer_id", value=message.user_id)
    by_address = Identity.objects.matching(key="email", value=message.detail.get("email", ""))
    return [one.subject_id for found in (by_id, by_address) for one in found.verified()]
