"""Who asks: the page of staff, what it offers, what it refuses, and the look at a document."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from accounts.services.audit import Actor
from correspondence.models import Letter
from dsar.enums import CaseStatus, Method
from dsar.services.identity import answering, asking
from tests import desk
from tests.dsar.crm import case_of, token_of
from tests.factories import (
    NOW,
    CaseFactory,
    IdentityCheckFactory,
    IdentityFactory,
    SubjectFactory,
    UserFactory,
)
from tests.people import text_of

pytestmark = pytest.mark.django_db
DOUBT = "The address was never used with the account that is named."
PNG = b"\x89PNG\r\n\x1a\nmasked"


@pytest.fixture
def jonas(time_machine):
    time_machine.move_to(NOW, tick=False)
    return desk.staff("Jonas Feld", Role.HANDLER)


@pytest.fixture
def client(jonas):
    return desk.signed_in(jonas)


def european(**more):
    subject = SubjectFactory()
    IdentityFactory(subject=subject, verified_at=None)
    given = {"channel": "email", "status": "verifying"}
    return CaseFactory(subject=subject, **given | more)


def url(case, act="verify"):
    return reverse(f"admin:dsar_case_{act}", args=[case.pk])


def handed_in(jonas, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    check = asking.ask(case=european(), method=Method.DOCUMENT, actor=Actor.of(jonas), now=NOW, doubt=DOUBT)
    file = SimpleUploadedFile("card.png", PNG)
    answering.hand_in(token=token_of(check), file=file, now=NOW, address="")
    return check


def test_the_page_says_what_is_enough_what_is_the_ceiling_and_where_that_stands(client):
    page = text_of(client.get(url(european())))
    assert "Ceiling: level 5, GDPR Art. 12(6); Recital 64." in page
    assert "verification 2026-11-25" in page
    assert "only with a recorded doubt" in page


def test_what_may_not_be_asked_says_why(client):
    page = text_of(client.get(url(case_of())))
    assert "For this right we may not go beyond level 4 (11 CCR 7061, 7062(c), 7063(a), 7060(d))" in page
    case = european()
    case.subject.user = UserFactory()
    case.subject.save()
    page = text_of(client.get(url(case)))
    assert "The person can sign in: no identity document may be asked for." in page


def test_the_least_intrusive_way_stands_first(client):
    page = text_of(client.get(url(european())))
    ways = re.findall(r"<h3>.*?</svg>([^<]+)</h3>", page)
    assert ways[0] == Method.EMAIL.label
    assert ways[-1] == Method.DOCUMENT.label


def test_asking_sends_the_letter(client):
    case = european()
    answer = client.post(url(case, "prove"), {"method": "document", "doubt": DOUBT})
    assert answer.url == url(case)
    assert Letter.objects.get(case_id=case.pk).template == "ask_identity"
    assert "we wait for the person" in text_of(client.get(url(case)))


@pytest.mark.parametrize("doubt", ["", "hm"])
def test_a_document_without_doubt_is_refused_by_post(client, doubt):
    case = european()
    answer = client.post(url(case, "prove"), {"method": "document", "doubt": doubt})
    assert answer.status_code == 409
    assert "say in a sentence why you doubt" in text_of(answer)
    assert not case.identity_checks.exists()


@pytest.mark.parametrize("method", ["judgement", "none", "platform", "passport", ""])
def test_only_ways_that_are_asked_by_letter_can_be_posted(client, method):
    assert client.post(url(european(), "prove"), {"method": method, "doubt": DOUBT}).status_code == 422


def test_more_than_the_ceiling_is_refused_by_post(client):
    case = case_of()
    assert client.post(url(case, "prove"), {"method": "document", "doubt": DOUBT}).status_code == 409
    assert client.post(url(case), {"level": "5", "method": "passport"}).status_code == 422
    assert client.post(url(european(right="restriction")), {"level": "3", "method": "x"}).status_code == 422
    assert not case.identity_checks.exists()


def test_a_correction_asks_first_what_is_contested(client, crm):
    case = case_of(right="rectification")
    page = text_of(client.get(url(case, "prove") + "?method=knowledge"))
    assert "What the person contests" in page
    assert client.post(url(case, "prove"), {"method": "knowledge"}).status_code == 409
    posted = {"method": "knowledge", "avoid": ["payment"]}
    assert client.post(url(case, "prove"), posted).status_code == 302


def test_a_document_is_seen_once_after_a_fresh_code_and_then_decided(client, jonas, settings, tmp_path):
    check = handed_in(jonas, settings, tmp_path)
    case = check.case
    stale = desk.signed_in(jonas, stepped_up=False)
    assert "reauthenticate" in stale.post(url(case, "seeproof"), {"proof": check.pk}).url
    seen = client.post(url(case, "seeproof"), {"proof": check.pk})
    assert seen.content == PNG
    assert seen["Content-Disposition"].startswith("attachment")
    assert "no-store" in seen["Cache-Control"]
    assert client.post(url(case, "seeproof"), {"proof": check.pk}).status_code == 409
    data = {"proof": check.pk, "passed": "yes", "reason": "The name and the validity fit."}
    assert client.post(url(case, "decideproof"), data).status_code == 302
    case.refresh_from_db()
    assert (case.status, case.verification_level) == (CaseStatus.VERIFIED, 5)
    page = text_of(client.get(url(case)))
    assert "destroyed" in page
    assert "Who asks is settled" in page


def test_the_proof_of_another_case_is_not_seen_here(client, jonas, settings, tmp_path):
    check = handed_in(jonas, settings, tmp_path)
    assert client.post(url(european(), "seeproof"), {"proof": check.pk}).status_code == 422
    check.refresh_from_db()
    assert check.viewed_at is None


def test_a_clerk_and_an_auditor_neither_ask_nor_see(settings, tmp_path, jonas):
    check = handed_in(jonas, settings, tmp_path)
    for role in (Role.CLERK, Role.AUDITOR):
        other = desk.signed_in(desk.staff(f"{role} one", role))
        for act in ("verify", "prove", "seeproof", "decideproof", "reopen"):
            assert other.post(url(check.case, act), {"proof": check.pk}).status_code == 403


def test_a_closed_unverified_case_is_opened_again(client):
    case = european(status="closed", closed_at=NOW, outcome="unverified")
    assert client.post(url(case, "reopen")).status_code == 302
    case.refresh_from_db()
    assert case.status == CaseStatus.VERIFYING
    answered = european(status="closed", closed_at=NOW, outcome="withdrawn")
    assert client.post(url(answered, "reopen")).status_code == 409


def test_proofs_that_wait_have_a_list_of_their_own(client):
    waiting = IdentityCheckFactory(arrived_at=NOW).case
    IdentityCheckFactory()
    IdentityCheckFactory(arrived_at=NOW, result="failed", decided_at=NOW)
    page = client.get(reverse("admin:dsar_case_changelist") + "?view=proof").content.decode()
    assert re.findall(r"TT-2026-\d+", page).count(waiting.reference) >= 1
    assert set(re.findall(r"TT-2026-\d+", page)) == {waiting.reference}
    assert "Proof to check" in page
