"""How bad an incident is, who was told of it in which phase, and when it may be closed."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from config.profile import active_profile
from config.sentences import say
from dsar.enums import IncidentQuestion, IncidentRisk, NoticeTo
from dsar.models import Incident, IncidentAssessment, IncidentNotice
from dsar.rules import incidents as rules
from dsar.rules.transitions import NotAllowed
from dsar.services.incidents import story
from dsar.services.incidents.authority import authority_clock
from platforms.rules.incidents import terms


@transaction.atomic
def assess(
    *,
    incident: Incident,
    categories: Iterable[str],
    people: int | None,
    records: int | None,
    likelihood: int,
    severity: int,
    reasons: str,
    actor: Actor,
    now: datetime,
    risk: str = "",
) -> IncidentAssessment:
    """Judge the risk for people (Art. 33(1), 33(3)(a)). `risk` may be higher than the judgement, never lower.

    `people`, `records`: about how many, None for not known yet. Raises NotAllowed.
    """
    story.lock_open(incident)
    by, categories = story.person(actor), sorted(set(categories))
    known = {one.key for one in active_profile().categories}
    if not reasons.strip() or not set(categories) <= known:
        raise NotAllowed(_("Give the reasons, and choose the kinds of data from the list."))
    least = rules.risk_of(likelihood, severity)
    risk = risk or least
    if rules.LEVELS.index(risk) < rules.LEVELS.index(least):
        raise NotAllowed(_("The risk cannot be lower than likelihood and severity make it."))
    made = IncidentAssessment.objects.create(
        incident=incident, number=incident.assessments.count() + 1, at=now, by=by, categories=categories,
        people=people, records=records, likelihood=likelihood, severity=severity, risk=risk,
        reasons=reasons.strip(),
    )  # fmt: skip
    story.tell(
        incident=incident, kind="assessed",
        what=say("Assessed: %(risk)s", risk=IncidentRisk(made.risk).label), actor=actor, now=now,
        details={"risk": risk, "likelihood": likelihood, "severity": severity, "people": people},
    )  # fmt: skip
    return made


def decision_on(incident: Incident, question: str) -> bool | None:
    """Return what two people decided last: tell or not; None while nothing is decided."""
    agreed = incident.decisions.filter(question=question, approved=True).order_by("-decided_at")
    return agreed.values_list("tell", flat=True).first()


@transaction.atomic
def notify(
    *,
    incident: Incident,
    to: str,
    recipient: str,
    sent_at: datetime,
    summary: str,
    actor: Actor,
    now: datetime,
    number: str = "",
    people: int | None = None,
    late_reasons: str = "",
) -> IncidentNotice:
    """Record one notice that went out; later ones to the same recipient are further phases (Art. 33(4)).

    A first notice to an authority after 72 hours needs its reasons (Art. 33(1)). Raises NotAllowed; a notice
    to the authority or the people needs the decision of two people first.
    """
    story.lock_open(incident)
    by, recipient = story.person(actor), recipient.strip()
    if not recipient or not summary.strip():
        raise NotAllowed(_("Name who was told, and what they were told."))
    if not incident.aware_at <= sent_at <= now:
        raise NotAllowed(_("The notice went out between our awareness and now. Check the time."))
    if to in IncidentQuestion.values and not decision_on(incident, to):
        raise NotAllowed(_("Two people decide first that they are told."))
    sent = incident.notices.filter(to=to, recipient=recipient).count()
    late = not sent and _late(incident, to, recipient, sent_at)
    if late and not late_reasons.strip():
        raise NotAllowed(_("This notice was late. Give the reasons for the delay (Art. 33(1))."))
    notice = IncidentNotice.objects.create(
        incident=incident, to=NoticeTo(to), recipient=recipient, phase=sent + 1, sent_at=sent_at,
        number=number.strip(), people=people, summary=summary.strip(),
        late_reasons=late_reasons.strip() if late else "",
        late=late, recorded_at=now, recorded_by=by,
    )  # fmt: skip
    what = say("Told: %(who)s, notice %(phase)s", who=NoticeTo(notice.to).label, phase=notice.phase)
    details = {"to": to, "phase": notice.phase, "sent_at": sent_at.isoformat(), "late": late}
    story.tell(incident=incident, kind="notified", what=what, actor=actor, now=now, details=details)
    return notice


def _late(incident: Incident, to: str, recipient: str, sent_at: datetime) -> bool:
    wanted = "" if to == NoticeTo.AUTHORITY else recipient
    clocks = _deadlines(incident, authority=True)
    return any(one.is_missed_by(sent_at) for one in clocks if (one.to, one.recipient) == (to, wanted))


def _deadlines(incident: Incident, *, authority: bool) -> list[rules.Deadline]:
    at = authority_clock().due(incident.aware_at) if authority else None
    return rules.deadlines(incident.aware_at, platforms=incident.platforms, terms=terms(), authority_at=at)


def open_deadlines(incident: Incident) -> list[rules.Deadline]:
    """Return the clocks of an incident that still run, the soonest first.

    The authority's stops with the first notice, or when two people decided that none is needed.
    """
    if not incident.is_open:
        return []
    told = {(one.to, "" if one.to == NoticeTo.AUTHORITY else one.recipient) for one in incident.notices.all()}
    needed = decision_on(incident, IncidentQuestion.AUTHORITY) is not False
    return [one for one in _deadlines(incident, authority=needed) if (str(one.to), one.recipient) not in told]


def closing_gaps(incident: Incident) -> list[str]:
    """Return what is missing before an incident can be closed, as sentences."""
    gaps = []
    account = incident.accounts.first()
    if account is None or not (account.effects and account.remedy):
        gaps.append(_("Write down the effects and the remedy (Art. 33(5))."))
    assessment = incident.assessments.first()
    if assessment is None:
        return [*gaps, _("Assess the risk.")]
    if decision_on(incident, "authority") is None:
        gaps.append(_("Decide by two people whether the authority is told."))
    if rules.must_tell(assessment.risk)[1] and decision_on(incident, "people") is None:
        gaps.append(_("The risk is high: decide by two people whether the people are told (Art. 34)."))
    told = set(incident.notices.values_list("to", flat=True))
    gaps += [
        _("It was decided to tell them, and no notice is recorded: %(who)s") % {"who": NoticeTo(to).label}
        for to in ("authority", "people")
        if decision_on(incident, to) and to not in told
    ]
    return gaps


@transaction.atomic
def close(*, incident: Incident, actor: Actor, now: datetime) -> None:
    """Close an incident. Raises NotAllowed naming the first thing that is missing."""
    story.lock_open(incident)
    story.person(actor)
    gaps = closing_gaps(incident)
    if gaps:
        raise NotAllowed(gaps[0])
    incident.closed_at = now
    incident.save(update_fields=["closed_at"])
    story.tell(
        incident=incident, kind="closed", what=say("Incident closed"), actor=actor, now=now,
        fields=("closed_at",),
    )  # fmt: skip
