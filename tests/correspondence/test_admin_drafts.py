"""Drafts, texts and authorities at the desk: what staff see, what is refused, and who may."""

import pytest
from django.utils import timezone

from accounts.enums import Role
from correspondence.enums import Dispatch, Stage, Template, TextStatus
from correspondence.models import Letter, LetterTemplate
from correspondence.services import templates
from tests import desk
from tests import factories as make

LIST, TEXTS = "/staff/correspondence/letter/", "/staff/correspondence/lettertemplate/"
REASON = "We must keep invoices for ten years."


@pytest.fixture
def handler(db):
    return desk.signed_in(desk.staff("Jonas Feld", Role.HANDLER))


@pytest.fixture
def officer(db):
    return desk.signed_in(desk.staff("Katrin Vogelsang", Role.DPO))


@pytest.fixture
def case(db):
    person = make.SubjectFactory(country="DE", region="BY")
    return make.CaseFactory(subject=person, language="de", regime="eu_gdpr", verified=True)


def at(letter, page="change"):
    return f"{LIST}{letter.pk}/{page}/"


def draft(client, case, **more):
    given = {
        "template": Template.REFUSAL, "language": "de", "dispatch": "email", "to": "leo@example.org",
        "reasons": REASON, "on": "",
    }  # fmt: skip
    answer = client.post(f"/staff/dsar/case/{case.pk}/draft/", given | more)
    assert answer.status_code == 302, answer.context["form"].errors
    return Letter.objects.latest("created_at")


def form_of(letter, **more):
    facts = {f"fact_{key}": "\n".join(value) for key, value in (letter.clause_facts or {}).items()}
    given = {"dispatch": letter.dispatch, "to": letter.to, "title": letter.title, "body": letter.body}
    return given | facts | more


def test_the_draft_begins_in_the_persons_language_and_leads_to_its_editor(handler, case):
    page = handler.get(f"/staff/dsar/case/{case.pk}/draft/")
    assert page.context["form"].initial["language"] == "de"
    letter = draft(handler, case)
    assert (letter.stage, letter.language, letter.reference) == (Stage.DRAFT, "de", case.reference)
    assert "Landesamt für Datenschutzaufsicht" in letter.body
    assert "Letter drafted" in list(case.events.values_list("what", flat=True))


def test_letters_that_move_dates_are_not_offered_by_hand(handler, case):
    offered = dict(
        handler.get(f"/staff/dsar/case/{case.pk}/draft/").context["form"].fields["template"].choices
    )
    assert not {Template.EXTENSION, Template.ASK_IDENTITY, Template.ACKNOWLEDGEMENT} & set(offered)
    answer = handler.post(
        f"/staff/dsar/case/{case.pk}/draft/",
        {"template": Template.EXTENSION, "language": "de", "dispatch": "email", "to": "a@b.org"},
    )
    assert answer.status_code == 422


def test_the_preview_names_what_is_missing_and_offers_no_sending(handler, case):
    letter = draft(handler, case, reasons="")
    html = handler.get(at(letter)).content.decode()
    assert "It cannot be sent yet." in html
    assert "It does not say: the reason" in html
    assert at(letter, "submit") not in html
    assert handler.post(at(letter, "submit")).status_code == 409
    assert Letter.objects.get(pk=letter.pk).stage == Stage.DRAFT


def test_taking_the_court_out_by_hand_is_seen_at_once(handler, case):
    letter = draft(handler, case)
    handler.post(at(letter, "edit"), form_of(letter, body=letter.body.replace("Gericht", "Amt")))
    assert "that there is a court" in handler.get(at(letter)).content.decode()


def test_from_draft_to_sent_through_a_second_person(handler, officer, case):
    letter = draft(handler, case)
    body = letter.body.replace("Guten Tag", "Sehr geehrter Herr Beispiel")
    assert handler.post(at(letter, "edit"), form_of(letter, body=body)).status_code == 302
    assert "Sehr geehrter" in handler.get(at(letter, "submit")).content.decode()
    assert handler.post(at(letter, "submit")).status_code == 302
    assert handler.get(at(letter, "approve")).status_code == 403
    assert "Sehr geehrter" in officer.get(at(letter, "approve")).content.decode()
    assert officer.post(at(letter, "approve")).status_code == 302
    letter.refresh_from_db()
    assert (letter.stage, letter.status, letter.approved_by.name) == (
        Stage.FINAL,
        "ready",
        "Katrin Vogelsang",
    )
    assert "We wrote to you" in list(case.events.values_list("plain", flat=True))


def test_an_officer_cannot_approve_her_own_letter(officer, case):
    letter = draft(officer, case)
    officer.post(at(letter, "submit"))
    assert "somebody else has to decide" in officer.get(at(letter, "approve")).content.decode()
    assert officer.post(at(letter, "approve")).status_code == 409
    assert Letter.objects.get(pk=letter.pk).stage == Stage.APPROVAL


def test_a_letter_sent_back_shows_why(handler, officer, case):
    letter = draft(handler, case)
    handler.post(at(letter, "submit"))
    officer.post(at(letter, "return"), {"why": "Name the invoices."})
    assert "Name the invoices." in handler.get(at(letter)).content.decode()


def test_a_letter_by_post_is_printed_fetched_and_posted(handler, case):
    letter = draft(
        handler, case, template=Template.FREE, dispatch="post", to="Leo Beispiel\nWeg 1\n80331 München"
    )
    handler.post(at(letter, "edit"), form_of(letter, title="Ihre Frage", body="Guten Tag,\n\ndie Antwort."))
    handler.post(at(letter, "submit"))
    assert handler.post(at(letter, "posted"), {"posted_on": "2026-01-01", "evidence": "x"}).status_code == 409
    handler.post(at(letter, "print"))
    paper = handler.get(f"{LIST}{letter.pk}/letter.pdf")
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-1.7")
    today = timezone.now().date().isoformat()
    handler.post(at(letter, "posted"), {"posted_on": today, "evidence": "RR 1 DE"})
    letter.refresh_from_db()
    assert letter.sent_at
    assert "RR 1 DE" in handler.get(at(letter)).content.decode()
    assert handler.get(f"{LIST}{letter.pk}/letter.pdf").content == paper.content


def test_the_list_divides_letters_by_where_they_are(officer):
    waiting = {"status": "waiting"}
    make.LetterFactory(title="A draft", stage=Stage.DRAFT, **waiting)
    make.LetterFactory(title="To approve", stage=Stage.APPROVAL, **waiting)
    make.LetterFactory(title="To post", dispatch=Dispatch.POST, **waiting)
    make.LetterFactory(title="Given up", stage=Stage.DISCARDED, status="cancelled")
    make.LetterFactory(title="In the queue")
    make.LetterFactory(title="Gone", sent_at=make.NOW, sha256="ab" * 32, status="done")
    for view, title in {
        "drafts": "A draft", "approval": "To approve", "post": "To post", "waiting": "In the queue",
        "sent": "Gone",
    }.items():  # fmt: skip
        rows = officer.get(LIST, {"view": view}).context["cl"].result_list
        assert [row.title for row in rows] == [title], view


def test_a_letter_without_font_is_a_sentence_not_an_error(officer):
    letter = make.LetterFactory(body="\U0001f9ff", sent_at=make.NOW, sha256="ab" * 32)
    answer = officer.get(f"{LIST}{letter.pk}/letter.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (409, "text/plain; charset=utf-8")


def test_the_texts_show_versions_and_what_the_law_demands(officer):
    html = officer.get(TEXTS).content.decode()
    assert f"{TEXTS}text/refusal/de/" in html
    page = officer.get(f"{TEXTS}text/refusal/en/", {"regime": "uk_gdpr"}).content.decode()
    assert "Information Commissioner&#x27;s Office" in page
    assert "UK DPA 2018, s. 164A" in page


@pytest.mark.parametrize("path", ["free/en", "refusal/fr", "nothing/en"])
def test_there_is_no_page_for_what_is_no_text(officer, path):
    assert officer.get(f"{TEXTS}text/{path}/").status_code == 404


def test_a_text_is_published_by_another_person(officer):
    text = templates.shipped(Template.REFUSAL, "en").text
    colleague = desk.signed_in(desk.staff("Mirela Stanciu", Role.DEPUTY_DPO))
    form = {"text": text.replace("decided not to do it", "decided against it"), "why": "Plainer."}
    answer = officer.post(f"{TEXTS}text/refusal/en/", form)
    row = LetterTemplate.objects.get()
    assert answer.url == f"{TEXTS}{row.pk}/change/"
    page = officer.get(answer.url).content.decode()
    assert "decided against it" in page
    assert "somebody else has to publish it" in page
    assert officer.post(f"{TEXTS}{row.pk}/publish/").status_code == 409
    colleague.post(f"{TEXTS}{row.pk}/publish/")
    row.refresh_from_db()
    assert row.status == TextStatus.PUBLISHED
    assert "own-1" in officer.get(TEXTS).content.decode()


def test_a_text_without_its_clauses_stays_in_the_form_with_the_reason(officer):
    answer = officer.post(f"{TEXTS}text/refusal/en/", {"text": "No\nWe refuse.", "why": "Shorter."})
    assert answer.status_code == 422
    assert "Under eu_gdpr the letter would not say" in answer.content.decode()
    assert "We refuse." in answer.content.decode()
    assert not LetterTemplate.objects.exists()


@pytest.mark.parametrize(("role", "status"), [(Role.HANDLER, 403), (Role.POLICY_EDITOR, 422)])
def test_who_may_write_texts(db, role, status):
    client = desk.signed_in(desk.staff("Somebody", role))
    assert client.post(f"{TEXTS}text/refusal/en/", {"text": "", "why": ""}).status_code == status


@pytest.mark.parametrize(("query", "n"), [("", 53), ("de-by", 2), ("CNIL", 1), ("zzz", 0)])
def test_authorities_are_found(officer, query, n):
    page = officer.get("/staff/authorities/", {"q": query})
    assert len(page.context["found"]) == n
    if not n:
        assert "No authority fits" in page.content.decode()
