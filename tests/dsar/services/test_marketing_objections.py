"""An objection to marketing alone is absolute (GDPR Art. 21(2)-(3)): no route asks anybody for proof."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.services.audit import Actor
from correspondence.models import Letter
from correspondence.services import triage
from dsar.enums import CaseStatus, Right
from dsar.models import Case, EmailProof
from dsar.rules.transitions import NotAllowed
from dsar.services import identity, intake, objections, proofs
from dsar.services.rights import Asked, may_process, objecting
from tests import desk
from tests.correspondence.post import arrive, mail
from tests.factories import NOW, SubjectFactory, UserFactory
from tests.people import signed_in

pytestmark = pytest.mark.django_db
MAIL = "I object to the use of my data for direct marketing. Please stop your newsletters."


def by_dashboard(purposes):
    user = UserFactory()
    SubjectFactory(user=user)
    client = signed_in(user, proved=False)
    client.post(reverse("request_new"), {"right": "objection"})
    client.post(reverse("request_data"), {"stop_objection": purposes, "words": ""})
    client.post(reverse("request_send"))


def by_public_form(purposes):
    Client().post(
        reverse("public_request"),
        {"right": "objection", "email": "who@example.org", "place": "DE", "stop_objection": purposes},
    )


def by_staff(purposes):
    client = desk.signed_in(desk.staff("Clara", Role.CLERK))
    answer = client.post(
        reverse("admin:dsar_case_add"),
        {"name": "Who", "email": "who@example.org", "right": "objection", "channel": "post", "country": "DE",
         "received_at": "2026-10-12T09:30", "language": "en", "stop_objection": purposes},
    )  # fmt: skip
    assert answer.status_code == 302


def by_mail(purposes):
    words = MAIL if purposes == ["marketing"] else "I object to analytics and to marketing."
    message = arrive(mail("Please", words))
    assert message.proposed_rights == ["objection"]
    staff = Actor.of(desk.staff("Clara", Role.CLERK))
    triage.make_case(message=message, right="objection", country="DE", region="", actor=staff, now=NOW)


ROUTES = [by_dashboard, by_public_form, by_staff, by_mail]


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_who_objects_to_marketing_alone_gets_a_link(route):
    route(["marketing"])
    case = Case.objects.get()
    assert (case.status, case.verification_level) == (CaseStatus.READY, 0)  # no system is to be told
    assert not EmailProof.objects.exists()
    assert not Letter.objects.filter(template="prove_email").exists()
    assert may_process(purpose="marketing", now=NOW, subject=case.subject).because == "objection"
    with pytest.raises(NotAllowed, match="nobody may be asked"):
        identity.check_may_ask(Case(right="objection", subject=case.subject, status="new", pk=case.pk,
                                    regime=case.regime, channel=case.channel), "email")  # fmt: skip


@pytest.mark.parametrize("route", [by_public_form, by_staff, by_mail])
def test_an_objection_to_more_is_weighed_and_its_person_proves_the_address(route):
    route(["marketing", "analytics"])
    case = Case.objects.get()
    assert case.status == CaseStatus.VERIFYING
    assert EmailProof.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        (MAIL, True),
        ("Bitte keine Werbung mehr.", True),
        ("Hiermit widerspreche ich der Nutzung meiner Daten für Werbung.", True),
        ("I object to the processing of my data.", False),
        ("Stop all marketing. I also object to any other processing.", False),
        ("I object to marketing and profiling.", False),
        ("Your marketing is funny.", False),
    ],
)
def test_only_plain_words_are_taken_for_marketing_alone(text, alone):
    from correspondence.rules.proposing import objects_to_marketing_alone

    assert objects_to_marketing_alone(text) is alone


@pytest.fixture
def unknown(handler):
    """An objection by post that names nothing; the address got its link."""
    return intake.register_by_staff(
        email="who@example.org", name="Who", right=Right.OBJECTION, channel="post", received_at=NOW,
        country="DE", region="", actor=handler, now=NOW,
    )  # fmt: skip


def test_marketing_recorded_later_ends_the_question_who_asks(unknown, handler):
    assert EmailProof.objects.get().expires_at > NOW
    later = NOW + timedelta(hours=1)
    objections.record(case=unknown, purposes=("marketing",), reason="", actor=handler, now=later)
    assert (unknown.status, unknown.verification_level) == (CaseStatus.READY, 0)
    assert EmailProof.objects.get().expires_at == later
    assert not unknown.identity_checks.open().exists()
    with pytest.raises(NotAllowed):
        proofs.ask_for_proof(case=unknown, actor=handler, now=later)


def test_nothing_but_marketing_is_recorded_of_somebody_unknown(unknown, handler):
    assert set(objections.purposes_for(unknown)) == {"marketing"}
    with pytest.raises(NotAllowed, match="Only marketing"):
        objections.record(
            case=unknown, purposes=("marketing", "analytics"), reason="", actor=handler, now=NOW
        )
    assert not unknown.opt_outs.exists()


def test_who_was_asked_nothing_cannot_object_to_more_in_the_same_case(handler):
    case = intake.open_case(
        subject=SubjectFactory(), right=Right.OBJECTION, channel="email", received_at=NOW, actor=handler,
        now=NOW, asked=Asked(purposes=("marketing",)),
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="Split the rest off"):
        objecting.weigh(case=case, purpose="analytics", actor=handler, now=NOW)
    with pytest.raises(NotAllowed, match="Split the rest off"):
        objecting.record(case=case, purposes=("analytics",), reason="", actor=handler, now=NOW)
