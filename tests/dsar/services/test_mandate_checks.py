"""The question for a mandate and who acts are one fact: a proof that passes makes them, another ends them."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from correspondence.models import Letter
from dsar.enums import CaseStatus, CheckResult, Method, Right
from dsar.models import ClockEvent
from dsar.rules.transitions import NotAllowed
from dsar.services import addresses, identity, letters, representation, representing, uploads
from dsar.services.identity import asking, documents, reopening
from dsar.services.identity.answering import hand_in
from dsar.services.representing import Claim, Person
from tests.correspondence.post import arrive
from tests.dsar.services.test_mail_answers import PDF, reply
from tests.factories import NOW, CaseFactory, IdentityFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=3)
MONTHS = NOW + timedelta(days=90)
WHY = "Signature and name compared with the account."


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def pdf():
    return SimpleUploadedFile("mandate.pdf", b"%PDF-1.7 signed by Paul")


def claimed(right=Right.ACCESS, acts_as="agent", country="DE", region="", **more):
    """Return a case that somebody asked for in another person's name, without a proof."""
    return representing.open_for_somebody(
        claim=Claim(acts_as, "Ada Agent", "agent@example.org", **more),
        person=Person("Paul Person", "paul@example.org", country, region),
        rights=[right], words="", language="en", now=NOW, address="",
    )[0]  # fmt: skip


def token_in(letter):
    return letter.body.split("/identity/")[1].split("/")[0]


def asked(case, handler):
    """Ask who acts for the mandate; returns the attempt and the token of its link."""
    check = asking.ask(case=case, method=Method.MANDATE, actor=handler, now=LATER)
    return check, token_in(Letter.objects.get(template="ask_identity"))


def handed_in(case, handler):
    check, token = asked(case, handler)
    hand_in(token=token, file=pdf(), now=LATER, address="")
    check.refresh_from_db()
    return check


def decide(check, handler, *, passed, **more):
    documents.decide(check=check, passed=passed, reason=WHY, actor=handler, now=LATER, **more)
    check.refresh_from_db()


def test_who_acts_is_asked_and_not_the_person(handler):
    case = claimed()
    asked(case, handler)
    assert Letter.objects.get(template="ask_identity").to == "agent@example.org"


def test_a_mandate_that_passes_makes_somebody_act(handler):
    case = claimed(gets_letters=True)
    check = handed_in(case, handler)
    assert case.representatives.get().status == "claimed"
    assert addresses.acting(case) is None
    decide(check, handler, passed=True)
    who = case.representatives.get()
    assert (who.status, who.reason, who.decided_by, who.decided_at) == ("accepted", WHY, handler.user, LATER)
    assert check.result == CheckResult.PASSED
    assert b"".join(uploads.read_from(who)) == b"%PDF-1.7 signed by Paul"
    assert who.proof_sha256 == check.file_sha256


def test_letters_go_to_the_agent_where_the_mandate_says_so(handler):
    case = claimed(gets_letters=True)
    decide(handed_in(case, handler), handler, passed=True)
    letter = letters.write(case=case, template="free", title="x", body="y", now=LATER)
    assert letter.to == "agent@example.org"
    other = claimed(gets_letters=False)
    representation.add_proof(representative=other.representatives.get(), file=pdf(), actor=handler, now=LATER)
    representation.accept(
        representative=other.representatives.get(), reason=WHY, actor=handler, now=LATER, gets_letters=False
    )
    assert letters.write(case=other, template="free", title="x", body="y", now=LATER).to == "paul@example.org"


def test_whoever_reads_the_mandate_decides_what_it_covers(handler):
    case = claimed(gets_letters=True, gets_package=True)
    representation.add_proof(representative=case.representatives.get(), file=pdf(), actor=handler, now=LATER)
    representation.accept(
        representative=case.representatives.get(), reason=WHY, actor=handler, now=LATER, gets_package=False,
        valid_until=LATER.date(),
    )  # fmt: skip
    who = case.representatives.get()
    assert (who.gets_letters, who.gets_package, who.valid_until) == (True, False, LATER.date())
    assert representation.expire(now=LATER + timedelta(days=1)) == 1


def test_a_refused_mandate_ends_the_claim_and_says_what_is_needed(handler):
    case = claimed()
    check = handed_in(case, handler)
    decide(check, handler, passed=False)
    assert case.representatives.get().status == "refused"
    assert check.result == CheckResult.FAILED
    case.refresh_from_db()
    assert case.status == CaseStatus.VERIFYING
    letter = Letter.objects.get(template="agent_mandate_request")
    assert letter.to == "agent@example.org"
    assert WHY not in letter.body
    assert not Letter.objects.filter(template="identity_failed").exists()
    assert case.received_at == NOW


def test_a_refused_later_proof_ends_who_was_accepted(handler):
    case = claimed(gets_letters=True)
    decide(handed_in(case, handler), handler, passed=True)
    case.status = CaseStatus.VERIFYING
    case.save()
    Letter.objects.filter(template="ask_identity").delete()
    decide(handed_in(case, handler), handler, passed=False)
    assert case.representatives.get().status == "expired"
    assert addresses.acting(case) is None


def test_a_mandate_that_never_came_ends_the_claim_and_a_fresh_link_takes_it_up(handler):
    case = claimed()
    asked(case, handler)
    assert reopening.sweep(now=MONTHS)["expired"] == 1
    who = case.representatives.get()
    assert (who.status, who.decided_by) == ("expired", None)
    assert who.reason
    case.refresh_from_db()
    Letter.objects.filter(template="ask_identity").delete()
    asking.again(case=case, now=MONTHS, address="")
    assert case.representatives.get().status == "claimed"
    assert Letter.objects.get(template="ask_identity").to == "agent@example.org"


def test_whoever_was_ended_by_a_person_is_not_taken_up_by_a_link(handler):
    case = claimed()
    check = handed_in(case, handler)
    decide(check, handler, passed=False)
    asking.again(case=case, now=MONTHS, address="")
    assert case.representatives.get().status == "refused"


def test_accepting_on_the_page_of_the_mandate_settles_the_question_too(handler):
    case = claimed()
    check, _token = asked(case, handler)
    representation.add_proof(representative=case.representatives.get(), file=pdf(), actor=handler, now=LATER)
    representation.accept(representative=case.representatives.get(), reason=WHY, actor=handler, now=LATER)
    check.refresh_from_db()
    assert check.result == CheckResult.PASSED


def test_a_parent_is_accepted_only_when_the_child_is_safe(handler):
    case = claimed(acts_as="parent", person_age=9)
    check = handed_in(case, handler)
    with pytest.raises(NotAllowed, match="could harm"):
        documents.decide(check=check, passed=True, reason=WHY, actor=handler, now=LATER)
    check.refresh_from_db()
    assert (check.result, case.representatives.get().status) == ("", "claimed")
    decide(check, handler, passed=True, child_is_safe=True)
    assert case.representatives.get().status == "accepted"


def test_a_case_goes_on_once_level_and_mandate_are_there(handler):
    case = claimed(acts_as="parent", person_age=9)
    need = identity.need_of(case)
    case.identity_checks.create(
        method=Method.KNOWLEDGE,
        level=need.enough,
        asked_at=NOW,
        arrived_at=NOW,
        result="passed",
        decided_at=NOW,
    )
    decide(handed_in(case, handler), handler, passed=True, child_is_safe=True)
    case.refresh_from_db()
    assert case.status == CaseStatus.VERIFIED


def test_an_opt_out_by_an_agent_is_done_with_the_permission_and_no_clock_waited(handler):
    case = claimed(right=Right.OPT_OUT, country="US", region="CA")
    representation.add_proof(representative=case.representatives.get(), file=pdf(), actor=handler, now=LATER)
    representation.accept(representative=case.representatives.get(), reason=WHY, actor=handler, now=LATER)
    case.refresh_from_db()
    assert case.verification_level == 0
    assert not ClockEvent.objects.exists()


def test_without_anybody_who_acts_a_passed_mandate_check_is_only_a_check(handler):
    case = CaseFactory(subject=IdentityFactory().subject, status=CaseStatus.VERIFYING)
    check = case.identity_checks.create(method="mandate", level=0, asked_at=NOW, arrived_at=NOW)
    decide(check, handler, passed=True)
    assert check.result == CheckResult.PASSED
    assert not case.representatives.exists()


def ours(case):
    return Letter.objects.filter(case_id=case.pk).earliest("created_at")


def test_the_agent_answers_our_letter_with_the_mandate():
    case = claimed()
    arrive(reply(ours(case), "Here.", at=LATER, sender="agent@example.org", file=PDF), now=LATER)
    who = case.representatives.get()
    assert (who.proof_name, who.status) == ("p.pdf", "claimed")


def test_the_agent_answers_the_question_for_the_mandate_by_mail(handler):
    case = claimed()
    check, _token = asked(case, handler)
    letter = Letter.objects.get(template="ask_identity")
    arrive(reply(letter, "Here.", at=LATER, sender="agent@example.org", file=PDF), now=LATER)
    check.refresh_from_db()
    assert check.arrived_at == LATER
    decide(check, handler, passed=True)
    assert case.representatives.get().status == "accepted"


@pytest.mark.parametrize("wrong", ["sender", "kind", "nothing"])
def test_nothing_else_is_taken_for_a_mandate(wrong):
    case = claimed()
    sender = "mallory@example.org" if wrong == "sender" else "agent@example.org"
    file = {"kind": b"MZ no picture", "nothing": b""}.get(wrong, PDF)
    arrive(reply(ours(case), "Here.", at=LATER, sender=sender, file=file), now=LATER)
    assert case.representatives.get().proof_sha256 == ""
    assert case.events.filter(kind="proof_unreadable").exists() == (wrong == "kind")
