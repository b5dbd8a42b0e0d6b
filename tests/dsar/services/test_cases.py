"""What staff and people do to a case: each act with its refusal."""

import pytest

from accounts.enums import Role
from accounts.models import AuditEvent
from accounts.services.audit import SYSTEM, Actor
from correspondence.models import Letter
from dsar.enums import CaseStatus, Channel, Right
from dsar.models import Case
from dsar.rules.transitions import PLANNED_RIGHTS, NotAllowed, next_action
from dsar.services import cases, closing, decisions, holdings, intake, postroom, rights
from tests.dsar.shop import approved, open_case, planned, work
from tests.factories import NOW, CaseFactory, IdentityFactory, LetterFactory, StaffFactory, SystemFactory
from tests.notices import tell_everybody
from tests.waiting import waited_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def posted(handler):
    """An access request that came by post, not verified."""
    return intake.register_by_staff(
        email="who@example.org", name="Who", right=Right.ACCESS, channel=Channel.POST, country="DE",
        region="", received_at=NOW, actor=handler, now=NOW,
    )  # fmt: skip


def test_a_case_is_given_to_somebody_who_may_handle_it(posted, handler):
    cases.assign(case=posted, assignee=handler.user, actor=handler, now=NOW)
    assert Case.objects.get(pk=posted.pk).assignee == handler.user
    auditor = StaffFactory(role=Role.AUDITOR)
    with pytest.raises(NotAllowed, match="may not handle"):
        cases.assign(case=posted, assignee=auditor, actor=handler, now=NOW)
    cases.assign(case=posted, assignee=None, actor=handler, now=NOW)


def test_a_note_is_encrypted_and_never_seen_by_the_person(posted, handler):
    note = cases.add_note(case=posted, text="  Sounds upset  ", actor=handler, now=NOW)
    assert note.text == "Sounds upset"
    assert not posted.events.filter(kind="note").exclude(plain="").exists()
    with pytest.raises(NotAllowed, match="Write something"):
        cases.add_note(case=posted, text=" ", actor=handler, now=NOW)


def test_staff_confirm_an_identity_up_to_the_ceiling(posted, handler):
    with pytest.raises(NotAllowed, match="not enough"):
        cases.verify(case=posted, level=0, method="", actor=handler, now=NOW)
    cases.verify(case=posted, level=3, method="Compared two invoices", actor=handler, now=NOW)
    posted.refresh_from_db()
    assert (posted.status, posted.verification_level) == (CaseStatus.VERIFIED, 3)
    assert posted.subject.identities.verified().exists()


def test_nothing_beyond_the_ceiling_is_asked(handler):
    case = intake.register_by_staff(
        email="who@example.org", name="Who", right=Right.OBJECTION, channel=Channel.POST, country="DE",
        region="", received_at=NOW, actor=handler, now=NOW,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="may not go beyond level 1"):
        cases.verify(case=case, level=5, method="Passport", actor=handler, now=NOW)


def test_a_verified_case_is_not_verified_again(posted, handler):
    cases.verify(case=posted, level=3, method="", actor=handler, now=NOW)
    with pytest.raises(NotAllowed, match="Confirming the identity"):
        cases.verify(case=posted, level=3, method="", actor=handler, now=NOW)


def test_an_unproved_person_is_closed_as_such_with_a_letter(posted, handler):
    assert cases.allowed_outcomes(posted, NOW) == ()
    waited_for(posted, NOW)
    assert cases.allowed_outcomes(posted, NOW) == ("unverified",)
    with pytest.raises(NotAllowed, match="something else than what was done"):
        cases.close(case=posted, outcome="fulfilled", actor=handler, now=NOW)
    cases.close(case=posted, outcome="unverified", actor=handler, now=NOW)
    letter = Letter.objects.get(case_id=posted.pk, template="unverified")
    assert "could not confirm" in letter.body
    assert posted.subject.name == "Who"


def test_a_letter_is_written_and_kept(posted, handler):
    letter = cases.write_letter(case=posted, title="A question", body="Which one?", actor=handler, now=NOW)
    assert (letter.to, letter.written_by) == ("who@example.org", handler.user)
    with pytest.raises(NotAllowed, match="a title and a text"):
        cases.write_letter(case=posted, title="", body="x", actor=handler, now=NOW)


def test_without_an_address_a_letter_goes_by_post(handler):
    with pytest.raises(NotAllowed, match="by post"):
        cases.write_letter(case=CaseFactory(), title="A", body="B", actor=handler, now=NOW)


@pytest.mark.parametrize("right", [Right.COMPLAINT, Right.CHILD_REPORT])
@pytest.mark.parametrize("outcome", ["fulfilled", "partly"])
def test_a_complaint_and_a_report_end_with_their_own_letter_and_no_other(handler, right, outcome):
    case = CaseFactory(verified=True, right=right, subject=IdentityFactory().subject)
    cases.write_letter(case=case, title="Done", body="We stopped.", actor=handler, now=NOW)
    with pytest.raises(NotAllowed, match="ends with its own letter"):
        cases.close(case=case, outcome=outcome, actor=handler, now=NOW)
    case.refresh_from_db()
    assert case.is_open


def test_every_right_is_decided_planned_or_answered_by_hand():
    rest = set(Right) - rights.DECIDED - PLANNED_RIGHTS
    assert rest == {Right.COMPLAINT, Right.CHILD_REPORT}


def test_refusing_is_not_offered_before_it_can_be_done_lawfully(person, handler):
    with pytest.raises(NotAllowed, match="second person"):
        cases.close(case=open_case(person), outcome="refused", actor=handler, now=NOW)


def test_a_person_takes_a_request_back(person):
    case = open_case(person)
    cases.withdraw(case=case, actor=Actor.of(person), now=NOW)
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, "withdrawn")
    assert Letter.objects.filter(case_id=case.pk, template="withdrawn").exists()
    with pytest.raises(NotAllowed, match="is closed"):
        cases.withdraw(case=case, actor=Actor.of(person), now=NOW)


def test_a_proposed_plan_of_a_withdrawn_case_counts_no_more(shop, person, handler):
    from dsar.services import planning

    case = open_case(person, Right.DELETION)
    plan = planned(case, handler)
    planning.propose(plan=plan, actor=handler, now=NOW)
    cases.withdraw(case=case, actor=Actor.of(person), now=NOW)
    plan.refresh_from_db()
    assert plan.status == "superseded"


def test_every_act_leaves_its_audit_event(person, handler):
    case = open_case(person)
    cases.assign(case=case, assignee=handler.user, actor=handler, now=NOW)
    cases.add_note(case=case, text="x", actor=handler, now=NOW)
    cases.write_letter(case=case, title="A", body="B", actor=handler, now=NOW)
    actions = list(AuditEvent.objects.about(case).values_list("action", flat=True))
    assert actions == ["case.opened", "case.verified", "case.assigned", "case.noted", "case.letter"]


def test_a_letter_that_cannot_be_sent_is_told_on_the_case(person):
    case = open_case(person)
    postroom.letter_failed(LetterFactory(case_id=case.pk, title="Your data"))
    case.refresh_from_db()
    assert case.attention == "A letter could not be sent: Your data"


def test_the_next_action_names_what_the_case_needs_and_who_may_not(shop, person, handler, dpo):
    case = open_case(person, Right.DELETION)
    assert next_action(case, handler.user).key == "plan"
    auditor = StaffFactory(role=Role.AUDITOR)
    assert "does not include" in next_action(case, auditor).why_not
    approved(case, dpo, Actor.of(StaffFactory(role=Role.DPO)))
    assert next_action(case, handler.user).key == "wait"
    work()
    case.refresh_from_db()
    assert next_action(case, handler.user).key == "tell"
    tell_everybody(case, handler, NOW)
    assert next_action(case, handler.user).key == "close"
    cases.close(case=case, outcome="fulfilled", actor=handler, now=NOW)
    assert next_action(case, handler.user).key == "none"


def test_whole_work_ends_as_partly_done_only_after_an_approved_refusal_in_part(shop, person, handler, dpo):
    case = open_case(person, Right.DELETION)
    approved(case, dpo, Actor.of(StaffFactory(role=Role.DPO)))
    work()
    case.refresh_from_db()
    tell_everybody(case, handler, NOW)
    with pytest.raises(NotAllowed, match="Nothing was left out"):
        cases.close(case=case, outcome="partly", actor=handler, now=NOW)
    decision = decisions.propose(
        case=case, kind="part_refusal", codes=["E17_LEGAL_CLAIMS"], reasons="A lawsuit needs it.",
        refused_part="The file of the lawsuit", actor=handler, now=NOW,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="waits for a second person"):
        cases.close(case=case, outcome="fulfilled", actor=handler, now=NOW)
    decisions.approve(decision=decision, actor=dpo, now=NOW)
    with pytest.raises(NotAllowed, match="something else than what was done"):
        cases.close(case=case, outcome="fulfilled", actor=handler, now=NOW)
    cases.close(case=case, outcome="partly", actor=handler, now=NOW)
    assert case.outcome == "partly"


def test_the_proposer_sees_why_somebody_else_decides(shop, person, dpo):
    from dsar.services import planning

    case = open_case(person, Right.DELETION)
    planning.propose(plan=planned(case, dpo), actor=dpo, now=NOW)
    case.refresh_from_db()
    assert "somebody else" in next_action(case, dpo.user).why_not


def test_what_a_system_holds_is_counted_by_category(shop, person):
    found = holdings.holdings_of(subject=intake.subject_for(person), system=shop.system, now=NOW)
    assert {one.category_key for one in found} >= {"payment"}
    assert sum(one.rows for one in found) == 5
    assert not any(one.error for one in found)


def test_a_system_that_cannot_be_counted_says_so(person):
    away = SystemFactory(connector="sql", secret="postgresql://x:hunter2@127.0.0.1:9/x")
    (one,) = holdings.holdings_of(subject=intake.subject_for(person), system=away, now=NOW)
    assert "127.0.0.1" in one.error
    assert "hunter2" not in one.error


def test_nobody_without_a_proved_identity_is_looked_for(shop, person):
    subject = intake.subject_for(person)
    subject.identities.update(verified_at=None)
    assert holdings.holdings_of(subject=subject, system=shop.system, now=NOW) == []


def test_the_portal_itself_can_act(posted):
    with pytest.raises(NotAllowed, match="written by people"):
        cases.add_note(case=posted, text="x", actor=SYSTEM, now=NOW)


@pytest.mark.parametrize(
    ("template", "stage", "enough"),
    [
        ("refusal", "final", True),
        ("objection_refused", "final", True),
        ("refusal", "draft", False),
        ("free", "final", False),
        ("answered", "final", False),
    ],
)
def test_only_a_final_letter_of_a_refusal_ends_a_case_as_refused(template, stage, enough):
    case = CaseFactory(verified=True)
    LetterFactory(case_id=case.pk, template=template, stage=stage, status="waiting")
    if enough:
        closing.check_letter(case, "refused")
        return
    with pytest.raises(NotAllowed, match="its own letter"):
        closing.check_letter(case, "refused")
