"""Answers: compared and not kept, few tries, no hint, links that end, and the day that counts."""

from datetime import date, timedelta

import pytest

from accounts.models import AuditEvent
from accounts.services.audit import Actor
from correspondence.models import Letter
from dsar.enums import CaseStatus, CheckResult, Method
from dsar.models import CaseEvent, ClockEvent, IdentityCheck
from dsar.rules.transitions import NotAllowed
from dsar.services import cases
from dsar.services.identity import answering, asking
from dsar.services.identity.answering import Signature
from dsar.services.identity.tokens import LinkEnded
from tests.dsar.crm import answers_to, case_of, token_of
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=2)
NINA = Signature("Nina Wagner", agreed=True)


@pytest.fixture
def check(crm, handler):
    case = case_of(right="deletion")
    return asking.ask(case=case, method=Method.KNOWLEDGE, actor=handler, now=NOW)


@pytest.fixture
def sworn(crm, handler):
    return asking.ask(case=case_of(), method=Method.SWORN, actor=handler, now=NOW)


def answer(check, answers=None, now=LATER, **more):
    given = {"address": "192.0.2.7"} | more
    answers = answers_to(check) if answers is None else answers
    return answering.answer(token=token_of(check), answers=answers, now=now, **given)


def test_the_right_answers_confirm_who_asks_on_the_day_they_arrive(check):
    assert answer(check)
    check.refresh_from_db()
    case = check.case
    case.refresh_from_db()
    assert (check.result, check.attempts, check.arrived_at) == (CheckResult.PASSED, 1, LATER)
    assert (case.status, case.verification_level) == (CaseStatus.VERIFIED, 3)
    events = list(ClockEvent.objects.filter(case=case).values_list("kind", "on"))
    assert events == [("identity_requested", date(2026, 10, 12)), ("identity_received", date(2026, 10, 14))]


def test_no_answer_is_kept_anywhere(check):
    answer(check)
    held = str(list(IdentityCheck.objects.values())) + str(list(CaseEvent.objects.values()))
    held += str(list(AuditEvent.objects.values()))
    for value in ("ninawa", "NinaWA", "köln", "Köln", "weaver", "1234"):
        assert value not in held


def test_a_wrong_answer_says_nothing_and_counts(check):
    assert answer(check, ["no", "no"]) is False
    check.refresh_from_db()
    assert (check.result, check.attempts) == ("", 1)
    assert answer(check)


def test_after_the_last_try_the_attempt_has_failed_and_another_way_is_offered(check):
    for _ in range(5):
        assert answer(check, ["no", "no"]) is False
    check.refresh_from_db()
    check.case.refresh_from_db()
    assert check.result == CheckResult.FAILED
    assert "Offer another way" in check.case.attention
    assert check.case.status == CaseStatus.VERIFYING
    letter = Letter.objects.get(template="identity_failed")
    assert "we do not say what did not fit" in letter.body
    with pytest.raises(LinkEnded):
        answer(check)


def test_a_failed_attempt_cannot_be_fetched_again_by_its_link(check):
    for _ in range(5):
        answer(check, ["no", "no"])
    asking.again(case=check.case, now=LATER, address="192.0.2.7")
    assert not check.case.identity_checks.open().exists()


def test_tries_in_other_cases_count_for_the_same_mailbox(check, handler):
    for _ in range(5):
        answer(check, ["no", "no"])
    second = asking.ask(case=case_of(right="deletion"), method=Method.KNOWLEDGE, actor=handler, now=NOW)
    for _ in range(4):
        answer(second, ["no", "no"], address="192.0.2.8")
    answer(second, ["no", "no"], address="192.0.2.8")
    third = asking.ask(case=case_of(right="deletion"), method=Method.KNOWLEDGE, actor=handler, now=NOW)
    with pytest.raises(LinkEnded):
        answer(third, address="192.0.2.9")


def test_a_stranger_fails_like_somebody_who_errs(crm, handler):
    case = case_of("nobody@example.org", right="deletion")
    check = asking.ask(case=case, method=Method.KNOWLEDGE, actor=handler, now=NOW)
    assert answer(check, ["x", "y"]) is False
    assert answer(check, ["", ""]) is False


def test_an_expired_link_opens_nothing(check):
    with pytest.raises(LinkEnded) as ended:
        answer(check, now=NOW + timedelta(hours=72))
    assert ended.value.reason == "expired"


def test_a_link_works_once(check):
    answer(check)
    with pytest.raises(LinkEnded) as ended:
        answer(check)
    assert ended.value.reason == "used"


def test_an_unknown_link_opens_nothing(check):
    with pytest.raises(LinkEnded) as ended:
        answering.answer(token="x" * 43, answers=["a", "b"], now=LATER, address="")
    assert ended.value.reason == "unknown"


def test_the_link_of_one_person_does_not_answer_for_another(check, handler):
    bob = case_of("bob@example.org", right="deletion")
    asked = asking.ask(case=bob, method=Method.KNOWLEDGE, actor=handler, now=NOW)
    assert answer(asked, ["ninawa", "köln"]) is False
    bob.refresh_from_db()
    assert bob.status == CaseStatus.VERIFYING


@pytest.mark.parametrize("answers", [[], ["one"], ["a", "b", "c"]])
def test_every_question_needs_its_answer(check, answers):
    with pytest.raises(NotAllowed, match="every question"):
        answer(check, answers)
    check.refresh_from_db()
    assert check.attempts == 0


def test_when_the_source_is_away_no_try_is_lost(check, crm):
    crm.path.rename(crm.path.with_suffix(".away"))
    with pytest.raises(NotAllowed, match="cannot compare your answers now"):
        answer(check)
    check.refresh_from_db()
    assert (check.attempts, check.result) == (0, "")
    crm.path.with_suffix(".away").rename(crm.path)
    assert answer(check)


def test_a_case_that_was_settled_meanwhile_takes_no_answer(check, handler):
    cases.verify(case=check.case, level=3, method="called back and compared", actor=handler, now=NOW)
    with pytest.raises(LinkEnded):
        answer(check)


@pytest.mark.parametrize(
    "signature", [None, Signature("", True), Signature("Nina", False), Signature("N", True)]
)
def test_a_sworn_answer_needs_name_and_tick(sworn, signature):
    with pytest.raises(NotAllowed, match="sign the declaration"):
        answer(sworn, signature=signature)
    sworn.refresh_from_db()
    assert sworn.attempts == 0


def test_a_sworn_answer_keeps_the_declaration_as_evidence(sworn):
    assert answer(sworn, signature=NINA)
    sworn.refresh_from_db()
    assert "under penalty of perjury" in sworn.statement
    assert "Nina Wagner" in sworn.statement
    assert LATER.isoformat() in sworn.statement
    sworn.case.refresh_from_db()
    assert sworn.case.verification_level == 4


def test_the_signature_is_encrypted_at_rest(sworn):
    answer(sworn, signature=NINA)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM dsar_identitycheck")
        assert "Nina" not in str(cursor.fetchall())


def test_a_declaration_supports_the_judgement_of_staff(crm, handler):
    case = case_of()
    check = asking.ask(case=case, method=Method.DECLARATION, actor=handler, now=NOW)
    answering.declare(token=token_of(check), signature=NINA, now=LATER, address="")
    case.refresh_from_db()
    assert (case.status, case.verification_level) == (CaseStatus.VERIFYING, None)
    cases.verify(case=case, level=4, method="three invoices compared", actor=handler, now=LATER)
    case.refresh_from_db()
    assert (case.status, case.verification_level) == (CaseStatus.VERIFIED, 4)


def test_a_link_for_questions_takes_no_file_and_no_declaration(check):
    with pytest.raises(NotAllowed, match="something else"):
        answering.declare(token=token_of(check), signature=NINA, now=LATER, address="")
    with pytest.raises(NotAllowed, match="something else"):
        answering.hand_in(token=token_of(check), file=None, now=LATER, address="")


def test_one_network_cannot_guess_without_end(check):
    for _ in range(5):
        answer(check, ["no", "no"], address="192.0.2.66")
    for _ in range(15):
        with pytest.raises(LinkEnded):
            answer(check, ["no", "no"], address="192.0.2.66")
    with pytest.raises(NotAllowed, match="Too many requests came from your network"):
        answer(check, ["no", "no"], address="192.0.2.66")


def test_signing_in_proves_only_ones_own_request(crm):
    case = case_of()
    owner, other = UserFactory(), UserFactory()
    case.subject.user = owner
    case.subject.save()
    with pytest.raises(NotAllowed, match="not your request"):
        answering.sign_in(case=case, actor=Actor.of(other), now=NOW)
    answering.sign_in(case=case, actor=Actor.of(owner), now=NOW)
    case.refresh_from_db()
    assert (case.status, case.verification_level) == (CaseStatus.VERIFIED, 2)
