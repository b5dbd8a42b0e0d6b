"""Complaints (DPA 2018 s164A) and reports about children: no identity asked, looked into, answered."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from correspondence.models import Letter
from dsar.enums import CaseStatus, Judgement, Outcome, Right
from dsar.models import CaseLink, Inquiry, Run
from dsar.rules.transitions import NotAllowed
from dsar.services import child_reports, complaints, intake
from tests.factories import NOW, CaseFactory, IdentityFactory, SubjectFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


def opened(right, handler, country="GB"):
    subject = SubjectFactory(country=country)
    IdentityFactory(subject=subject)
    return intake.open_case(
        subject=subject, right=right, channel="email", received_at=NOW, actor=handler, now=NOW,
        words="You never answered me.",
    )  # fmt: skip


@pytest.fixture
def complaint(handler):
    return opened(Right.COMPLAINT, handler)


def test_a_complaint_is_acknowledged_at_once_and_nobody_proves_anything(complaint):
    assert (complaint.status, complaint.verification_level) == (CaseStatus.VERIFIED, 0)
    letter = Letter.objects.get(case_id=complaint.pk)
    assert letter.template == "complaint_received"
    assert "authority at any time" in letter.body


def conclude(case, actor, **more):
    values = {
        "finding": "upheld",
        "explanation": "A rule of the mailbox lost it.",
        "changes": "The rule is gone.",
    }
    return complaints.conclude(case=case, actor=actor, now=LATER, **(values | more))


def test_a_complaint_is_looked_into_and_answered_with_what_changes(complaint, dpo):
    other = CaseFactory(subject=complaint.subject)
    complaints.complain_of(case=complaint, other=other, actor=dpo, now=LATER)
    complaints.add_step(case=complaint, what="Mail log read", note="Found on line 9", actor=dpo, now=LATER)
    conclude(complaint, dpo)
    complaint.refresh_from_db()
    assert complaint.outcome == Outcome.FULFILLED
    body = Letter.objects.get(template="complaint_outcome").body
    assert "A rule of the mailbox lost it." in body
    assert "The rule is gone." in body
    assert "Information Commissioner" in body
    assert CaseLink.objects.get().other == other
    assert complaint.events.filter(kind="inquiry").exclude(plain="").exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [({"explanation": ""}, "what you found"), ({"changes": " "}, "what we change")],
)
def test_an_answer_names_reasons_and_what_changes(complaint, dpo, more, sentence):
    complaints.add_step(case=complaint, what="Looked", note="", actor=dpo, now=LATER)
    with pytest.raises(NotAllowed, match=sentence):
        conclude(complaint, dpo, **more)
    assert complaint.is_open


def test_nobody_concludes_what_nobody_looked_into(complaint, dpo):
    with pytest.raises(NotAllowed, match="Nobody has looked"):
        conclude(complaint, dpo)
    with pytest.raises(IntegrityError, match="inquiry_concluded_whole"), transaction.atomic():
        Inquiry.objects.create(case=complaint, opened_at=NOW, finding="upheld")


def test_a_complaint_is_about_a_case_of_the_same_person(complaint, dpo):
    with pytest.raises(NotAllowed, match="another person's"):
        complaints.complain_of(case=complaint, other=CaseFactory(), actor=dpo, now=LATER)


def test_only_complaints_are_looked_into_like_that(dpo):
    with pytest.raises(NotAllowed, match="Only a complaint"):
        complaints.add_step(case=CaseFactory(), what="x", note="", actor=dpo, now=LATER)


def test_a_report_about_a_child_leads_to_a_deletion_that_somebody_approves(handler):
    case = opened(Right.CHILD_REPORT, handler)
    assert Letter.objects.get(case_id=case.pk).template == "child_report_received"
    child_reports.name_account(case=case, account="kid@example.org", actor=handler)
    report = child_reports.judge(
        case=case,
        judgement=Judgement.CHILD,
        reason="The profile names a school class",
        actor=handler,
        now=LATER,
    )
    deletion = report.deletion
    assert (deletion.right, deletion.received_at) == (Right.DELETION, NOW)
    assert deletion.status == CaseStatus.PLANNING
    assert Run.objects.filter(case=deletion, kind="plan").exists()
    case.refresh_from_db()
    assert case.outcome == Outcome.FULFILLED
    told = Letter.objects.get(case_id=case.pk, template="child_report_done").body
    assert "kid@example.org" not in told
    assert deletion.reference not in told


def test_a_known_account_is_found_by_its_proved_address(handler):
    known = IdentityFactory(value="kid@example.org").subject
    case = opened(Right.CHILD_REPORT, handler)
    report = child_reports.judge(
        case=case, judgement=Judgement.CHILD, reason="School class", account="kid@example.org", actor=handler,
        now=LATER,
    )  # fmt: skip
    assert report.deletion.subject == known


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"judgement": Judgement.CHILD, "reason": ""}, "Write why"),
        ({"judgement": Judgement.CHILD, "reason": "x"}, "Name the account"),
    ],
)
def test_a_judgement_needs_its_reason_and_its_account(handler, more, sentence):
    case = opened(Right.CHILD_REPORT, handler)
    with pytest.raises(NotAllowed, match=sentence):
        child_reports.judge(case=case, actor=handler, now=LATER, **more)


def test_a_report_that_is_wrong_deletes_nothing(handler):
    case = opened(Right.CHILD_REPORT, handler)
    report = child_reports.judge(
        case=case, judgement=Judgement.NOT_A_CHILD, reason="Verified adult", actor=handler, now=LATER
    )
    assert report.deletion is None
    with pytest.raises(NotAllowed, match="answered"):
        child_reports.judge(case=case, judgement=Judgement.CHILD, reason="x", actor=handler, now=LATER)
