"""What belongs together: one message split into several rights, the same request merged, cases related.

The first receipt stays with every case that comes out of it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from config.sentences import say
from correspondence.enums import Template
from dsar.enums import CaseStatus, LinkKind, Outcome, PlanStatus, Right
from dsar.models import Case, CaseLink
from dsar.rules.calendar import spoken
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, closing, letters, opening, stopping, story
from dsar.services.rights import Asked

FAILURES = (Outcome.UNVERIFIED, Outcome.PARTLY, Outcome.NOTHING_FOUND, Outcome.REFUSED)
"""Ends that may have been our fault: such a request is taken up again with its first receipt."""


def link(*, case: Case, other: Case, kind: str, actor: Actor, now: datetime, note: str = "") -> CaseLink:
    """Record that `case` belongs to `other`, with a line in both timelines. Raises NotAllowed for itself."""
    if case.pk == other.pk:
        raise NotAllowed(_("A case cannot belong to itself."))
    made, new = CaseLink.objects.get_or_create(
        case=case, other=other, kind=kind,
        defaults={"note": note.strip()[:300], "made_at": now, "made_by": actor.user},
    )  # fmt: skip
    if not new:
        raise NotAllowed(_("These cases are linked like that already."))
    words = LinkKind(kind).label
    here = say("This case %(words)s %(ref)s", words=words, ref=other.reference)
    there = say("%(ref)s %(words)s this case", words=words, ref=case.reference)
    story.tell(case=case, kind=f"link_{kind}", what=here, note=note, actor=actor, now=now)
    story.tell(case=other, kind=f"link_{kind}", what=there, note=note, actor=actor, now=now)
    details = {"other": str(other.pk), "kind": kind}
    story.record(case=case, actor=actor, action="case.linked_to", details=details)
    return made


@transaction.atomic
def relate(*, case: Case, other: Case, note: str, actor: Actor, now: datetime) -> CaseLink:
    """Say that two cases have to do with each other, whoever's they are. Nothing else changes."""
    story.lock(case)
    if CaseLink.objects.filter(case=other, other=case, kind=LinkKind.RELATED).exists():
        raise NotAllowed(_("These cases are linked like that already."))
    return link(case=case, other=other, kind=LinkKind.RELATED, note=note, actor=actor, now=now)


@transaction.atomic
def split(
    *,
    case: Case,
    rights: Iterable[str],
    actor: Actor,
    now: datetime,
    asked: Mapping[str, Asked] | None = None,
    quiet: bool = False,
) -> list[Case]:
    """Open a case for each further right that one message asked for; all keep the receipt of the message.

    What is known about the person goes with them as far as it is enough there. `asked`: by right, what the
    message says of it; `quiet`: no letter goes out, because a machine wrote.

    Raises NotAllowed for the right of the case itself, for none, for a right that was split off before, and
    for a closed case.
    """
    story.lock(case)
    wanted = [Right(right) for right in dict.fromkeys(rights)]
    if not case.is_open:
        raise NotAllowed(_("This case is closed. Take it up again instead."))
    if not wanted:
        raise NotAllowed(_("Choose what else was asked for."))
    before = set(case.linked_by.filter(kind=LinkKind.SPLIT).values_list("case__right", flat=True))
    again = [right for right in wanted if right == case.right or right in before]
    if again:
        raise NotAllowed(_("There is a case for “%(right)s” already.") % {"right": again[0].label})
    said = asked or {}
    made = [_split_off(case, right, said.get(right), actor, now) for right in wanted]
    for one in () if quiet else made:
        opening.acknowledge(case=one, now=now)
    return made


def _split_off(case: Case, right: Right, asked: Asked | None, actor: Actor, now: datetime) -> Case:
    made = opening.create(
        subject=case.subject, right=right, channel=case.channel, received_at=case.received_at, actor=actor,
        now=now, words=case.words, language=case.language, asked=asked,
    )  # fmt: skip
    link(case=made, other=case, kind=LinkKind.SPLIT, actor=actor, now=now)
    _verify_like(made, case, actor, now)
    return made


def _verify_like(made: Case, case: Case, actor: Actor, now: datetime) -> None:
    """Take over who asks, where that is enough: nobody proves twice what one message asks for."""
    need = opening.need_of(made)
    level = min(case.verification_level or 0, need.ceiling) if case.verified_at else 0
    if not need.met_by(level):
        return
    story.lock(made)
    method = case.verification_method if level else ""
    opening.mark_verified(case=made, level=level, method=method or "nothing asked", actor=actor, now=now)


def why_not_merge(case: Case, other: Case) -> str:
    """Return why two cases are not the same request, or the empty string."""
    if case.pk == other.pk:
        return _("Name another case.")
    if case.subject_id != other.subject_id:
        return _("These cases are of different people. Relate them instead.")
    if case.right != other.right:
        return _("These cases ask for different things. Relate them instead.")
    if not (case.is_open and other.is_open):
        return _("One of them is closed. Relate them instead, or propose a duplicate.")
    return ""


@transaction.atomic
def merge(*, case: Case, other: Case, actor: Actor, now: datetime) -> Case:
    """Merge two open requests of one person for the same right; returns the one received first, which stays.

    The later one closes as a duplicate, with its letter.

    Raises NotAllowed for different people or rights, for a closed case, and when the later one has begun to
    erase.
    """
    first, later = sorted((case, other), key=lambda one: (one.received_at, one.number))
    for one in sorted((first, later), key=lambda one: str(one.pk)):
        story.lock(one)
    refused = why_not_merge(first, later)
    if refused:
        raise NotAllowed(refused)
    if cases.erasing(later):
        raise NotAllowed(_("The later case has begun to erase: finish it instead."))
    link(case=later, other=first, kind=LinkKind.MERGED, actor=actor, now=now)
    letters.write(
        case=later, template=Template.DUPLICATE, now=now, actor=actor, original=first.reference,
        original_due_on=spoken(first.due_on),
    )  # fmt: skip
    stopping.stop(case=later, now=now)
    later.plans.filter(status__in=[PlanStatus.DRAFT, PlanStatus.PROPOSED]).update(
        status=PlanStatus.SUPERSEDED
    )
    closing.close(case=later, outcome=Outcome.DUPLICATE, actor=actor, now=now)
    return first


@transaction.atomic
def refile(*, case: Case, reason: str, actor: Actor, now: datetime) -> Case:
    """Take up a closed request again after a failure of ours: a new case that keeps the first receipt.

    Its dates may have passed: then it is late from the start, which is true.

    Raises NotAllowed without a reason, for an open case, and for an end that was no failure.
    """
    story.lock(case)
    if case.status != CaseStatus.CLOSED:
        raise NotAllowed(_("This case is open. Go on with it."))
    if case.outcome not in FAILURES:
        raise NotAllowed(_("This request was carried out or taken back. A new request opens a new case."))
    if case.linked_by.filter(kind=LinkKind.REFILED).exists():
        raise NotAllowed(_("This request was taken up again already."))
    if not reason.strip():
        raise NotAllowed(_("Say what went wrong."))
    made = opening.create(
        subject=case.subject, right=case.right, channel=case.channel, received_at=case.received_at,
        actor=actor,
        now=now, words=case.words, scope=case.scope, language=case.language,
    )  # fmt: skip
    link(case=made, other=case, kind=LinkKind.REFILED, note=reason, actor=actor, now=now)
    _verify_like(made, case, actor, now)
    opening.acknowledge(case=made, now=now)
    return made
