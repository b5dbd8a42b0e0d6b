"""What people read about a question, a refusal and who acts for them; and asking for somebody else."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from correspondence.models import Letter
from dsar.enums import Right
from dsar.models import Case, ClockEvent, Representative
from dsar.services import clarifying, decisions, links, representation
from tests.factories import CaseFactory, IdentityFactory
from tests.people import signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def theirs(person, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return CaseFactory(verified=True, subject=person.subject, received_at=timezone.now() - timedelta(days=1))


def page(person, case):
    return text_of(signed_in(person).get(reverse("request_status", args=[case.pk])))


def test_an_open_question_is_answered_on_the_page_and_the_clock_goes_on(person, theirs, handler):
    clarifying.ask(case=theirs, question="Which workspace?", actor=handler, now=timezone.now())
    assert "Which workspace?" in page(person, theirs)
    url = reverse("request_answer", args=[theirs.pk])
    client = signed_in(person)
    client.post(url, {"text": "  "})
    assert not ClockEvent.objects.filter(kind="clarification_received").exists()
    client.post(url, {"text": "The red one"})
    assert theirs.clarifications.get().answer == "The red one"
    assert ClockEvent.objects.filter(kind="clarification_received").exists()
    assert "Which workspace?" not in page(person, theirs)
    assert client.post(url, {"text": "Again"}).status_code == 302


def test_by_link_the_question_itself_is_not_shown_and_can_be_answered(handler):
    case = CaseFactory(verified=True, subject=IdentityFactory().subject)
    clarifying.ask(case=case, question="Is it about Carla?", actor=handler, now=timezone.now())
    client, way = Client(), [case.pk, links.key_of(case.pk)]
    html = text_of(client.get(reverse("public_status", args=way)))
    assert "Carla" not in html
    assert "Our question is in our letter" in html
    client.post(reverse("public_answer", args=way), {"text": "Yes"})
    assert case.clarifications.get().answer == "Yes"
    wrong = client.post(reverse("public_answer", args=[case.pk, "0" * 32]), {"text": "x"})
    assert wrong.status_code == 404


def test_a_refusal_is_explained_with_its_remedies(person, theirs, handler, dpo):
    now = timezone.now()
    decision = decisions.propose(
        case=theirs, kind="refusal", codes=["EXCESSIVE"], reasons="Eleven times.", actor=handler, now=now
    )
    assert "Why we did not do it" not in page(person, theirs)
    decisions.approve(decision=decision, actor=dpo, now=now)
    html = page(person, theirs)
    assert "Declined" in html
    assert "manifestly excessive" in html
    assert "court" in html


def test_people_see_who_acts_for_them(person, theirs, handler):
    claim = representation.register(
        case=theirs, acts_as="agent", name="Ada Agent", email="a@example.org", actor=handler,
        now=timezone.now(), file=SimpleUploadedFile("m.pdf", b"%PDF-1.7"),
    )  # fmt: skip
    assert "Ada Agent" not in page(person, theirs)
    representation.accept(representative=claim, reason="Seen", actor=handler, now=timezone.now())
    html = page(person, theirs)
    assert "<b>Ada Agent</b> acts for you" in html
    assert "The data go to the person alone." in html


FORM = {
    "acts_as": "agent", "name": "Ada Agent", "email": "ada@example.org", "person_name": "Paul",
    "person_email": "paul@example.org", "place": "DE", "right": "access", "words": "",
}  # fmt: skip


def send(**more):
    return Client().post(reverse("public_for_somebody"), {**FORM, **more})


def test_somebody_asks_for_another_person(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    answer = send(file=SimpleUploadedFile("m.pdf", b"%PDF-1.7 signed"), gets_letters="on")
    assert answer.url == reverse("public_for_somebody_sent")
    claim = Representative.objects.get()
    assert (claim.status, claim.gets_letters, claim.gets_package) == ("claimed", True, False)
    assert Letter.objects.get().to == "ada@example.org"
    assert text_of(Client().get(answer.url)).count("What comes next") == 1


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"acts_as": "parent"}, "how old the child is"),
        ({"acts_as": "estate"}, "Name the country"),
        ({"acts_as": "king"}, "king"),
        ({"right": ""}, "Choose what you want us to do."),
        ({"name": ""}, "required"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_opened(more, sentence):
    answer = send(**more)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert "paul@example.org" in text_of(answer)
    assert not Case.objects.exists()


def test_a_file_that_is_no_document_is_refused_and_nothing_is_opened(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    answer = send(file=SimpleUploadedFile("m.pdf", b"MZ program"))
    assert answer.status_code == 422
    assert "not a pdf file" in text_of(answer)
    assert not Case.objects.exists()


def test_a_robot_gets_the_same_answer_and_opens_nothing():
    assert send(website="http://spam").url == reverse("public_for_somebody_sent")
    assert not Case.objects.exists()


def test_a_handler_learns_of_the_claim_first(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    send(right="opt_out", place="US-CA")
    case = Case.objects.get()
    assert case.right == Right.OPT_OUT
    assert case.concern() == "mandate"
