"""Asking without an account: the same answer for everybody, and only a pressed button proves a mailbox."""

import re

import pytest
from django.core.cache import cache

from config.profile import active_profile
from correspondence.enums import Template
from correspondence.models import Letter
from dsar.enums import CaseStatus, Right
from dsar.models import Case, EmailProof
from dsar.rules import verification
from tests.people import text_of

pytestmark = pytest.mark.django_db
ASK = "/ask/"
ANSWERS = {
    "right": "access",
    "email": "nina@example.org",
    "name": "Nina",
    "place": "DE",
    "words": "before 2024",
}


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


def link():
    """Return the path of the proof link that was last written."""
    body = Letter.objects.filter(template=Template.PROVE_EMAIL).latest("created_at").body
    return re.search(r"/ask/confirm/[^/\s]+/", body).group()


def test_a_request_waits_for_the_proof_and_keeps_what_was_said(client):
    assert client.post(ASK, ANSWERS).url == "/ask/sent/"
    case = Case.objects.get()
    assert (case.status, case.right, case.words) == (CaseStatus.VERIFYING, Right.ACCESS, "before 2024")
    assert (case.subject.country, case.regime) == ("DE", "eu_gdpr")
    assert "nina@example.org" in text_of(client.get("/ask/sent/"))


def without_token(page):
    """Take out what is drawn anew for each page: the token of its forms."""
    return re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", page)


def test_nobody_learns_whether_an_address_is_known(client, person):
    known = client.post(ASK, ANSWERS | {"email": person.email})
    page = without_token(text_of(client.get(known.url)))
    other = client.post(ASK, ANSWERS | {"email": "nobody@example.org"})
    assert (known.status_code, known.url) == (other.status_code, other.url)
    second = without_token(text_of(client.get(other.url)))
    assert page.replace(person.email, "") == second.replace("nobody@example.org", "")


def test_a_robot_in_the_trap_gets_the_same_answer_and_opens_nothing(client):
    assert client.post(ASK, ANSWERS | {"website": "http://spam.example"}).url == "/ask/sent/"
    assert Case.objects.count() == 0


def test_errors_name_each_field_and_lose_nothing(client):
    page = text_of(client.post(ASK, ANSWERS | {"email": "nina@", "place": "XX"}))
    assert '<a href="#id_email">This is no complete e-mail address.' in page
    assert 'href="#id_place"' in page
    assert "before 2024" in page
    assert 'value="nina@"' in page


def test_names_in_any_script_are_kept(client):
    client.post(ASK, ANSWERS | {"name": "نورا الحمداني 🙂"})
    assert Case.objects.get().subject.name == "نورا الحمداني 🙂"


def test_a_name_of_four_thousand_characters_is_refused_with_a_sentence(client):
    page = text_of(client.post(ASK, ANSWERS | {"name": "x" * 4000}))
    assert "Shorten your name to 200 characters." in page


def test_opening_the_link_burns_nothing(client):
    client.post(ASK, ANSWERS)
    for _ in range(3):
        assert "Yes, it is mine" in text_of(client.get(link()))
    assert EmailProof.objects.get().used_at is None
    assert Case.objects.get().status == CaseStatus.VERIFYING


def test_pressing_the_button_proves_the_mailbox_and_leads_to_the_status(client):
    client.post(ASK, ANSWERS)
    answer = client.post(link())
    case = Case.objects.get()
    assert case.status == CaseStatus.VERIFIED
    assert answer.url.startswith(f"/ask/status/{case.pk}/")
    page = text_of(client.get(answer.url))
    assert case.reference in page
    assert "Nina" not in page
    assert "nina@example.org" not in page


def test_a_used_link_says_that_all_is_well(client):
    client.post(ASK, ANSWERS)
    client.post(link())
    answer = client.post(link())
    assert answer.status_code == 410
    assert "This link was used already" in text_of(answer)
    assert "Send me a fresh link" not in text_of(answer)


def test_an_expired_link_offers_a_fresh_one_that_works(client, time_machine):
    time_machine.move_to("2026-10-12T09:00:00Z")
    client.post(ASK, ANSWERS)
    old = link()
    time_machine.shift(active_profile().cases.verification_link_hours * 3600 + 60)
    page = text_of(client.post(old))
    assert "This link has expired" in page
    assert f"{old}again/" in page
    assert client.post(f"{old}again/").url == "/ask/sent/"
    assert link() != old
    assert client.post(link()).status_code == 302
    assert Case.objects.get().received_at.isoformat().startswith("2026-10-12T09:00")


def test_an_unknown_link_leads_to_the_form(client):
    page = text_of(client.post("/ask/confirm/made-up/"))
    assert "We do not know this link" in page
    assert 'href="/ask/"' in page


def test_a_fresh_link_for_an_unknown_one_says_nothing(client):
    assert client.post("/ask/confirm/made-up/again/").url == "/ask/sent/"
    assert Letter.objects.count() == 0


def test_too_many_requests_from_one_network_are_told_and_nothing_typed_is_lost(client):
    for number in range(verification.PER_ADDRESS):
        client.post(ASK, ANSWERS | {"email": f"n{number}@example.org"})
    page = text_of(client.post(ASK, ANSWERS))
    assert "Too many requests came from your network" in page
    assert "before 2024" in page


def test_a_right_that_is_not_offered_there_is_told_at_the_choice(client, monkeypatch):
    from dsar.rules.transitions import NotAllowed
    from dsar.services import intake

    def refuse(**_):
        raise NotAllowed("Our policy does not offer this where you live.")

    monkeypatch.setattr(intake, "open_public_request", refuse)
    assert '<a href="#id_right">Our policy does not offer this' in text_of(client.post(ASK, ANSWERS))
