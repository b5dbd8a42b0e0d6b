"""Drafts: what is missing is named, a refusal needs a second person, and edited text is checked again."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.enums import Role
from accounts.models import AuditEvent
from accounts.services.audit import SYSTEM, Actor
from config.jobs import JobStatus
from correspondence.enums import Dispatch, Stage, Template
from correspondence.models import Letter
from correspondence.services import drafts, letters, samples
from correspondence.services.letters import LetterFault
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def handler():
    return Actor.of(make.StaffFactory(role=Role.HANDLER))


@pytest.fixture
def officer():
    return Actor.of(make.StaffFactory(role=Role.DPO))


def begin(actor, template=Template.REFUSAL, regime="uk_gdpr", language="en", to="leo@example.org", **more):
    with translation.override(language):
        context = {**samples.context_for(template, regime), **more.pop("context", {})}
    return drafts.begin(
        template=template,
        context=context,
        language=language,
        regime=regime,
        to=to,
        actor=actor,
        now=NOW,
        **more,
    )


def edited(letter, actor, **more):
    given = {
        "title": letter.title,
        "body": letter.body,
        "to": letter.to,
        "dispatch": letter.dispatch,
        "facts": {},
    }
    return drafts.edit(letter=letter, actor=actor, **given | more)


def test_a_refusal_leaves_only_after_a_second_person(handler, officer):
    letter = begin(handler)
    assert not letters.send_letter(letter_id=letter.pk, now=NOW)
    letter = drafts.submit(letter=letter, actor=handler, now=NOW)
    assert (letter.stage, letter.status) == (Stage.APPROVAL, JobStatus.WAITING)
    assert not letters.send_letter(letter_id=letter.pk, now=NOW)
    letter = drafts.approve(letter=letter, actor=officer, now=NOW)
    assert (letter.stage, letter.status, letter.approved_by) == (Stage.FINAL, JobStatus.READY, officer.user)
    assert letters.send_letter(letter_id=letter.pk, now=NOW)


def test_nobody_approves_what_they_wrote_or_submitted(handler, officer):
    submitted = drafts.submit(letter=begin(handler), actor=handler, now=NOW)
    with pytest.raises(LetterFault, match="somebody else"):
        drafts.approve(letter=submitted, actor=handler, now=NOW)
    written = drafts.submit(letter=edited(begin(handler), officer), actor=handler, now=NOW)
    with pytest.raises(LetterFault, match="somebody else"):
        drafts.approve(letter=written, actor=officer, now=NOW)


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ({"submitted_by": "one", "approved_by": "one", "written_by": None}, "letter_proposer_never_approves"),
        (
            {"submitted_by": "two", "approved_by": "one", "written_by": "one"},
            "letter_proposer_never_approves",
        ),
        ({"submitted_by": "one", "approved_by": None, "stage": Stage.FINAL}, "letter_approved_by_a_second"),
        ({"stage": Stage.DRAFT, "status": JobStatus.READY}, "letter_only_final_leaves"),
        (
            {
                "dispatch": Dispatch.POST,
                "status": JobStatus.READY,
                "stage": Stage.FINAL,
                "needs_approval": False,
            },
            "letter_by_post_is_no_mail",
        ),
    ],
)
def test_the_database_itself_forbids_it(handler, officer, rows, rule):
    letter, people = begin(handler), {"one": handler.user, "two": officer.user}
    values = {key: people.get(value, value) for key, value in rows.items()}
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(**values)


def test_a_plain_letter_leaves_without_a_second_person(handler):
    letter = begin(handler, Template.FREE, title="A question", body="Which one?")
    letter = drafts.submit(letter=letter, actor=handler, now=NOW)
    assert (letter.stage, letter.status, letter.needs_approval) == (Stage.FINAL, JobStatus.READY, False)


def without(template, *names):
    context = samples.context_for(template, "uk_gdpr")
    return {key: value for key, value in context.items() if key not in names}


def test_values_that_are_missing_stand_in_the_text_and_keep_it_back(handler):
    letter = drafts.begin(
        template=Template.EXTENSION, context=without(Template.EXTENSION, "extension_reason", "longer_until"),
        language="en", regime="uk_gdpr", to="leo@example.org", actor=handler, now=NOW,
    )  # fmt: skip
    assert "⟦extension_reason⟧" in letter.body
    found = drafts.lacking(letter)
    assert "Fill in “extension_reason”." in found
    assert any("why it takes longer" in one for one in found)
    with pytest.raises(LetterFault, match="longer_until"):
        drafts.submit(letter=letter, actor=handler, now=NOW)


def test_filling_them_in_by_hand_is_enough_once_the_passage_is_named(handler):
    letter = begin(handler, Template.EXTENSION)
    body = letter.body.replace("Four systems hold data about you.", "Five systems.")
    assert drafts.lacking(edited(letter, handler, body=body)) != []
    assert drafts.lacking(edited(letter, handler, body=body, facts={"reason": ["Five systems."]})) == []


@pytest.mark.parametrize(
    ("taken", "says"),
    [
        ("We must keep invoices for ten years.", "the reason"),
        ("Information Commissioner's Office (ICO)", "the supervisory authority by name"),
        ("court", "that there is a court"),
        ("dpo@mediuxai.com", "how to complain to us"),
    ],
)
def test_what_an_editor_takes_out_is_missed_at_submission(handler, taken, says):
    letter = begin(handler)
    assert taken in letter.body
    letter = edited(letter, handler, body=letter.body.replace(taken, "…"))
    with pytest.raises(LetterFault, match=says):
        drafts.submit(letter=letter, actor=handler, now=NOW)
    assert Letter.objects.get(pk=letter.pk).stage == Stage.DRAFT


def test_an_editor_cannot_change_who_the_authority_is(handler):
    letter = edited(begin(handler), handler, facts={"authority": ["Nobody"], "reason": ["We must keep"]})
    assert letter.clause_facts["authority"] == ["Information Commissioner's Office (ICO)"]
    assert letter.clause_facts["reason"] == ["We must keep"]


def test_a_letter_sent_back_is_a_draft_with_the_reason(handler, officer):
    letter = drafts.submit(letter=begin(handler), actor=handler, now=NOW)
    with pytest.raises(LetterFault, match="Say what"):
        drafts.send_back(letter=letter, why=" ", actor=officer)
    letter = drafts.send_back(letter=letter, why="Name the invoices.", actor=officer)
    assert (letter.stage, letter.returned_why, letter.submitted_by) == (
        Stage.DRAFT,
        "Name the invoices.",
        None,
    )
    assert drafts.submit(letter=letter, actor=handler, now=NOW).returned_why == ""


def test_a_discarded_draft_never_leaves_and_is_not_taken_up_again(handler):
    letter = drafts.discard(letter=begin(handler), actor=handler)
    assert not letters.send_letter(letter_id=letter.pk, now=NOW)
    with pytest.raises(LetterFault, match="Discarded"):
        drafts.submit(letter=letter, actor=handler, now=NOW)


def test_a_submitted_letter_cannot_be_edited(handler):
    letter = drafts.submit(letter=begin(handler), actor=handler, now=NOW)
    with pytest.raises(LetterFault, match="Waiting for approval"):
        edited(letter, handler, body="Other")


@pytest.mark.parametrize(
    ("dispatch", "to", "says"),
    [
        ("email", "", "exactly one"),
        ("email", "a@b.org, c@d.org", "exactly one"),
        ("post", "Leo", "two lines"),
    ],
)
def test_an_impossible_address_is_named(handler, dispatch, to, says):
    letter = begin(handler, to=to, dispatch=dispatch)
    assert any(says in one for one in drafts.lacking(letter))


def test_drafts_are_made_by_people():
    with pytest.raises(LetterFault, match="by people"):
        begin(SYSTEM)


def test_listeners_hear_of_it_once_and_everything_is_recorded(handler, officer, monkeypatch):
    told = []
    monkeypatch.setattr(drafts, "_final", [lambda letter, actor, now: told.append((letter.pk, actor, now))])
    letter = drafts.submit(letter=begin(handler), actor=handler, now=NOW)
    assert told == []
    drafts.approve(letter=letter, actor=officer, now=NOW)
    assert told == [(letter.pk, officer, NOW)]
    actions = AuditEvent.objects.filter(object_id=str(letter.pk)).values_list("action", flat=True)
    assert set(actions) == {"letter.drafted", "letter.submitted", "letter.queued"}
