"""A British complaint from its arrival to its letter: acknowledged in 30 days, looked into, answered.

Data Protection Act 2018 s164A (Data (Use and Access) Act 2025 s103): day 1 is the day after receipt.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.enums import Role
from correspondence.models import Letter
from correspondence.services import triage
from dsar.enums import CaseStatus, Outcome, Right
from dsar.models import Case, Inquiry
from tests import desk
from tests.correspondence.post import arrive, mail
from tests.factories import SubjectFactory, UserFactory
from tests.people import signed_in, text_of

pytestmark = pytest.mark.django_db
CAME = datetime(2026, 10, 14, 9, 0, tzinfo=UTC)
DAY_30 = date(2026, 11, 13)  # a Friday
WORDS = "This is a formal complaint: nobody answered me for two months."


@pytest.fixture(autouse=True)
def clock(time_machine, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    time_machine.move_to(CAME, tick=False)
    return time_machine


@pytest.fixture
def officer():
    """The data protection officer, who signs in anew for each look: days pass between them."""
    user = desk.staff("Jonas Feld", Role.DPO)

    class Officer:
        def get(self, *args):
            return desk.signed_in(user).get(*args)

        def post(self, *args):
            return desk.signed_in(user).post(*args)

    return Officer()


def by_mail(headers=()):
    message = arrive(mail("Complaint", WORDS, sender="nina@example.org", at=CAME, headers=headers), now=CAME)
    assert "complaint" in message.proposed_rights
    triage.make_case(
        message=message, right="complaint", country="GB", region="", now=CAME,
        actor=_actor("Clara", Role.CLERK),
    )  # fmt: skip
    return Case.objects.get()


def by_dashboard():
    user = UserFactory(email="nina@example.org", name="Nina Roth")
    SubjectFactory(user=user, country="GB", region="")
    client = signed_in(user, proved=False)
    client.post(reverse("request_new"), {"right": "complaint"})
    client.post(reverse("request_data"), {"words": WORDS})
    client.post(reverse("request_send"))
    return Case.objects.get()


def _actor(name, role):
    from accounts.services.audit import Actor

    return Actor.of(desk.staff(name, role))


def act(client, case, key, **data):
    return client.post(reverse(f"admin:dsar_case_{key}", args=[case.pk]), data)


def page_of(client, case):
    return text_of(client.get(reverse("admin:dsar_case_change", args=[case.pk])))


@pytest.mark.parametrize("way", [by_mail, by_dashboard])
def test_from_arrival_to_the_letter(way, officer, clock):
    case = way()
    assert (case.right, case.regime, case.status) == (Right.COMPLAINT, "uk_gdpr", CaseStatus.VERIFIED)
    found = case.evaluations.get(obligation="complaint_acknowledgement")
    assert (found.result["due_on"], case.confirm_by_on) == (DAY_30.isoformat(), DAY_30)
    assert (found.rule, case.acknowledged_at) == ("uk_gdpr.s164a", CAME)
    [first] = Letter.objects.filter(case_id=case.pk)
    assert (first.template, first.to) == ("complaint_received", "nina@example.org")
    page = page_of(officer, case)
    assert "Complaint to be acknowledged by" in page
    assert "Acknowledged on" in page
    assert "Not acknowledged in time" not in text_of(officer.get("/staff/"))
    clock.move_to(CAME + timedelta(days=9), tick=False)
    assert act(officer, case, "inquire", what="Mail log read", note="Line 9").status_code == 302
    said = {"finding": "upheld", "explanation": "A rule lost it.", "changes": "It is gone."}
    done = act(officer, case, "conclude", **said)
    assert done.status_code == 302
    case.refresh_from_db()
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, Outcome.FULFILLED)
    assert Inquiry.objects.get().finding == "upheld"
    last = Letter.objects.get(template="complaint_outcome")
    assert "A rule lost it." in last.body
    assert "Information Commissioner" in last.body
    assert last.to == "nina@example.org"


def test_a_complaint_of_a_machine_is_not_acknowledged_and_turns_up_when_the_day_has_passed(officer, clock):
    case = by_mail(headers=["Auto-Submitted: auto-generated"])
    assert (case.acknowledged_at, case.confirm_by_on) == (None, DAY_30)
    assert not Letter.objects.exists()
    clock.move_to(datetime(2026, 11, 13, 12, tzinfo=UTC), tick=False)
    queue = text_of(officer.get("/staff/"))
    assert "Not confirmed" in queue
    assert "Not acknowledged in time" not in queue
    clock.move_to(datetime(2026, 11, 14, 12, tzinfo=UTC), tick=False)
    assert "Not acknowledged in time" in text_of(officer.get("/staff/"))
    late = officer.get(reverse("admin:dsar_case_changelist"), {"trouble": "missed", "view": "open"})
    assert case.reference in text_of(late)
    assert act(officer, case, "acknowledge", dispatch="email", to="nina@example.org").status_code == 302
    case.refresh_from_db()
    assert case.acknowledged_at == datetime(2026, 11, 14, 12, tzinfo=UTC)
    assert Letter.objects.get().template == "complaint_received"
    assert "Not acknowledged in time" not in text_of(officer.get("/staff/"))


def test_a_complaint_without_an_address_is_confirmed_by_post(officer):
    case = by_mail(headers=["Auto-Submitted: auto-generated"])
    answer = act(officer, case, "acknowledge", dispatch="post", to="Nina Roth\n1 High Street\nLeeds")
    assert answer.status_code == 302
    letter = Letter.objects.get()
    assert (letter.dispatch, letter.stage, letter.sent_at) == ("post", "final", None)
    assert "Letters to post" in text_of(officer.get("/staff/"))
    assert case.events.filter(kind="acknowledged").exclude(plain="").exists()


@pytest.mark.parametrize(("dispatch", "to"), [("email", "no address"), ("post", "one line"), ("email", "")])
def test_nothing_is_confirmed_to_an_address_that_is_none(officer, dispatch, to):
    case = by_mail(headers=["Auto-Submitted: auto-generated"])
    assert act(officer, case, "acknowledge", dispatch=dispatch, to=to).status_code in (409, 422)
    case.refresh_from_db()
    assert case.acknowledged_at is None
    assert not Letter.objects.exists()


def test_nothing_is_confirmed_twice(officer):
    case = by_dashboard()
    assert act(officer, case, "acknowledge", dispatch="email", to="nina@example.org").status_code == 409
    assert Letter.objects.count() == 1
