"""Pages on which people show who they are: by link and signed in; the same for everybody, and no hint."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.services.audit import Actor
from correspondence.models import Letter
from dsar.enums import CaseStatus, CheckResult, Method
from dsar.services import cases, links
from dsar.services.identity import asking
from tests.dsar.crm import answers_to, case_of, token_of
from tests.factories import NOW, CaseFactory, IdentityFactory, SubjectFactory
from tests.people import signed_in, text_of
from tests.waiting import waited_for

pytestmark = pytest.mark.django_db
DOUBT = "The address was never used with the account that is named."


@pytest.fixture(autouse=True)
def at(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def ask(crm, handler):
    def do(method, email="nina@example.org", doubt="", **more):
        return asking.ask(case=case_of(email, **more), method=method, actor=handler, now=NOW, doubt=doubt)

    return do


def path_of(check):
    return reverse("identity_answer", args=[token_of(check)])


def typed(check, answers):
    return {f"answer_{n}": text for n, text in enumerate(answers)}


def test_the_page_asks_and_tells_nothing(client, ask):
    check = ask(Method.KNOWLEDGE, right="deletion")
    answer = client.get(path_of(check))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    page = text_of(answer)
    assert "do not keep them" in page
    for value in ("ninawa", "Köln", "Weaver", "Nina", "1234"):
        assert value not in page


def test_looking_burns_nothing(client, ask):
    check = ask(Method.KNOWLEDGE, right="deletion")
    for _ in range(3):
        client.get(path_of(check))
        client.head(path_of(check))
    check.refresh_from_db()
    assert (check.attempts, check.result) == (0, "")


def test_right_answers_are_thanked_and_the_link_is_used_up(client, ask):
    check = ask(Method.KNOWLEDGE, right="deletion")
    path = path_of(check)
    assert "Your answers fit" in text_of(client.post(path, typed(check, answers_to(check))))
    check.case.refresh_from_db()
    assert check.case.status == CaseStatus.VERIFIED
    again = client.post(path, typed(check, answers_to(check)))
    assert again.status_code == 410
    assert "used already" in text_of(again)


def test_wrong_answers_get_one_sentence_and_nothing_typed_comes_back(client, ask):
    check = ask(Method.KNOWLEDGE, right="deletion")
    first, second = answers_to(check)
    pages = []
    for answers in (["wrong", second], [first, "wrong"], ["wrong", "wrong"]):
        answer = client.post(path_of(check), typed(check, answers))
        assert answer.status_code == 422
        page = text_of(answer)
        assert "Not everything fits" in page
        assert "wrong" not in page
        pages.append(re.sub(r'\d more tries|value="[\w-]{64}"', "", page))
    assert len(set(pages)) == 1


def test_known_and_unknown_get_the_same_page(client, ask):
    known = ask(Method.KNOWLEDGE, right="deletion")
    unknown = ask(Method.KNOWLEDGE, "nobody@example.org", right="deletion")
    unknown.questions = known.questions  # which two of the same questions is drawn by the mailbox
    unknown.save()

    def shown(check, data=None):
        answer = client.post(path_of(check), data) if data else client.get(path_of(check))
        page = text_of(answer).replace(path_of(check), "")
        return answer.status_code, re.sub(r'value="[\w-]{64}"', "", page)

    assert shown(known) == shown(unknown)
    data = typed(known, ["wrong", "wrong"])
    for _ in range(5):
        assert shown(known, data) == shown(unknown, data)
    assert shown(known) == shown(unknown)


def test_after_the_last_try_the_page_says_what_now(client, ask):
    check = ask(Method.KNOWLEDGE, right="deletion")
    for _ in range(4):
        client.post(path_of(check), typed(check, ["no", "no"]))
    last = client.post(path_of(check), typed(check, ["no", "no"]))
    assert last.status_code == 410
    assert "we write to you about another way" in text_of(last)


def test_a_missing_answer_is_no_try(client, ask):
    check = ask(Method.KNOWLEDGE, right="deletion")
    answer = client.post(path_of(check), {"answer_0": "", "answer_1": "x"})
    assert answer.status_code == 422
    assert "Write what you gave us" in text_of(answer)
    check.refresh_from_db()
    assert check.attempts == 0


def test_a_sworn_answer_is_signed_on_the_same_page(client, ask):
    check = ask(Method.SWORN)
    page = text_of(client.get(path_of(check)))
    assert "under penalty of perjury" in page
    unsigned = client.post(path_of(check), typed(check, answers_to(check)))
    assert unsigned.status_code == 422
    assert "Tick the box" in text_of(unsigned)
    signed = typed(check, answers_to(check)) | {"agreed": "on", "name": "Nina Wagner"}
    assert client.post(path_of(check), signed).status_code == 200
    check.refresh_from_db()
    assert check.result == CheckResult.PASSED


def test_a_declaration_is_signed_or_handed_in(client, ask):
    check = ask(Method.DECLARATION)
    assert client.post(path_of(check), {"agreed": "on", "name": ""}).status_code == 422
    assert "We have your proof" in text_of(client.post(path_of(check), {"agreed": "on", "name": "Nina W"}))
    other = ask(Method.DECLARATION)
    file = SimpleUploadedFile("signed.pdf", b"%PDF-1.7 signed")
    assert "We have your proof" in text_of(client.post(path_of(other), {"file": file}))
    other.refresh_from_db()
    assert other.file_name == "signed.pdf"


def test_a_document_page_says_what_to_cover_and_takes_no_other_file(client, handler, crm):
    subject = SubjectFactory()
    IdentityFactory(subject=subject, verified_at=None)
    case = CaseFactory(subject=subject, channel="email", status="verifying")
    check = asking.ask(case=case, method=Method.DOCUMENT, actor=handler, now=NOW, doubt=DOUBT)
    page = text_of(client.get(path_of(check)))
    for words in ("Cover the photo", "then it is destroyed", DOUBT):
        assert words in page
    wrong = client.post(path_of(check), {"file": SimpleUploadedFile("card.exe", b"MZ")})
    assert wrong.status_code == 422
    assert "Files of this kind are not taken" in text_of(wrong)
    assert client.post(path_of(check), {}).status_code == 422
    good = client.post(path_of(check), {"file": SimpleUploadedFile("c.png", b"\x89PNG\r\n\x1a\nx")})
    assert good.status_code == 200


def test_an_expired_link_offers_a_new_one(client, ask, at):
    check = ask(Method.KNOWLEDGE, right="deletion")
    path = path_of(check)
    at.move_to(NOW + timedelta(hours=73), tick=False)
    answer = client.get(path)
    assert answer.status_code == 410
    assert "keeps its day" in text_of(answer)
    sent = client.post(f"{path}again/")
    assert sent.url == reverse("identity_sent")
    assert Letter.objects.filter(template="ask_identity").count() == 2
    assert check.case.identity_checks.open().count() == 1


def test_a_wrong_link_gets_the_same_answer_to_a_wish_for_a_new_one(client, ask):
    ask(Method.KNOWLEDGE, right="deletion")
    answer = client.post(reverse("identity_again", args=["x" * 43]))
    assert (answer.status_code, answer.url) == (302, reverse("identity_sent"))
    assert Letter.objects.filter(template="ask_identity").count() == 1
    assert client.get(reverse("identity_answer", args=["x" * 43])).status_code == 410


def test_the_status_page_says_what_we_wait_for_and_why(client, ask):
    check = ask(Method.KNOWLEDGE, right="deletion")
    page = text_of(client.get(links.path_for(check.case)))
    assert "We wait for you" in page
    assert "so that nobody else gets at your data" in page
    assert "may stand still" not in page  # never in California
    client.post(f"{links.path_for(check.case)}proof/")
    assert Letter.objects.filter(template="ask_identity").count() == 2


def test_the_status_page_says_that_the_time_may_stand_still(client, handler, crm):
    subject = SubjectFactory()
    IdentityFactory(subject=subject, verified_at=None)
    case = CaseFactory(subject=subject, channel="email", status="verifying")
    asking.ask(case=case, method=Method.DOCUMENT, actor=handler, now=NOW, doubt=DOUBT)
    assert "may stand still until your proof is here" in text_of(client.get(links.path_for(case)))


def test_a_closed_unverified_request_is_opened_again_by_its_link(client, ask, dpo, at):
    check = ask(Method.SWORN)
    path = path_of(check)
    waited_for(check.case, NOW)
    cases.close(case=check.case, outcome="unverified", actor=dpo, now=NOW)
    at.move_to(NOW + timedelta(days=100), tick=False)
    assert client.get(path).url == links.path_for(check.case)
    assert "Open my request again" in text_of(client.get(links.path_for(check.case)))
    client.post(f"{links.path_for(check.case)}reopen/")
    check.case.refresh_from_db()
    assert (check.case.status, check.case.received_at) == (CaseStatus.VERIFYING, NOW)


def test_a_wrong_key_opens_nothing(client, ask):
    check = ask(Method.SWORN)
    for name in ("public_proof_again", "public_reopen"):
        assert client.post(reverse(name, args=[check.case_id, "0" * 32])).status_code == 404


@pytest.fixture
def own(person):
    return CaseFactory(subject=person.subject, channel="email", status="verifying")


def test_who_has_an_account_confirms_by_the_password_again(person, own):
    page = text_of(signed_in(person).get(reverse("request_status", args=[own.pk])))
    assert "Sign in to confirm" in page
    stale = signed_in(person, proved=False).post(reverse("request_identity", args=[own.pk]))
    assert "reauthenticate" in stale.url
    own.refresh_from_db()
    assert own.status == CaseStatus.VERIFYING
    signed_in(person).post(reverse("request_identity", args=[own.pk]))
    own.refresh_from_db()
    assert (own.status, own.verification_level) == (CaseStatus.VERIFIED, 2)
    assert own.identity_checks.get().method == Method.LOGIN


def test_nobody_confirms_or_opens_the_request_of_another(own, django_user_model):
    other = django_user_model.objects.create(email="other@example.org", name="Other")
    client = signed_in(other)
    for name in ("request_identity", "request_reopen"):
        assert client.post(reverse(name, args=[own.pk])).status_code == 404
    own.refresh_from_db()
    assert own.status == CaseStatus.VERIFYING


def test_ones_own_unverified_request_is_opened_again(person, own, dpo):
    waited_for(own, NOW)
    cases.close(case=own, outcome="unverified", actor=dpo, now=NOW)
    client = signed_in(person)
    assert "Open my request again" in text_of(client.get(reverse("request_status", args=[own.pk])))
    client.post(reverse("request_reopen", args=[own.pk]))
    own.refresh_from_db()
    assert own.status == CaseStatus.VERIFYING
    assert Actor.of(person).user == own.events.get(kind="reopened").actor
