"""Nobody is asked who they are for an opt-out, a limit, a withdrawal, a complaint or a report about a child.

A table: each right × each way in. A way in is one function in ROUTES: (right) -> case. Add one for each new
way (mail, interface); nothing else is to be changed. Whatever the way, the case is free at once, at level 0,
and every way of asking afterwards is closed: link, staff, code, agent.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from config.profile import active_profile
from config.profile.law import NO_CHECK
from correspondence.models import Letter
from dsar.enums import CaseStatus, Right
from dsar.models import Case, EmailProof
from dsar.rules import mandates
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, intake, proofs, relations, representation, representing
from dsar.services.representing import Claim, Person
from tests import desk
from tests.factories import NOW, CaseFactory, IdentityFactory, SubjectFactory, UserFactory
from tests.people import signed_in

pytestmark = pytest.mark.django_db
PLACES = {Right.OPT_OUT: "US-CA", Right.LIMIT: "US-CA", Right.COMPLAINT: "GB"}
FREE = [Right(right) for right in NO_CHECK]


def place(right: Right) -> tuple[str, str]:
    """Return country and region in which a right is offered."""
    country, _, region = PLACES.get(right, "DE").partition("-")
    return country, region


def by_dashboard(right: Right) -> Case:
    """Choose, describe and send a request, the password given an hour ago."""
    country, region = place(right)
    user = UserFactory()
    SubjectFactory(user=user, country=country, region=region)
    client = signed_in(user, proved=False)
    client.post(reverse("request_new"), {"right": right})
    client.post(reverse("request_data"), {"words": "The account of my neighbour's child."})
    answer = client.post(reverse("request_send"))
    assert "reauthenticate" not in answer.url, "No password is asked again for this right."
    return Case.objects.get()


def by_public_form(right: Right) -> Case:
    """Fill in the form for people without an account."""
    Client().post(
        reverse("public_request"),
        {"right": right, "email": "who@example.org", "name": "", "words": "It happened.",
         "place": PLACES.get(right, "DE")},
    )  # fmt: skip
    return Case.objects.get()


def by_staff(right: Right) -> Case:
    """Register what came by letter, in the staff desk."""
    country, region = place(right)
    client = desk.signed_in(desk.staff("Clara", Role.CLERK))
    client.post(
        reverse("admin:dsar_case_add"),
        {"name": "Who", "email": "who@example.org", "right": right, "channel": "post", "country": country,
         "region": region, "received_at": "2026-10-12T09:30", "language": "en", "words": "It happened."},
    )  # fmt: skip
    return Case.objects.get()


def by_service(right: Right) -> Case:
    """Open the case as the interface and the mailboxes do."""
    country, region = place(right)
    subject = SubjectFactory(country=country, region=region)
    return intake.open_case(
        subject=subject, right=right, channel="email", received_at=NOW, actor=_staff(), now=NOW
    )


def by_agent(right: Right) -> Case:
    """Ask for somebody else, with the signed permission, which staff accept."""
    country, region = place(right)
    case = representing.open_for_somebody(
        claim=Claim("agent", "Ada", "ada@example.org"),
        person=Person("Who", "who@example.org", country, region),
        rights=[right], words="", language="en", now=NOW, address="",
        file=SimpleUploadedFile("m.pdf", b"%PDF-1.7"),
    )[0]  # fmt: skip
    representation.accept(
        representative=case.representatives.get(), reason="Signature seen", actor=_staff(), now=NOW
    )
    return case


def by_split(right: Right) -> Case:
    """Split off a message whose sender is not verified."""
    country, region = place(right)
    subject = IdentityFactory(subject__country=country, subject__region=region).subject
    first = CaseFactory(subject=subject, right=Right.ACCESS)
    return relations.split(case=first, rights=[right], actor=_staff(), now=NOW)[0]


def _staff() -> Any:
    from accounts.services.audit import Actor

    return Actor.of(desk.staff("Hanna", Role.HANDLER))


ROUTES: dict[str, Callable[[Right], Case]] = {
    "dashboard": by_dashboard,
    "public form": by_public_form,
    "staff": by_staff,
    "service": by_service,
    "agent": by_agent,
    "split": by_split,
}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize("right", FREE)
@pytest.mark.parametrize("route", ROUTES)
def test_nobody_is_asked_who_they_are(route, right):
    case = ROUTES[route](right)
    case.refresh_from_db()
    assert case.right == right
    assert case.status in (CaseStatus.VERIFIED, CaseStatus.READY)
    assert case.verification_level == 0
    assert case.verification_method.startswith("nothing asked")
    assert not EmailProof.objects.exists()
    asking = {"prove_email", "agent_confirmation", "download_code"}
    assert not Letter.objects.filter(template__in=asking).exists()


@pytest.mark.parametrize("right", FREE)
def test_nothing_can_be_asked_afterwards_either(right, handler):
    case = by_service(right)
    with pytest.raises(NotAllowed):
        proofs.ask_for_proof(case=case, actor=handler, now=NOW)
    for level in range(1, 6):
        with pytest.raises(NotAllowed):
            cases.verify(case=case, level=level, method="x", actor=handler, now=NOW)


@pytest.mark.parametrize("right", FREE)
def test_not_even_before_a_case_was_freed(right, handler):
    country, region = place(right)
    case = CaseFactory(
        right=right, status=CaseStatus.NEW, subject=IdentityFactory(subject__country=country).subject,
        regime=active_profile().regime_for(country, region).value,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="nobody may be asked"):
        proofs.ask_for_proof(case=case, actor=handler, now=NOW)
    for level in range(1, 6):
        with pytest.raises(NotAllowed, match="nobody may be asked"):
            cases.verify(case=case, level=level, method="x", actor=handler, now=NOW)


@pytest.mark.parametrize("right", FREE)
def test_no_agent_is_confirmed_with_the_person(right):
    assert not mandates.confirms_with_person("agent", right, profile_wants=True)
