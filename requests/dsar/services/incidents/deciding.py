"""Whether the authority and the people are told: proposed by one person, decided by another."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.services.audit import Actor
from config.sentences import Sentence, say
from dsar.enums import IncidentQuestion
from dsar.models import Incident, IncidentDecision
from dsar.rules.incidents import must_tell
from dsar.rules.transitions import NotAllowed
from dsar.services.incidents import story

OFFICERS = frozenset({Role.DPO, Role.DEPUTY_DPO})


@transaction.atomic
def propose(
    *, incident: Incident, question: str, tell: bool, reasons: str, actor: Actor, now: datetime
) -> IncidentDecision:
    """Propose whether somebody is told of an incident. Raises NotAllowed without assessment or reasons.

    Not telling the authority of a risk is refused: Art. 33(1) leaves no choice there. People may stay untold
    at a high risk only with reasons (Art. 34(3)).
    """
    story.lock_open(incident)
    by = story.person(actor)
    assessment = incident.assessments.first()
    if assessment is None:
        raise NotAllowed(_("Assess the risk first: what follows depends on it."))
    if not reasons.strip():
        raise NotAllowed(_("Give the reasons. They stand in the register."))
    if question == IncidentQuestion.AUTHORITY and not tell and must_tell(assessment.risk)[0]:
        raise NotAllowed(_("A risk must be notified (Art. 33(1)). Assess it anew if it is unlikely."))
    if incident.decisions.filter(question=question, decided_at=None).exists():
        raise NotAllowed(_("A proposal waits already. Decide it first."))
    made = IncidentDecision.objects.create(
        incident=incident, question=IncidentQuestion(question), tell=tell, reasons=reasons.strip(),
        proposed_by=by, proposed_at=now,
    )  # fmt: skip
    story.tell(
        incident=incident, kind="proposed", what=say("Proposed: %(what)s", what=_said(made)), actor=actor,
        now=now, details={"question": question, "tell": tell},
    )  # fmt: skip
    return made


def _said(decision: IncidentDecision) -> Sentence:
    words = {
        ("authority", True): say("tell the authority"),
        ("authority", False): say("do not tell the authority"),
        ("people", True): say("tell the people concerned"),
        ("people", False): say("do not tell the people concerned"),
    }
    return words[str(decision.question), decision.tell]


@transaction.atomic
def decide(
    *, decision: IncidentDecision, approve: bool, answer: str, actor: Actor, now: datetime
) -> IncidentDecision:
    """Agree with a proposal or not. Raises NotAllowed for the proposer, and without a DPO among the two."""
    story.lock_open(decision.incident)
    by = story.person(actor)
    decision.refresh_from_db()
    if decision.decided_at is not None:
        raise NotAllowed(_("This was decided in the meantime."))
    if decision.proposed_by_id == by.pk:
        raise NotAllowed(_("You proposed this. Somebody else has to decide."))
    if not (_is_officer(by) or _is_officer(decision.proposed_by)):
        raise NotAllowed(_("One of the two must be the data protection officer or the deputy."))
    if not approve and not answer.strip():
        raise NotAllowed(_("Say why you do not agree."))
    decision.decided_by, decision.decided_at, decision.approved = by, now, approve
    decision.answer = answer.strip()
    decision.save(update_fields=["decided_by", "decided_at", "approved", "answer"])
    words = _said(decision)
    what = say("Decided: %(what)s", what=words) if approve else say("Not agreed: %(what)s", what=words)
    story.tell(
        incident=decision.incident, kind="decided", what=what, actor=actor,
        now=now, details={"question": decision.question, "tell": decision.tell, "approved": approve},
    )  # fmt: skip
    return decision


def _is_officer(user: User) -> bool:
    return bool(OFFICERS.intersection(user.roles))
