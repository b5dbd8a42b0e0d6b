"""A person's own requests: plain words only, nobody else's, taken back only on purpose."""

from datetime import date

import pytest

from correspondence.enums import Template
from correspondence.rules.clauses import TO_OTHERS
from dsar.enums import CaseStatus, Right
from tests import factories as make
from tests.people import signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(person):
    return make.CaseFactory(subject=person.subject, verified=True, status=CaseStatus.PLANNED)


def test_the_timeline_shows_only_what_is_meant_for_the_person(person, case):
    make.CaseEventFactory(case=case, what="Opened by the API", plain="We have your request")
    make.CaseEventFactory(case=case, what="Plan blocked: users.email NOT NULL", plain="")
    page = text_of(signed_in(person).get(f"/requests/{case.pk}/"))
    assert "We have your request" in page
    assert "Plan blocked" not in page
    assert "Opened by the API" not in page


def test_the_date_comes_with_the_stored_derivation(person, case):
    make.ClockEvaluationFactory(case=case)
    page = text_of(signed_in(person).get(f"/requests/{case.pk}/"))
    assert "Wednesday<br>11 November 2026" in page
    assert "Received on Monday 12 October 2026." in page
    assert "Art. 12(3) GDPR" in page


def test_a_late_request_says_so_and_names_the_authority(person, case, time_machine):
    time_machine.move_to("2026-11-13T12:00:00Z")
    page = text_of(signed_in(person).get(f"/requests/{case.pk}/"))
    assert "We are late, and we are sorry." in page
    assert "https://www.bfdi.bund.de" in page or "authority" in page


def test_another_persons_request_is_not_there(person):
    other = make.CaseFactory()
    client = signed_in(person)
    for path in ("", "withdraw/"):
        assert client.get(f"/requests/{other.pk}/{path}").status_code == 404
    assert client.post(f"/requests/{other.pk}/withdraw/").status_code == 404


def test_opening_the_withdrawal_page_changes_nothing(person, case):
    page = text_of(signed_in(person).get(f"/requests/{case.pk}/withdraw/"))
    case.refresh_from_db()
    assert case.status == CaseStatus.PLANNED
    assert "Withdraw my request" in page


def test_a_confirmed_withdrawal_closes_the_case(person, case):
    client = signed_in(person)
    answer = client.post(f"/requests/{case.pk}/withdraw/", follow=True)
    case.refresh_from_db()
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, "withdrawn")
    assert "You took the request back" in text_of(answer)


def test_a_deletion_that_has_begun_cannot_be_taken_back(person):
    case = make.CaseFactory(
        subject=person.subject, verified=True, right=Right.DELETION, status=CaseStatus.RUNNING
    )
    make.StepFactory(plan=make.PlanFactory(case=case), operation="erase", started_at=make.NOW)
    client = signed_in(person)
    assert "The deletion has begun." in text_of(client.get(f"/requests/{case.pk}/withdraw/"))
    assert "The deletion has begun." in text_of(client.post(f"/requests/{case.pk}/withdraw/", follow=True))
    case.refresh_from_db()
    assert case.status == CaseStatus.RUNNING


def test_letters_are_shown_as_sent_and_proof_links_are_not(person, case):
    sent = {"case_id": case.pk, "sent_at": make.NOW, "sha256": "0" * 64}
    letter = make.LetterFactory(title="Your data has been deleted", body="18 rows stay.\n<script>", **sent)
    proof = make.LetterFactory(template=Template.PROVE_EMAIL, title="Confirm your address", **sent)
    waiting = make.LetterFactory(case_id=case.pk, title="Not sent yet")
    client = signed_in(person)
    page = text_of(client.get(f"/requests/{case.pk}/"))
    assert "Your data has been deleted" in page
    assert "Confirm your address" not in page
    assert "Not sent yet" not in page
    text = text_of(client.get(f"/requests/{case.pk}/letters/{letter.pk}/"))
    assert "18 rows stay." in text
    assert "&lt;script&gt;" in text
    for hidden in (proof, waiting):
        assert client.get(f"/requests/{case.pk}/letters/{hidden.pk}/").status_code == 404


def test_a_letter_of_another_case_is_not_found_through_ones_own(person, case):
    letter = make.LetterFactory(case_id=make.CaseFactory().pk, sent_at=make.NOW, sha256="0" * 64)
    assert signed_in(person).get(f"/requests/{case.pk}/letters/{letter.pk}/").status_code == 404


def test_open_requests_come_before_closed_ones(person, case):
    closed = make.CaseFactory(
        subject=person.subject,
        verified=True,
        status=CaseStatus.CLOSED,
        outcome="fulfilled",
        closed_at=make.NOW,
        due_on=date(2026, 10, 20),
    )
    page = text_of(signed_in(person).get("/requests/"))
    assert page.index(case.reference) < page.index(closed.reference)


def test_no_requests_yet_says_what_would_be_here(person):
    assert "You have not asked us for anything yet" in text_of(signed_in(person).get("/requests/"))


def test_a_letter_can_be_taken_along_as_pdf(person, case):
    letter = make.LetterFactory(
        case_id=case.pk, reference=case.reference, sent_at=make.NOW, sha256="0" * 64, language="de"
    )
    page = signed_in(person).get(f"/requests/{case.pk}/letters/{letter.pk}/").content.decode()
    assert f"/requests/{case.pk}/letters/{letter.pk}/letter.pdf" in page
    answer = signed_in(person).get(f"/requests/{case.pk}/letters/{letter.pk}/letter.pdf")
    assert answer.content.startswith(b"%PDF-1.7")
    assert "no-store" in answer["Cache-Control"]
    assert f"letter-{case.reference}.pdf" in answer["Content-Disposition"]


@pytest.mark.parametrize("template", sorted(TO_OTHERS))
@pytest.mark.parametrize("end", ["", "letter.pdf"])
def test_what_others_were_written_about_the_case_is_not_the_persons(person, case, template, end):
    letter = make.LetterFactory(case_id=case.pk, template=template, sent_at=make.NOW, sha256="0" * 64)
    client = signed_in(person)
    assert client.get(f"/requests/{case.pk}/letters/{letter.pk}/{end}").status_code == 404
    assert str(letter.pk) not in client.get(f"/requests/{case.pk}/").content.decode()


@pytest.mark.parametrize("more", [{"stage": "draft"}, {"stage": "approval"}, {}])
def test_a_letter_that_has_not_left_is_nobodys_yet(person, case, more):
    letter = make.LetterFactory(case_id=case.pk, status="waiting", **more)
    assert signed_in(person).get(f"/requests/{case.pk}/letters/{letter.pk}/letter.pdf").status_code == 404
