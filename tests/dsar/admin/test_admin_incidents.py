"""Incidents in the staff desk: the clock in words, each act, and who may do it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.services.audit import Actor
from dsar.admin.incident_words import left_words
from dsar.models import Incident
from dsar.services import incidents
from tests import desk
from tests import factories as make
from tests.dsar.scenes import incident_file

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def incident(hours=20, **fields):
    """Make an incident that we have been aware of for some hours."""
    aware = NOW - timedelta(hours=hours)
    made = make.IncidentFactory(aware_at=aware, opened_at=aware, **fields)
    make.IncidentAccountFactory(incident=made)
    return made


def url(one, act=""):
    return reverse(f"admin:dsar_incident_{act or 'change'}", args=[one.pk])


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(hours=52), "52 hours left"), (timedelta(hours=1), "1 hour left"),
        (timedelta(minutes=59), "59 minutes left"), (timedelta(minutes=1), "1 minute left"),
        (timedelta(seconds=-1), "1 hour late"), (timedelta(hours=-5, seconds=1), "5 hours late"),
    ],
)  # fmt: skip
def test_the_clock_in_words(left, words):
    assert left_words(NOW + left, NOW) == words


def test_the_page_shows_hours_left_and_the_rule(client):
    page = client.get(url(incident(20, platforms=["linkedin", "meta"]))).content.decode()
    assert "52 hours left" in page
    assert "GDPR Art. 33(1)" in page
    assert "4 hours left" in page
    assert "Tell them at once" in page


def test_the_work_queue_counts_hours_and_leads_to_the_incident(client):
    one = incident(70)
    page = client.get("/staff/").content.decode()
    assert "2 hours left" in page
    assert url(one) in page


def test_the_security_officer_sees_incidents_on_the_queue_without_cases():
    officer = desk.signed_in(desk.staff("Ada Quint", Role.SECURITY_OFFICER))
    incident(70)
    page = officer.get("/staff/").content.decode()
    assert "2 hours left" in page
    assert "does not see cases" in page


def test_a_settled_incident_leaves_the_queue(client):
    one = incident(70)
    one.closed_at = NOW
    one.save()
    assert "hours left" not in client.get("/staff/").content.decode()


def test_who_sees_no_incidents_has_none_on_the_queue(handler):
    incident(70)
    page = desk.signed_in(handler).get("/staff/").content.decode()
    assert "hours left" not in page
    assert "/staff/dsar/incident/" not in page


def registered(**fields):
    return {
        "title": "Laptop lost", "kind": "confidentiality", "aware_at": "2026-11-23T10:00",
        "facts": "Left on a train.", "platforms": ["linkedin"],
    } | fields  # fmt: skip


def test_registering_takes_times_of_the_company_zone(client):
    answer = client.post(reverse("admin:dsar_incident_add"), registered())
    one = Incident.objects.get()
    assert answer.url == url(one)
    assert one.aware_at == datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # ten o'clock in Los Angeles


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"aware_at": ""}, "required"), ({"aware_at": "2027-01-01T10:00"}, "still to come")],
)
def test_registering_without_true_awareness_is_refused_and_keeps_what_was_typed(client, fields, said):
    answer = client.post(reverse("admin:dsar_incident_add"), registered(**fields))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "Left on a train." in answer.content.decode()
    assert not Incident.objects.exists()


def test_assess_propose_decide_notify_close(client, officer):
    one = incident(20)
    assess = {"likelihood": "3", "severity": "3", "reasons": "Many.", "people": "40", "risk": ""}
    assert client.post(url(one, "assess"), assess).status_code == 302
    for question, tell in (("authority", "yes"), ("people", "yes")):
        client.post(url(one, "propose"), {"question": question, "tell": tell, "reasons": "It follows."})
    deputy = desk.signed_in(desk.staff("Mirela Stanciu", Role.DEPUTY_DPO))
    for waiting in one.decisions.filter(decided_at=None):
        sent = {"decision": waiting.pk, "approve": "yes", "answer": ""}
        assert client.post(url(one, "decide"), sent).status_code == 409
        assert deputy.post(url(one, "decide"), sent).status_code == 302
    for to, who in (("authority", "BfDI"), ("people", "All forty")):
        sent = {"to": to, "recipient": who, "sent_at": "2026-11-24T01:00", "summary": "What is known."}
        assert client.post(url(one, "notify"), sent).status_code == 302
    assert client.post(url(one, "close")).status_code == 302
    one.refresh_from_db()
    assert one.closed_at == NOW
    page = client.get(url(one)).content.decode()
    assert "Incident closed" in page
    assert "hours left" not in page


def test_what_is_missing_before_closing_is_said(client):
    answer = client.post(url(incident(), "close"))
    assert answer.status_code == 409
    assert "Assess the risk." in client.get(url(Incident.objects.get())).content.decode()


def test_deciding_the_own_proposal_says_who_may(client, officer):
    one, me = incident(), Actor.of(officer)
    incidents.assess(incident=one, categories=[], people=1, records=1, likelihood=3, severity=3,
                     reasons="x", actor=me, now=NOW)  # fmt: skip
    incidents.propose(incident=one, question="authority", tell=True, reasons="x", actor=me, now=NOW)
    assert "Somebody else has to decide" in client.get(url(one, "decide")).content.decode()


def test_evidence_is_a_download_never_a_page(client):
    one = incident()
    kept = incident_file(one)
    answer = client.get(reverse("admin:dsar_incident_file", args=[one.pk, kept.pk]))
    assert b"".join(answer.streaming_content) == b"The newsletter, as sent."
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


def test_the_file_of_another_incident_is_not_found(client):
    kept = incident_file(incident())
    other = incident()
    assert client.get(reverse("admin:dsar_incident_file", args=[other.pk, kept.pk])).status_code == 404


@pytest.mark.parametrize(
    ("role", "reads", "decides"),
    [
        (Role.SECURITY_OFFICER, 200, 200), (Role.DPO, 200, 200), (Role.AUDITOR, 200, 403),
        (Role.HANDLER, 403, 403), (Role.CLERK, 403, 403), (Role.TECHNICAL_ADMIN, 403, 403),
    ],
)  # fmt: skip
def test_who_reads_and_who_decides(role, reads, decides):
    one = incident()
    client = desk.signed_in(desk.staff("Somebody", role))
    assert client.get(url(one)).status_code == reads
    assert client.get(url(one, "decide")).status_code == decides
    assert client.get(url(one, "assess")).status_code == decides


def test_the_list_shows_the_soonest_clock(client):
    incident(70)
    page = client.get(reverse("admin:dsar_incident_changelist")).content.decode()
    assert "2 hours left" in page
