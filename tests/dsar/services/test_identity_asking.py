"""Asking: by letter, one thing at a time, below the ceiling, a doubt on record for more than enough."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from accounts.models import AuditEvent
from accounts.services.audit import SYSTEM, Actor
from config.profile import active_profile
from correspondence.models import Letter
from dsar.enums import CaseStatus, CheckResult, Method
from dsar.models import ClockEvent, IdentityCheck
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, identity, intake, opening, story
from dsar.services.identity import asking
from dsar.services.limits import TooManyAttempts
from tests.dsar.crm import case_of, token_of
from tests.factories import NOW, CaseFactory, IdentityFactory, SubjectFactory, UserFactory

pytestmark = pytest.mark.django_db
DOUBT = "The address was never used with the account that is named."


def ask(case, method, handler, **more):
    return asking.ask(case=case, method=method, actor=handler, now=NOW, **more)


def european(**more):
    given = {"right": "access", "regime": "eu_gdpr", "channel": "email", "status": "verifying"}
    subject = SubjectFactory()
    IdentityFactory(subject=subject, verified_at=None)
    return CaseFactory(subject=subject, **given | more)


def test_a_californian_is_asked_three_data_and_a_declaration(crm, handler):
    case = case_of()
    check = ask(case, Method.SWORN, handler)
    assert (check.level, len(check.questions), check.result) == (4, 3, "")
    letter = Letter.objects.get(pk=check.letter_id)
    assert "Three answers" in letter.body
    assert "no notary" in letter.body
    assert token_of(check) not in str(IdentityCheck.objects.values().get())
    assert case.identity_checks.get().asked_by == handler.user


def test_the_audit_trail_names_fields_and_no_value(crm, handler):
    case = case_of()
    ask(case, Method.SWORN, handler)
    event = AuditEvent.objects.about(case).get(action="identity.asked")
    assert len(event.details["fields"]) == 3
    assert all(name.startswith("crm.people.") for name in event.details["fields"])
    for value in ("Köln", "ninawa", "Weaver", "1234", "example.org"):
        assert value not in str(event.details)


def test_a_second_question_gives_up_the_first(crm, handler):
    case = case_of()
    first = ask(case, Method.SWORN, handler)
    ask(case, Method.DECLARATION, handler)
    first.refresh_from_db()
    assert first.result == CheckResult.ABANDONED
    assert case.identity_checks.open().count() == 1


@pytest.mark.parametrize("method", [Method.KNOWLEDGE, Method.SWORN, Method.DOCUMENT])
def test_more_than_enough_needs_a_doubt_on_record(crm, handler, method):
    case = european()
    for doubt in ("", "hm", " " * 30):
        with pytest.raises(NotAllowed, match="say in a sentence why you doubt"):
            ask(case, method, handler, doubt=doubt)
    assert not Letter.objects.exists()
    assert not ClockEvent.objects.exists()


def test_a_document_is_asked_for_masked_and_says_why(handler):
    check = ask(european(), Method.DOCUMENT, handler, doubt=DOUBT)
    body = Letter.objects.get(pk=check.letter_id).body
    assert "Cover the photo and the number" in body
    assert DOUBT in body
    assert "then it is destroyed" in body


def test_a_california_request_is_never_asked_for_a_document(handler):
    with pytest.raises(NotAllowed, match="beyond level 4"):
        ask(case_of(), Method.DOCUMENT, handler, doubt=DOUBT)


@pytest.mark.parametrize("method", [Method.KNOWLEDGE, Method.SWORN, Method.DECLARATION, Method.DOCUMENT])
def test_who_has_an_account_gives_nothing_new(handler, method):
    case = european()
    case.subject.user = UserFactory()
    case.subject.save()
    with pytest.raises(NotAllowed, match="The person can sign in"):
        ask(case, method, handler, doubt=DOUBT)
    check = ask(case, Method.LOGIN, handler, doubt=DOUBT)
    assert f"/requests/{case.pk}/identity/" in Letter.objects.get(pk=check.letter_id).body
    assert not ClockEvent.objects.exists()


def test_nobody_signs_in_without_an_account(handler):
    with pytest.raises(NotAllowed, match="no account"):
        ask(european(), Method.LOGIN, handler, doubt=DOUBT)


def test_judgement_is_not_a_letter(handler):
    with pytest.raises(NotAllowed, match="not asked by letter"):
        ask(european(), Method.JUDGEMENT, handler)


def test_what_is_settled_is_not_asked_again(handler):
    with pytest.raises(NotAllowed, match="settled"):
        ask(european(status="verified", verified_at=NOW, verification_level=1), Method.EMAIL, handler)


def test_without_an_address_one_writes_by_post(handler):
    case = european()
    case.subject.identities.all().delete()
    with pytest.raises(NotAllowed, match="Write by post"):
        ask(case, Method.DOCUMENT, handler, doubt=DOUBT)


def test_too_many_links_for_one_mailbox_are_refused(handler):
    case = european()
    for _ in range(5):
        ask(case, Method.DOCUMENT, handler, doubt=DOUBT)
    with pytest.raises(NotAllowed, match="Too many links"):
        ask(case, Method.DOCUMENT, handler, doubt=DOUBT)


def test_asking_by_letter_is_a_fact_of_the_clock_on_recorded_doubt(handler):
    case = european()
    check = ask(case, Method.DOCUMENT, handler, doubt=DOUBT)
    event = ClockEvent.objects.get(case=case)
    assert (event.kind, event.on, event.letter_id) == (
        "identity_requested",
        date(2026, 10, 12),
        check.letter_id,
    )
    assert asking.is_paused(case)


def test_a_californian_clock_gets_the_fact_and_never_stands_still(crm, handler):
    case = case_of()
    due = case.due_on
    ask(case, Method.SWORN, handler)
    case.refresh_from_db()
    assert ClockEvent.objects.filter(case=case, kind="identity_requested").exists()
    assert not asking.is_paused(case)
    assert case.due_on <= max(due, case.statutory_due_on)


def test_an_email_link_is_an_attempt_too_and_no_fact_of_the_clock(handler):
    case = european()
    check = ask(case, Method.EMAIL, handler)
    assert (check.method, check.level, check.result) == ("email", 1, "")
    assert not ClockEvent.objects.exists()
    letter = Letter.objects.get(pk=check.letter_id)
    token = next(line for line in letter.body.splitlines() if "/ask/confirm/" in line).split("/")[-2]
    intake.confirm_email(token=token, now=NOW + timedelta(hours=1))
    case.refresh_from_db()
    check.refresh_from_db()
    assert (case.status, check.result) == (CaseStatus.VERIFIED, CheckResult.PASSED)
    assert check.arrived_at == NOW + timedelta(hours=1)


def test_every_way_in_leaves_an_attempt(person):
    opened = intake.open_case(
        subject=intake.subject_for(person), right="access", channel="dashboard", received_at=NOW,
        actor=Actor.of(person), now=NOW,
    )  # fmt: skip
    check = opened.identity_checks.get()
    assert (check.method, check.level, check.result) == ("login", 2, "passed")


def test_a_judgement_of_level_four_needs_the_signature(crm, handler):
    case = case_of()
    with pytest.raises(NotAllowed, match="needs a signed declaration"):
        cases.verify(case=case, level=4, method="three data compared", actor=handler, now=NOW)
    with pytest.raises(NotAllowed, match="beyond level 4"):
        cases.verify(case=case, level=5, method="passport", actor=handler, now=NOW)
    assert not case.identity_checks.exists()


def test_a_judgement_is_never_by_a_copy_of_a_document(handler):
    case = european()
    with pytest.raises(NotAllowed, match="use that way"):
        cases.verify(case=case, level=5, method="passport seen", actor=handler, now=NOW)


def test_a_judgement_keeps_its_reason(handler):
    case = european()
    cases.verify(case=case, level=3, method="invoice number and date compared", actor=handler, now=NOW)
    check = case.identity_checks.get()
    assert (check.method, check.level, check.result) == ("judgement", 3, "passed")
    assert check.reason == "invoice number and date compared"
    assert check.decided_by == handler.user


def test_a_fresh_link_goes_to_the_same_mailbox_with_the_same_questions(crm, handler):
    case = case_of()
    first = ask(case, Method.SWORN, handler)
    asking.again(case=case, now=NOW + timedelta(days=5), address="192.0.2.1")
    second = case.identity_checks.open().get()
    assert second.pk != first.pk
    assert second.questions == first.questions
    assert {letter.to for letter in Letter.objects.all()} == {"nina@example.org"}


def test_one_network_cannot_fetch_links_without_end(crm, handler):
    case = case_of()
    for _ in range(20):
        asking.again(case=case, now=NOW, address="192.0.2.1")
    with pytest.raises(TooManyAttempts):
        asking.again(case=case, now=NOW, address="192.0.2.1")
    assert Letter.objects.count() <= 5


def test_only_a_kind_of_data_that_is_sensitive_as_a_whole_asks_for_more(monkeypatch):
    profile = active_profile()
    health = profile.categories[0].model_copy(
        update={"key": "health", "data_categories": ("user.health_and_medical",)}
    )
    changed = profile.model_copy(update={"categories": (*profile.categories, health)})
    monkeypatch.setattr("dsar.services.identity.needs.active_profile", lambda: changed)
    needs = {key: identity.need_of(case_of(right="deletion", scope=[key])) for key in ("payment", "health")}
    assert (needs["payment"].enough, needs["payment"].ceiling) == (3, 3)
    assert (needs["health"].enough, needs["health"].ceiling) == (4, 4)


@pytest.mark.parametrize("right", ["access", "deletion", "platform_deletion", "objection"])
def test_what_comes_from_a_platform_waits_for_its_signature(right):
    case = intake.open_case(
        subject=SubjectFactory(), right=right, channel="platform", received_at=NOW, actor=SYSTEM, now=NOW
    )
    assert case.status == CaseStatus.NEW
    assert identity.need_of(case).enough == 1
    with transaction.atomic():
        story.lock(case)
        opening.mark_verified(
            case=case, level=1, method="signed by the platform", actor=SYSTEM, now=NOW, how=Method.PLATFORM
        )
    assert case.status == CaseStatus.VERIFIED
    assert case.identity_checks.get().method == Method.PLATFORM
