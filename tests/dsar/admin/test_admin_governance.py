"""Decisions, mandates, relations, recipients and complaints through the staff desk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.enums import Role
from correspondence.models import Letter
from dsar.enums import CaseStatus, Outcome, Right
from dsar.models import Case, CaseLink, Decision, KeptItem, RecipientNotice, Representative
from tests import desk
from tests import factories as make
from tests.people import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def at(case, page="change"):
    return f"/staff/dsar/case/{case.pk}/{page}/"


def on(row, page="change"):
    return f"/staff/dsar/{row._meta.model_name}/{row.pk}/{page}/"


@pytest.fixture
def case():
    subject = make.IdentityFactory().subject
    return make.CaseFactory(
        verified=True, subject=subject, received_at=make.NOW.replace(month=11), due_on="2026-12-11",
        statutory_due_on="2026-12-14", extend_by_on="2026-12-14",
    )  # fmt: skip


@pytest.fixture
def theirs(handler):
    """The handler's browser."""
    return desk.signed_in(handler)


REFUSAL = {"codes": ["EXCESSIVE"], "reasons": "Eleven times since Monday."}


def test_a_refusal_from_the_proposal_to_the_closed_case(case, theirs, client):
    page = text_of(theirs.get(at(case, "refuse")))
    assert "A refusal has to reach the person by" in page
    assert "Manifestly excessive (GDPR Art. 12(5))" in page
    assert "Civ. Code" not in page.split("<fieldset")[1]
    theirs.post(at(case, "refuse"), REFUSAL)
    decision = Decision.objects.get()
    page = text_of(client.get(on(decision, "approve")))
    assert "Eleven times since Monday." in page
    assert "Who proposes never approves." in page
    assert "Refuse and send the letter" in page
    answer = client.post(on(decision, "approve"))
    assert answer.url == at(case)
    case.refresh_from_db()
    assert case.outcome == Outcome.REFUSED
    assert "What was said to the person" in text_of(client.get(on(decision)))


def test_the_proposer_sees_no_button_and_cannot_post(case, client):
    client.post(at(case, "refuse"), REFUSAL)
    decision = Decision.objects.get()
    page = text_of(client.get(on(decision, "approve")))
    assert "You proposed this. Somebody else has to decide." in page
    assert "Refuse and send the letter" not in page
    assert client.post(on(decision, "approve")).status_code == 409
    assert Case.objects.get(pk=case.pk).is_open


def test_approving_needs_a_fresh_proof(case, theirs, officer):
    theirs.post(at(case, "refuse"), REFUSAL)
    stale = desk.signed_in(officer, stepped_up=False)
    page = text_of(stale.get(on(Decision.objects.get(), "approve")))
    assert "Confirm who I am" in page
    assert "reauthenticate" in stale.post(on(Decision.objects.get(), "approve")).url
    assert Decision.objects.get().status == "proposed"


def test_a_ground_of_another_law_is_not_offered_and_not_taken(case, theirs):
    answer = theirs.post(at(case, "refuse"), {**REFUSAL, "codes": ["D_SECURITY"]})
    assert answer.status_code == 422
    assert "D_SECURITY is not one of the available choices" in text_of(answer)
    assert not Decision.objects.exists()


def test_what_was_typed_stays_when_a_proposal_lacks_something(case, theirs):
    answer = theirs.post(at(case, "refuse"), {"reasons": "Long thought about words."})
    assert answer.status_code == 422
    assert "Long thought about words." in text_of(answer)


def test_a_late_decision_without_a_word_about_it_can_only_go_back(case, theirs, client):
    Case.objects.filter(pk=case.pk).update(extend_by_on="2026-11-20")
    assert theirs.post(at(case, "refuse"), REFUSAL).status_code == 409
    decision = make.DecisionFactory(case=case)
    page = text_of(client.get(on(decision, "approve")))
    assert "does not say why" in page
    assert "Refuse and send the letter" not in page
    client.post(on(decision, "return"), {"reason": "Say why it is late"})
    decision.refresh_from_db()
    assert decision.status == "returned"


def test_a_fee_is_proposed_approved_and_paid(case, theirs, client):
    theirs.post(
        at(case, "fee"), {**REFUSAL, "amount": "20", "currency": "EUR", "computed": "2 hours at 10 EUR"}
    )
    decision = Decision.objects.get()
    assert "Ask for the fee and send the letter" in text_of(client.get(on(decision, "approve")))
    client.post(on(decision, "approve"))
    client.post(on(decision, "paid"), {"how": "Bank statement 44"})
    decision.refresh_from_db()
    assert decision.paid_on is not None


def test_the_work_queue_counts_what_waits(case, theirs, client):
    make.DecisionFactory(case=case)
    make.RepresentativeFactory()
    make.RecipientNoticeFactory()
    make.KeptItemFactory(release_on="2026-11-01")
    page = text_of(client.get("/staff/"))
    for words in ("Mandates to check", "Recipients not told", "Kept data due", "Refusal: <bdi>"):
        assert words in page
    assert "Refusal: <bdi>" not in text_of(theirs.get("/staff/"))


def test_evidence_is_downloaded_and_never_shown_inline(case, theirs, client):
    file = SimpleUploadedFile("list.txt", b"first\nsecond")
    theirs.post(at(case, "refuse"), {**REFUSAL, "file": file})
    answer = client.post(on(Decision.objects.get(), "evidence"))
    assert answer.content == b"first\nsecond"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"


def test_a_question_and_its_answer(case, theirs):
    theirs.post(at(case, "clarify"), {"question": "Which workspace?"})
    page = text_of(theirs.get(at(case)))
    assert "Which workspace?" in page
    assert "No answer yet." in page
    theirs.post(at(case, "answered"), {"text": "The red one", "received_at": "2026-11-24T02:30"})
    assert "The red one" in text_of(theirs.get(at(case)))


def test_cases_are_split_merged_and_related(case, theirs):
    theirs.post(at(case, "split"), {"rights": ["deletion"]})
    made = Case.objects.get(right=Right.DELETION)
    assert made.received_at == case.received_at
    assert made.reference in text_of(theirs.get(at(case)))
    other = make.CaseFactory(verified=True, subject=case.subject, received_at=make.NOW)
    assert theirs.post(at(case, "merge"), {"other": "NO-2026-0001"}).status_code == 422
    theirs.post(at(case, "merge"), {"other": other.reference})
    assert Case.objects.get(pk=case.pk).outcome == Outcome.DUPLICATE
    stranger = make.CaseFactory(verified=True)
    answer = theirs.post(at(other, "merge"), {"other": stranger.reference})
    assert answer.status_code == 409
    assert "different people" in text_of(answer)
    theirs.post(at(other, "relate"), {"other": stranger.reference, "note": "One household"})
    assert CaseLink.objects.filter(kind="related").exists()


def test_a_mandate_from_its_registration_to_the_acceptance(theirs):
    one = make.CaseFactory(subject=make.IdentityFactory(subject__country="US", subject__region="CA").subject,
                           right=Right.OPT_OUT, regime="ccpa")  # fmt: skip
    theirs.post(at(one, "represent"), {"acts_as": "agent", "name": "Ada", "email": "ada@example.org"})
    claim = Representative.objects.get()
    assert "Check the mandate" in text_of(theirs.get(at(one)))
    assert theirs.get(at(one, "mandate")).url == on(claim)
    assert "The proof is missing" in text_of(theirs.get(on(claim)))
    assert theirs.post(on(claim, "accept"), {"reason": "x"}).status_code == 409
    theirs.post(on(claim, "add-proof"), {"file": SimpleUploadedFile("m.pdf", b"%PDF-1.7")})
    theirs.post(on(claim, "accept"), {"reason": "Signature compared"})
    one.refresh_from_db()
    assert (one.status, one.verification_level) == (CaseStatus.VERIFIED, 0)


def test_a_parent_is_judged_before(theirs):
    one = make.CaseFactory()
    claim = make.RepresentativeFactory(case=one, acts_as="parent", person_age=9, proof_sha256="a" * 64)
    answer = theirs.post(on(claim, "accept"), {"reason": "Birth certificate"})
    assert answer.status_code == 409
    assert "could harm it" in text_of(answer)
    theirs.post(on(claim, "accept"), {"reason": "Birth certificate, no dispute", "child_is_safe": "on"})
    claim.refresh_from_db()
    assert claim.status == "accepted"


def test_recipients_are_told_one_or_all(case, theirs):
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.READY)
    notices = [make.RecipientNoticeFactory(case=case) for _ in range(3)]
    assert "Tell the recipients" in text_of(theirs.get(at(case)))
    theirs.post(on(notices[0], "write"), {"to": "privacy@partner.example"})
    theirs.post(on(notices[1], "leave-out"), {"reason": "Dissolved"})
    theirs.post(at(case, "tell"), {"notices": [str(notices[2].pk)], "how": "In their portal"})
    assert not RecipientNotice.objects.filter(sent_at=None, not_told_reason="").exists()
    assert Letter.objects.filter(template="recipient_notice").count() == 1
    theirs.post(on(notices[0], "answer"), {"reason": "Done"})
    assert RecipientNotice.objects.get(pk=notices[0].pk).answer == "Done"
    assert "Tell the recipients" not in text_of(theirs.get(at(case)))


def test_kept_data_are_listed_dated_and_released(theirs):
    item = make.KeptItemFactory(release_on=None)
    assert "no date known" in text_of(theirs.get("/staff/dsar/keptitem/?view=kept"))
    theirs.post(on(item, "date"), {"release_on": "2026-11-24"})
    assert "Due" in text_of(theirs.get("/staff/dsar/keptitem/"))
    theirs.post(on(item, "release"), {"how": "Deleted in the archive"})
    assert KeptItem.objects.get().released_at is not None


def test_a_complaint_is_looked_into_and_answered(client):
    subject = make.IdentityFactory(subject__country="GB").subject
    one = make.CaseFactory(verified=True, right=Right.COMPLAINT, regime="uk_gdpr", subject=subject)
    assert "Look into the complaint" in text_of(client.get(at(one)))
    client.post(at(one, "inquire"), {"what": "Mail log read", "note": "Line 9"})
    assert "Line 9" in text_of(client.get(at(one)))
    client.post(
        at(one, "conclude"), {"finding": "upheld", "explanation": "We lost it.", "changes": "A new rule."}
    )
    one.refresh_from_db()
    assert one.outcome == Outcome.FULFILLED
    assert "We lost it." in Letter.objects.get(template="complaint_outcome").body


def test_a_report_is_judged(theirs):
    one = make.CaseFactory(verified=True, right=Right.CHILD_REPORT, subject=make.IdentityFactory().subject)
    assert "Judge the report" in text_of(theirs.get(at(one)))
    theirs.post(at(one, "judge"), {"judgement": "not_a_child", "account_key": "email", "reason": "Adult"})
    one.refresh_from_db()
    assert one.outcome == Outcome.FULFILLED


def test_a_clerk_registers_and_decides_nothing():
    clerk = desk.signed_in(desk.staff("Clara", Role.CLERK))
    claim = make.RepresentativeFactory()
    assert clerk.post(on(claim, "accept"), {"reason": "x"}).status_code == 403
    assert clerk.get(on(claim)).status_code == 200
