"""An incident from its registration to its closing, and everything that is refused on the way."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.enums import Role
from accounts.models import AuditEvent
from accounts.services.audit import SYSTEM, Actor
from dsar.models import Incident, IncidentDecision, IncidentNotice
from dsar.rules.transitions import NotAllowed
from dsar.services import incidents
from tests import factories as make
from tests.dsar.scenes import incident_file

NOW = make.NOW
AWARE = NOW - timedelta(hours=3)


@pytest.fixture
def dpo(db):
    return Actor.of(make.StaffFactory(name="Katrin Vogelsang", role=Role.DPO))


@pytest.fixture
def deputy(db):
    return Actor.of(make.StaffFactory(name="Mirela Stanciu", role=Role.DEPUTY_DPO))


@pytest.fixture
def officer(db):
    return Actor.of(make.StaffFactory(name="Ada Quint", role=Role.SECURITY_OFFICER))


def opened(actor, **fields):
    values = {
        "title": "Newsletter with open recipients", "kind": "confidentiality", "aware_at": AWARE,
        "facts": "Forty addresses in the line of recipients.", "actor": actor, "now": NOW,
    }  # fmt: skip
    return incidents.open_incident(**(values | fields))


def assessed(actor, likelihood=3, severity=3, **fields):
    incident = opened(actor, **fields)
    incidents.assess(
        incident=incident, categories=[], people=40, records=40, likelihood=likelihood, severity=severity,
        reasons="Everybody saw who else is a customer.", actor=actor, now=NOW,
    )  # fmt: skip
    return incident


def agreed(incident, question, tell, proposer, decider):
    made = incidents.propose(
        incident=incident, question=question, tell=tell, reasons="It follows.", actor=proposer, now=NOW
    )
    return incidents.decide(decision=made, approve=True, answer="", actor=decider, now=NOW)


def told(incident, actor, hours, **fields):
    at = incident.aware_at + timedelta(hours=hours)
    values = {
        "incident": incident, "to": "authority", "recipient": "BfDI", "sent_at": at, "summary": "First.",
        "actor": actor, "now": at,
    }  # fmt: skip
    return incidents.notify(**(values | fields))


def test_an_incident_is_registered_with_its_clock_story_and_audit_event(dpo):
    incident = opened(dpo)
    assert incident.reference == "IN-2026-0001"
    [clock] = incidents.open_deadlines(incident)
    assert clock.due_at == AWARE + timedelta(hours=72)
    assert incident.events.get().what == "Incident registered"
    event = AuditEvent.objects.get(action="incident.opened")
    assert event.details["aware_at"] == AWARE.isoformat()
    assert "addresses" not in str(event.details)


def test_without_awareness_nothing_is_registered(dpo):
    with pytest.raises(NotAllowed, match="when we became aware"):
        opened(dpo, aware_at=None)
    assert not Incident.objects.exists()


def test_awareness_cannot_be_still_to_come(dpo):
    with pytest.raises(NotAllowed, match="still to come"):
        opened(dpo, aware_at=NOW + timedelta(minutes=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        make.IncidentFactory(aware_at=NOW, opened_at=NOW - timedelta(seconds=1))


def test_what_a_processor_knew_earlier_is_kept_and_starts_nothing(dpo):
    incident = opened(dpo, processor="Mailhouse", processor_aware_at=AWARE - timedelta(days=5))
    assert incidents.open_deadlines(incident)[0].due_at == AWARE + timedelta(hours=72)
    assert incident.processor_aware_at == AWARE - timedelta(days=5)


def test_a_processor_who_knew_has_a_name(dpo):
    with pytest.raises(NotAllowed, match="Name the processor"):
        opened(dpo, processor_aware_at=AWARE)


def test_an_unknown_platform_is_refused(dpo):
    with pytest.raises(NotAllowed, match="no platform called friendster"):
        opened(dpo, platforms=["friendster"])


def test_facts_effects_and_remedy_keep_their_earlier_versions(dpo):
    incident = opened(dpo)
    later = NOW + timedelta(hours=2)
    incidents.describe(
        incident=incident, facts="Forty-one.", effects="Spam.", remedy="Tool.", actor=dpo, now=later
    )
    assert [one.facts for one in incident.accounts.all()] == [
        "Forty-one.", "Forty addresses in the line of recipients.",
    ]  # fmt: skip


def test_awareness_can_be_set_earlier_and_the_old_time_stays(dpo):
    incident = opened(dpo)
    earlier = AWARE - timedelta(hours=5)
    incidents.correct_awareness(
        incident=incident, aware_at=earlier, reason="A mail shows it.", actor=dpo, now=NOW
    )
    assert incidents.open_deadlines(incident)[0].due_at == earlier + timedelta(hours=72)
    assert AuditEvent.objects.get(action="incident.awareness_corrected").details["was"] == AWARE.isoformat()


def test_awareness_is_never_set_later(dpo):
    incident = opened(dpo)
    with pytest.raises(NotAllowed, match="stretch the 72 hours"):
        incidents.correct_awareness(
            incident=incident, aware_at=AWARE + timedelta(minutes=1), reason="x", actor=dpo, now=NOW
        )


def test_a_risk_is_called_higher_but_never_lower(dpo):
    incident = opened(dpo)
    judge = {"incident": incident, "categories": [], "people": None, "records": None, "reasons": "Because.",
             "actor": dpo, "now": NOW}  # fmt: skip
    assert incidents.assess(likelihood=1, severity=1, risk="high", **judge).risk == "high"
    with pytest.raises(NotAllowed, match="cannot be lower"):
        incidents.assess(likelihood=3, severity=3, risk="risk", **judge)


def test_an_assessment_needs_reasons_and_known_kinds_of_data(dpo):
    incident = opened(dpo)
    judge = {"incident": incident, "people": None, "records": None, "likelihood": 1, "severity": 1,
             "actor": dpo, "now": NOW}  # fmt: skip
    with pytest.raises(NotAllowed, match="Give the reasons"):
        incidents.assess(categories=[], reasons=" ", **judge)
    with pytest.raises(NotAllowed, match="from the list"):
        incidents.assess(categories=["moonstones"], reasons="Because.", **judge)


def test_a_decision_needs_an_assessment_first(dpo):
    with pytest.raises(NotAllowed, match="Assess the risk first"):
        incidents.propose(
            incident=opened(dpo), question="authority", tell=True, reasons="x", actor=dpo, now=NOW
        )


def test_not_telling_the_authority_of_a_risk_is_refused(dpo):
    incident = assessed(dpo)
    with pytest.raises(NotAllowed, match="must be notified"):
        incidents.propose(
            incident=incident, question="authority", tell=False, reasons="x", actor=dpo, now=NOW
        )


def test_nobody_decides_the_own_proposal(dpo):
    incident = assessed(dpo)
    made = incidents.propose(
        incident=incident, question="authority", tell=True, reasons="x", actor=dpo, now=NOW
    )
    with pytest.raises(NotAllowed, match="You proposed this"):
        incidents.decide(decision=made, approve=True, answer="", actor=dpo, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        IncidentDecision.objects.filter(pk=made.pk).update(decided_by=dpo.user, decided_at=NOW, approved=True)


def test_one_of_the_two_is_the_dpo_or_the_deputy(officer, dpo):
    other = Actor.of(make.StaffFactory(role=Role.SECURITY_OFFICER))
    incident = assessed(officer)
    made = incidents.propose(
        incident=incident, question="authority", tell=True, reasons="x", actor=officer, now=NOW
    )
    with pytest.raises(NotAllowed, match="data protection officer or the deputy"):
        incidents.decide(decision=made, approve=True, answer="", actor=other, now=NOW)
    assert incidents.decide(decision=made, approve=True, answer="", actor=dpo, now=NOW).approved


def test_a_proposal_is_decided_once_and_waits_alone(dpo, deputy):
    incident = assessed(dpo)
    made = incidents.propose(
        incident=incident, question="authority", tell=True, reasons="x", actor=dpo, now=NOW
    )
    with pytest.raises(NotAllowed, match="waits already"):
        incidents.propose(incident=incident, question="authority", tell=True, reasons="y", actor=dpo, now=NOW)
    with pytest.raises(NotAllowed, match="why you do not agree"):
        incidents.decide(decision=made, approve=False, answer="", actor=deputy, now=NOW)
    incidents.decide(decision=made, approve=False, answer="Too early.", actor=deputy, now=NOW)
    with pytest.raises(NotAllowed, match="in the meantime"):
        incidents.decide(decision=made, approve=True, answer="", actor=deputy, now=NOW)


def test_notices_go_out_in_phases_and_stop_the_clock(dpo, deputy):
    incident = assessed(dpo)
    agreed(incident, "authority", True, dpo, deputy)
    assert told(incident, dpo, 20).phase == 1
    assert incidents.open_deadlines(incident) == []
    assert told(incident, dpo, 90, summary="The rest.").phase == 2
    assert not IncidentNotice.objects.filter(late=True).exists()


def test_nobody_is_told_before_two_people_decided(dpo):
    with pytest.raises(NotAllowed, match="Two people decide first"):
        told(assessed(dpo), dpo, 5)


def test_a_notice_after_72_hours_goes_out_and_says_why_late(dpo, deputy):
    incident = assessed(dpo)
    agreed(incident, "authority", True, dpo, deputy)
    with pytest.raises(NotAllowed, match="reasons for the delay"):
        told(incident, dpo, 73)
    assert told(incident, dpo, 73, late_reasons="The extent was not known.").late
    with pytest.raises(IntegrityError), transaction.atomic():
        IncidentNotice.objects.create(
            incident=incident, to="authority", recipient="x", phase=1, sent_at=NOW, summary="x", late=True,
            recorded_at=NOW, recorded_by=dpo.user,
        )  # fmt: skip


def test_reasons_for_a_delay_that_was_none_are_not_kept(dpo, deputy):
    incident = assessed(dpo)
    agreed(incident, "authority", True, dpo, deputy)
    assert told(incident, dpo, 71, late_reasons="none").late_reasons == ""


def test_a_platform_is_told_in_its_own_time(dpo):
    incident = opened(dpo, platforms=["linkedin"])
    assert [one.recipient for one in incidents.open_deadlines(incident)] == ["LinkedIn", ""]
    with pytest.raises(NotAllowed, match="was late"):
        told(incident, dpo, 25, to="platform", recipient="LinkedIn")
    told(incident, dpo, 23, to="platform", recipient="LinkedIn")
    assert [one.recipient for one in incidents.open_deadlines(incident)] == [""]


def test_a_notice_from_before_our_awareness_is_refused(dpo):
    with pytest.raises(NotAllowed, match="between our awareness and now"):
        told(opened(dpo), dpo, -1, to="platform", recipient="Meta", now=NOW)


def test_it_closes_only_when_nothing_is_missing(dpo, deputy):
    incident = assessed(dpo)
    with pytest.raises(NotAllowed, match="effects and the remedy"):
        incidents.close(incident=incident, actor=dpo, now=NOW)
    incidents.describe(incident=incident, facts="a", effects="b", remedy="c", actor=dpo, now=NOW)
    agreed(incident, "authority", True, dpo, deputy)
    agreed(incident, "people", False, dpo, deputy)
    with pytest.raises(NotAllowed, match="no notice is recorded: Authority"):
        incidents.close(incident=incident, actor=dpo, now=NOW)
    told(incident, dpo, 10)
    incidents.close(incident=incident, actor=dpo, now=NOW + timedelta(days=1))
    with pytest.raises(NotAllowed, match="is closed"):
        incidents.describe(incident=incident, facts="x", effects="", remedy="", actor=dpo, now=NOW)


def test_a_high_risk_needs_a_decision_about_the_people(dpo, deputy):
    incident = assessed(dpo, likelihood=4, severity=4)
    agreed(incident, "authority", True, dpo, deputy)
    assert any("Art. 34" in gap for gap in incidents.closing_gaps(incident))


def test_an_unlikely_risk_need_not_be_notified_and_leaves_the_queue(dpo, deputy):
    incident = assessed(dpo, likelihood=1, severity=1)
    assert list(Incident.objects.authority_waits()) == [incident]
    agreed(incident, "authority", False, dpo, deputy)
    assert not Incident.objects.authority_waits().exists()
    assert incidents.open_deadlines(incident) == []


def test_evidence_is_kept_encrypted_and_opening_it_is_recorded(dpo, db):
    incident = opened(dpo)
    kept = incident_file(incident)
    assert b"".join(incidents.content(file=kept, actor=dpo, now=NOW)) == b"The newsletter, as sent."
    assert AuditEvent.objects.filter(action="incident.file_read", object_id=str(incident.pk)).exists()


def test_the_portal_itself_judges_nothing(dpo):
    incident = opened(dpo)
    with pytest.raises(NotAllowed, match="judged by people"):
        incidents.close(incident=incident, actor=SYSTEM, now=NOW)


def test_only_somebody_who_may_work_on_incidents_gets_one(dpo):
    incident = opened(dpo)
    with pytest.raises(NotAllowed, match="may not work on incidents"):
        incidents.assign(incident=incident, owner=make.StaffFactory(role=Role.CLERK), actor=dpo, now=NOW)
