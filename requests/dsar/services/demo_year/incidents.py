"""The incidents of a demonstration, by the services themselves."""

from datetime import datetime, timedelta
from random import Random

from accounts.models import User
from accounts.services.audit import Actor
from config.profile import active_profile
from dsar.enums import IncidentKind, NoticeTo
from dsar.models import Incident
from dsar.rules.incidents import must_tell, risk_of
from dsar.services import incidents

WHAT = (
    ("Invoice sent to the wrong customer", IncidentKind.CONFIDENTIALITY, 2, 1),
    ("Laptop lost on a train, disk encrypted", IncidentKind.CONFIDENTIALITY, 1, 2),
    ("Support mailbox open to a former colleague", IncidentKind.CONFIDENTIALITY, 2, 3),
    ("Outage of the product database", IncidentKind.AVAILABILITY, 2, 1),
    ("Access tokens in a log file", IncidentKind.CONFIDENTIALITY, 3, 3),
    ("Newsletter with open recipients", IncidentKind.CONFIDENTIALITY, 3, 2),
)
A_YEAR = 12


def make(*, staff: list[User], until: datetime, seed: int) -> None:
    """Write a dozen incidents over the year; the last one is young and open."""
    chance = Random(seed + 1)  # noqa: S311  (a demonstration, not a secret)
    dpo, deputy = Actor.of(staff[0]), Actor.of(staff[2])
    for index in range(A_YEAR):
        days = 4 + (A_YEAR - 1 - index) * 30 + chance.randrange(20) if index < A_YEAR - 1 else 1
        aware = until - timedelta(days=days, hours=chance.randrange(1, 20))
        _one(index, aware, dpo, deputy, ends=index < A_YEAR - 1)


def _one(index: int, aware: datetime, dpo: Actor, deputy: Actor, *, ends: bool) -> None:
    title, kind, likelihood, severity = WHAT[index % len(WHAT)]
    at = aware + timedelta(hours=2)
    incident = incidents.open_incident(
        title=title, kind=kind, facts="What is known of an invented incident.",
        effects="Few people, no harm.",
        remedy="Access closed, the person told, the cause mended.", aware_at=aware,
        detected_at=aware - timedelta(hours=1), platforms=["linkedin"] if index % 5 == 4 else [], actor=dpo,
        now=at,
    )  # fmt: skip
    if not ends:
        return
    category = active_profile().categories[0].key
    incidents.assess(
        incident=incident, categories=[category], people=4 + index, records=20 + index, likelihood=likelihood,
        severity=severity, reasons="Judged by kind, number and readability of the data.", actor=dpo,
        now=at + timedelta(hours=3),
    )  # fmt: skip
    _settle(incident, risk_of(likelihood, severity), dpo, deputy, at + timedelta(hours=5))


def _settle(incident: Incident, risk: str, dpo: Actor, deputy: Actor, at: datetime) -> None:
    authority, people = must_tell(risk)
    for question, tell in (("authority", authority), ("people", people)):
        reasons = "It follows from the assessment."
        made = incidents.propose(
            incident=incident, question=question, tell=tell, reasons=reasons, actor=dpo, now=at
        )
        incidents.decide(decision=made, approve=True, answer="", actor=deputy, now=at + timedelta(hours=1))
    sent = at + timedelta(hours=8 if incident.number % 5 else 90)
    told = (NoticeTo.AUTHORITY, authority, "Supervisory authority"), (NoticeTo.PEOPLE, people, "Everybody")
    for to, wanted, who in told:
        if wanted:
            incidents.notify(
                incident=incident, to=to, recipient=who, sent_at=sent, summary="What is known.", actor=dpo,
                now=sent, late_reasons="The extent was known only then.",
                people=5 if to == "people" else None,
            )  # fmt: skip
    incidents.close(incident=incident, actor=dpo, now=sent + timedelta(days=9))
