"""Nobody can be asked who they are for an opt-out, a limit, a withdrawal, a complaint or a child report.

One table of every right that is free, under every regime, by every route: services, the staff desk (pages
and direct POSTs), public pages and links, registering by staff, the public form, the sweep.
"""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from accounts.services.audit import Actor
from correspondence.models import Letter
from dsar.enums import Channel, Method, Regime
from dsar.models import Case, ClockEvent, EmailProof
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, identity, intake, links, proofs
from dsar.services.identity import answering, asking, documents, reopening
from dsar.services.identity.answering import Signature
from tests import desk
from tests.factories import NOW, CaseFactory, IdentityFactory, SubjectFactory, UserFactory
from tests.people import signed_in

pytestmark = pytest.mark.django_db
FREE = ("opt_out", "limit", "withdrawal", "complaint", "child_report")
TABLE = [(right, regime.value) for right in FREE for regime in Regime]
ASKED = [method for method in Method if method != Method.NONE]
DOUBT = "There is a doubt that would be good enough for another right."
TOKEN = "t" * 43


def case_of(right, regime, **more):
    subject = SubjectFactory(user=UserFactory() if more.pop("account", False) else None)
    IdentityFactory(subject=subject, verified_at=None)
    given = {"channel": "email", "status": "new"}
    return CaseFactory(subject=subject, right=right, regime=regime, **given | more)


def untouched(case):
    """Whether the person of a case was asked nothing and the clock knows of nothing."""
    case.refresh_from_db()
    asked = case.identity_checks.exclude(method=Method.NONE)
    return not (
        asked.exists()
        or EmailProof.objects.filter(case=case).exists()
        or ClockEvent.objects.filter(case=case).exists()
        or Letter.objects.filter(case_id=case.pk).exists()
        or case.status == "verifying"
    )


@pytest.mark.parametrize(("right", "regime"), TABLE)
@pytest.mark.parametrize("channel", ["dashboard", "email", "platform", "public_form"])
def test_may_ask_says_no_to_every_way(right, regime, channel):
    case = case_of(right, regime, channel=channel)
    assert all(identity.may_ask(case, method) for method in ASKED)
    assert identity.need_of(case).enough == identity.need_of(case).ceiling == 0


@pytest.mark.parametrize(("right", "regime"), TABLE)
def test_no_service_asks(right, regime, handler):
    case = case_of(right, regime)
    for method in ASKED:
        with pytest.raises(NotAllowed):
            asking.ask(case=case, method=method, actor=handler, now=NOW, doubt=DOUBT)
    with pytest.raises(NotAllowed):
        proofs.ask_for_proof(case=case, actor=handler, now=NOW)
    for level in range(1, 6):
        with pytest.raises(NotAllowed):
            cases.verify(case=case, level=level, method="we looked closely", actor=handler, now=NOW)
    asking.again(case=case, now=NOW, address="192.0.2.1")
    assert reopening.sweep(now=NOW + timedelta(days=60)) == {"expired": 0, "reminded": 0, "proposed": 0}
    assert untouched(case)
    cases.verify(case=case, level=0, method="nothing asked", actor=handler, now=NOW)
    assert Case.objects.get(pk=case.pk).status == "verified"


@pytest.mark.slow
@pytest.mark.parametrize(("right", "regime"), TABLE)
def test_no_staff_page_offers_it_and_no_post_does_it(right, regime):
    case = case_of(right, regime)
    client = desk.signed_in(desk.staff("Jonas Feld", Role.DPO))
    page = client.get(reverse("admin:dsar_case_verify", args=[case.pk])).content.decode()
    assert "Nobody may be asked who they are for this right" in page
    assert reverse("admin:dsar_case_prove", args=[case.pk]) not in page
    for method in ASKED:
        answer = client.post(
            reverse("admin:dsar_case_prove", args=[case.pk]), {"method": method, "doubt": DOUBT}
        )
        assert answer.status_code in (409, 422)
    for level in range(1, 6):
        data = {"level": str(level), "method": "we looked closely"}
        assert client.post(reverse("admin:dsar_case_verify", args=[case.pk]), data).status_code in (409, 422)
    assert untouched(case)


@pytest.mark.parametrize(("right", "regime"), TABLE)
@pytest.mark.parametrize(
    "method", [Method.KNOWLEDGE, Method.SWORN, Method.DECLARATION, Method.DOCUMENT, Method.MANDATE]
)
def test_no_link_takes_a_proof_even_if_a_row_were_forged(client, right, regime, method, time_machine):
    time_machine.move_to(NOW, tick=False)
    case = case_of(right, regime)
    case.identity_checks.create(
        method=method, level=3, asked_at=NOW, doubt=DOUBT, expires_at=NOW + timedelta(days=1),
        token_hash=hashlib.sha256(TOKEN.encode()).hexdigest(),
    )  # fmt: skip
    path = reverse("identity_answer", args=[TOKEN])
    file = SimpleUploadedFile("card.png", b"\x89PNG\r\n\x1a\n")
    assert client.get(path).status_code == 410
    assert client.post(path, {"file": file}).status_code == 410
    assert client.post(path, {"answer_0": "x", "name": "Nina", "agreed": "on"}).status_code == 410
    file.seek(0)
    with pytest.raises(NotAllowed):
        answering.hand_in(token=TOKEN, file=file, now=NOW, address="")
    with pytest.raises(NotAllowed):
        answering.declare(token=TOKEN, signature=Signature("Nina", agreed=True), now=NOW, address="")
    with pytest.raises(NotAllowed):
        answering.answer(token=TOKEN, answers=[], now=NOW, address="")
    assert case.identity_checks.get().arrived_at is None


@pytest.mark.parametrize(("right", "regime"), TABLE)
def test_no_public_page_asks(client, right, regime):
    case = case_of(right, regime)
    way = [case.pk, links.key_of(case.pk)]
    assert "We wait for you" not in client.get(reverse("public_status", args=way)).content.decode()
    client.post(reverse("public_proof_again", args=way))
    client.post(reverse("public_reopen", args=way))
    assert untouched(case)


@pytest.mark.parametrize(("right", "regime"), TABLE)
def test_no_sign_in_is_asked_for(right, regime):
    case = case_of(right, regime, account=True)
    with pytest.raises(NotAllowed):
        answering.sign_in(case=case, actor=Actor.of(case.subject.user), now=NOW)
    client = signed_in(case.subject.user)
    client.post(reverse("request_identity", args=[case.pk]))
    assert untouched(case)


@pytest.mark.parametrize("right", ["opt_out", "withdrawal", "child_report"])
def test_the_public_form_and_staff_who_register_ask_nothing(right, handler):
    place = {"country": "DE", "region": "", "now": NOW}
    intake.open_public_request(
        email="a@example.org", name="", right=right, words="", language="en", address="", **place
    )
    intake.register_by_staff(
        email="b@example.org", name="", right=right, channel=Channel.POST, received_at=NOW, actor=handler,
        **place,
    )  # fmt: skip
    assert {case.status for case in Case.objects.all()} <= {"verified", "ready"}
    assert all(case.verified_at == NOW for case in Case.objects.all())
    assert not EmailProof.objects.exists()
    assert not Letter.objects.filter(template__in=["prove_email", "ask_identity"]).exists()


def test_the_sweep_of_documents_finds_none():
    assert documents.sweep(now=NOW) == 0
