"""Correction (GDPR Art. 16; CCPA correct): each datum decided, written by the engine, read again as proof."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from config.sentences import say
from dsar.enums import CaseStatus, Operation, Outcome, PlanStatus, Verdict
from dsar.models import Case, Correction
from dsar.rules.transitions import NotAllowed
from dsar.services import sources, story, uploads
from dsar.services.packaging import PackageDamaged
from dsar.services.rights import facts, orders
from platforms.models import System

DECIDING = (CaseStatus.VERIFIED, CaseStatus.PLANNED, CaseStatus.ATTENTION)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: system key, `dataset.collection` and field; the last two empty by hand."""

    system: str
    collection: str = ""
    field: str = ""

    @property
    def key(self) -> str:
        """Return the place as one word, for forms."""
        return "|".join((self.system, self.collection, self.field))

    @classmethod
    def parse(cls, word: str) -> "Place":
        """Return the place of a word made by `key`. Raises NotAllowed."""
        parts = word.split("|")
        if len(parts) != 3 or not parts[0]:
            raise NotAllowed(_("Choose where the value stands."))
        return cls(*parts)


@transaction.atomic
def add(
    *, case: Case, wanted: facts.Wanted, file: uploads.Upload | None, actor: Actor, now: datetime
) -> Correction:
    """Record one more datum to correct, with the evidence that was handed in. Raises NotAllowed."""
    story.lock(case)
    if not case.is_open or case.status in (CaseStatus.RUNNING, CaseStatus.WAITING, CaseStatus.READY):
        raise NotAllowed(_("Corrections are recorded before they are carried out."))
    facts.check_wanted(wanted)
    if case.corrections.count() >= facts.MAX_CORRECTIONS:
        raise NotAllowed(
            _("One request holds at most %(corrections)s corrections.")
            % {"corrections": facts.MAX_CORRECTIONS}
        )
    made = facts.add_correction(case, wanted, now)
    if file:
        attach(made, file)
    story.tell(case=case, kind="correction", what=say("Correction recorded"), actor=actor, now=now)
    story.record(case=case, actor=actor, action="correction.recorded", details={"correction": str(made.pk)})
    return made


def attach(correction: Correction, file: uploads.Upload) -> None:
    """Keep a file as evidence of a correction, encrypted with a key of its own. Raises NotAllowed."""
    kept = uploads.keep_for(owner=f"dsar.Correction:{correction.pk}", file=file)
    correction.evidence_file, correction.evidence_key = kept.path, kept.key
    correction.evidence_name, correction.evidence_sha256 = kept.name, kept.sha256
    correction.save(update_fields=["evidence_file", "evidence_key", "evidence_name", "evidence_sha256"])


def evidence_of(correction: Correction) -> Iterator[bytes]:
    """Yield the content of a correction's evidence."""
    return uploads.read_for(
        path=correction.evidence_file, key=base64.b64decode(correction.evidence_key),
        owner=f"dsar.Correction:{correction.pk}",
    )  # fmt: skip


def open_evidence(*, correction: Correction, actor: Actor, now: datetime) -> bytes:
    """Return a correction's evidence, at most 10 MB, and record who looked. Raises NotAllowed."""
    del now
    try:
        content = b"".join(evidence_of(correction))
    except PackageDamaged as fault:
        raise NotAllowed(_("The file is gone or was changed.")) from fault
    details = {"correction": str(correction.pk), "sha256": correction.evidence_sha256}
    story.record(case=correction.case, actor=actor, action="correction.evidence_read", details=details)
    return content


def places(case: Case) -> list[tuple[Place, str]]:
    """Return where a value of the person may stand: fields the plan found, then systems without rows."""
    plan = case.plans.filter(status__in=[PlanStatus.DRAFT, PlanStatus.APPROVED]).first()
    if plan is None:
        return []
    try:
        document = sources.document_of(plan)
    except ValueError:
        return []  # made by an older portal: a new plan is needed
    names = {system.key: system for system in sources.systems()}
    found = [
        (Place(part.source, key, name), f"{names[part.source].name}: {key.partition('.')[2]}, {name}")
        for key, part in document.collections.items()
        if part.source in names and any(not group.third for group in part.groups)
        for name in part.columns
        if name in part.targeted
    ]
    by_hand = [s for s in names.values() if s.connector != "sql"]
    return found + [(Place(s.key), f"{s.name}: as the system or its owner finds it") for s in by_hand]


def _locked(correction: Correction) -> Correction:
    story.lock(correction.case)
    case = correction.case
    correction.refresh_from_db()
    correction.case = case
    if case.status not in DECIDING:
        raise NotAllowed(_("Corrections are decided before they are carried out."))
    return correction


@transaction.atomic
def accept(*, correction: Correction, place: Place, new_value: str, actor: Actor, now: datetime) -> None:
    """Decide to correct a datum at one place that the plan found. Raises NotAllowed for any other place."""
    correction = _locked(correction)
    known = {one.key for one, _ in places(correction.case)}
    system = System.objects.filter(key=place.system, enabled=True).first()
    if system is None or place.key not in known:
        raise NotAllowed(_("The plan found nothing of the person at this place. Choose another one."))
    if actor.user is None:
        raise NotAllowed(_("Corrections are decided by people."))
    correction.system, correction.collection, correction.field = system, place.collection, place.field
    correction.new_value, correction.reason = new_value.strip(), ""
    _decided(correction, Verdict.ACCEPTED, actor, now)


@transaction.atomic
def refuse(*, correction: Correction, reason: str, actor: Actor, now: datetime) -> None:
    """Decide that a datum stays as it is; the reason stands in the letter. Raises NotAllowed without one."""
    correction = _locked(correction)
    if not reason.strip() or actor.user is None:
        raise NotAllowed(_("Say why it stays as it is: the reason stands in the letter."))
    correction.reason = reason.strip()
    _decided(correction, Verdict.REFUSED, actor, now)


def _decided(correction: Correction, verdict: Verdict, actor: Actor, now: datetime) -> None:
    correction.verdict, correction.decided_by, correction.decided_at = verdict, actor.user, now
    correction.save()
    case = correction.case
    what = say("Correction decided: %(how)s", how=verdict.label)
    story.tell(case=case, kind="decided", what=what, actor=actor, now=now)
    details = {
        "correction": str(correction.pk), "verdict": verdict, "collection": correction.collection,
        "field": correction.field, "system": correction.system.key if correction.system else "",
    }  # fmt: skip
    story.record(case=case, actor=actor, action="correction.decided", details=details)


def check_decided(case: Case) -> None:
    """Raise NotAllowed unless something is to be corrected and everything is decided."""
    verdicts = set(case.corrections.values_list("verdict", flat=True))
    if not verdicts:
        raise NotAllowed(_("Nothing is recorded yet. Record what is wrong and what it should say."))
    if Verdict.OPEN in verdicts:
        raise NotAllowed(_("Decide on every correction first."))


def accepted_in(case: Case, system: System) -> list[Correction]:
    """Return what is to be corrected in one system."""
    return list(case.corrections.filter(verdict=Verdict.ACCEPTED, system=system))


def systems_of(case: Case) -> set[str]:
    """Return the keys of the systems in which something is to be corrected."""
    found = case.corrections.filter(verdict=Verdict.ACCEPTED)
    return set(found.values_list("system__key", flat=True))


def is_proved(correction: Correction) -> bool:
    """Whether the new value was read again in its system after it was written."""
    steps = correction.case.steps.filter(system=correction.system, operation=Operation.REREAD)
    return bool(steps.filter(status="done").exists())


def outcomes(case: Case) -> tuple[Outcome, ...]:
    """Return how the case may end: every correction decided, and what was accepted was read again."""
    found = list(case.corrections.all())
    if case.status != CaseStatus.READY or not found or any(not one.verdict for one in found):
        return ()
    if not orders.finished(case):
        return ()
    accepted = [one for one in found if one.verdict == Verdict.ACCEPTED]
    if not accepted:
        return (Outcome.REFUSED,)
    whole = len(accepted) == len(found) and all(is_proved(one) for one in accepted)
    return (Outcome.FULFILLED, Outcome.PARTLY) if whole else (Outcome.PARTLY,)
