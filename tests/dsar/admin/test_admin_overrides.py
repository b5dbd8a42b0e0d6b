"""Correcting a clock in the desk: proposed by an officer, seen with its dates by another, told plainly."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.services.audit import Actor
from dsar.models import Case, ClockOverride
from dsar.services import intake
from tests import desk
from tests.factories import ClockOverrideFactory, IdentityFactory, SubjectFactory, UserFactory
from tests.people import signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def dpo():
    return desk.signed_in(desk.staff("Jonas Feld", Role.DPO))


@pytest.fixture
def deputy():
    return desk.signed_in(desk.staff("Mara Lind", Role.DEPUTY_DPO))


@pytest.fixture
def case():
    """A German access request, received an hour ago by post."""
    now = timezone.now()
    subject = SubjectFactory(user=UserFactory())
    IdentityFactory(subject=subject)
    return intake.open_case(
        subject=subject, right="access", channel="post", received_at=now - timedelta(hours=1),
        actor=Actor.of(desk.staff("Hanna", Role.HANDLER)), now=now,
    )  # fmt: skip


def propose(client, case, days=4, reason="The postmark is older."):
    at = timezone.localtime(case.received_at - timedelta(days=days))
    data = {"received_at": at.strftime("%Y-%m-%dT%H:%M"), "reason": reason}
    return client.post(reverse("admin:dsar_case_correct-receipt", args=[case.pk]), data)


def page(name, row):
    return reverse(f"admin:dsar_clockoverride_{name}", args=[row.pk])


def test_from_the_proposal_to_the_line_that_the_person_reads(dpo, deputy, case):
    was = case.due_on
    assert propose(dpo, case).status_code == 302
    row = ClockOverride.objects.get()
    seen = text_of(deputy.get(page("approve", row)))
    assert "How the dates change" in seen
    assert "The postmark is older." in seen
    assert "Answer due" in seen
    case.refresh_from_db()
    assert case.due_on == was
    assert "Clocks to correct" in text_of(deputy.get("/staff/"))
    assert "Clocks to correct" not in text_of(dpo.get("/staff/"))
    assert deputy.post(page("approve", row)).status_code == 302
    case.refresh_from_db()
    assert case.due_on == was - timedelta(days=4) or case.due_on < was
    told = text_of(signed_in(case.subject.user).get(f"/requests/{case.pk}/"))
    assert "We corrected the day on which your request reached us" in told
    assert "The postmark is older." not in told
    shown = text_of(dpo.get(page("change", row)))
    assert "How the dates change" in shown
    assert "Mara Lind" in shown


def test_who_proposed_sees_why_they_do_not_decide(dpo, case):
    propose(dpo, case)
    row = ClockOverride.objects.get()
    assert "Somebody else has to decide" in text_of(dpo.get(page("approve", row)))
    assert dpo.post(page("approve", row)).status_code == 409
    assert dpo.post(page("return", row), {"reason": "No"}).status_code == 409
    row.refresh_from_db()
    assert row.status == "proposed"


def test_no_proposal_without_a_reason(dpo, case):
    assert propose(dpo, case, reason="").status_code == 422
    assert propose(dpo, case, reason="Short").status_code == 409
    assert not ClockOverride.objects.exists()


def test_a_pause_is_chosen_from_those_of_the_case(dpo, case):
    event = case.clock_events.create(
        kind="identity_requested", on=timezone.localdate(), note="Letter", recorded_at=timezone.now()
    )
    path = reverse("admin:dsar_case_override-pause", args=[case.pk])
    other = ClockOverrideFactory().case
    foreign = other.clock_events.create(
        kind="identity_requested", on=timezone.localdate(), note="Letter", recorded_at=timezone.now()
    )
    assert str(event.pk) in dpo.get(path).content.decode()
    assert dpo.post(path, {"event": foreign.pk, "reason": "It was needless."}).status_code == 422
    assert dpo.post(path, {"event": event.pk, "reason": "It was needless."}).status_code == 302
    assert ClockOverride.objects.get(case=case).event == event


def test_without_a_fresh_factor_nothing_is_approved(dpo, case):
    propose(dpo, case)
    late = desk.signed_in(desk.staff("Mara Lind", Role.DEPUTY_DPO), stepped_up=False)
    row = ClockOverride.objects.get()
    assert "reauthenticate" in late.post(page("approve", row)).url
    assert Case.objects.get(pk=case.pk).received_at == case.received_at


@pytest.mark.parametrize("role", [Role.HANDLER, Role.CLERK, Role.AUDITOR, Role.LEGAL_REVIEWER])
def test_nobody_else_proposes_or_decides(role, case):
    client = desk.signed_in(desk.staff("Clara", role))
    assert propose(client, case).status_code == 403
    row = ClockOverrideFactory(case=case)
    assert client.post(page("approve", row)).status_code == 403
