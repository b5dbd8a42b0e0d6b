"""Answers by mail move the clocks by the day they came, never by the day somebody read them."""

from datetime import timedelta

import pytest

from accounts.services.audit import Actor
from correspondence.models import Letter
from correspondence.services import triage
from dsar.enums import CaseStatus, LinkKind, Method, Right
from dsar.models import Case, ClockEvent, EmailProof
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, clarifying, identity, relations
from dsar.services.identity import asking, documents
from tests.correspondence.post import arrive, mail
from tests.factories import NOW, CaseFactory, IdentityFactory, StaffFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PDF = b"%PDF-1.7 a signed paper"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def staff():
    return Actor.of(StaffFactory())


def reply(letter, text="Only the invoices of 2025.", *, at, sender="leonie@example.org", number=7, file=b""):
    """Return the answer to one of our letters, with a file when there is one."""
    headers = [f"In-Reply-To: <{letter.pk}@mediuxai.com>"]
    plain = mail("Re: your letter", text, at=at, sender=sender, number=number, headers=headers)
    if not file:
        return plain
    head, _, body = plain.partition(b"\r\n\r\n")
    head = head.replace(b"text/plain; charset=utf-8", b'multipart/mixed; boundary="cut"')
    part = (
        b'--cut\r\nContent-Type: application/pdf; name="p.pdf"\r\n'
        b'Content-Disposition: attachment; filename="p.pdf"\r\n\r\n'
    )
    return head + b"\r\n\r\n--cut\r\n\r\n" + body + b"\r\n" + part + file + b"\r\n--cut--\r\n"


def known(**fields):
    """A case by mail of Leonie, whose address we know."""
    subject = IdentityFactory(value="leonie@example.org", subject__country="GB").subject
    fields = {
        "right": "access",
        "regime": "uk_gdpr",
        "channel": "email",
        "received_at": NOW - 20 * DAY,
    } | fields
    return CaseFactory(subject=subject, **fields)


@pytest.fixture
def asked(staff):
    """A case with an open question, asked ten days ago."""
    case = known(verified=True)
    clarifying.ask(case=case, question="Which data do you mean?", actor=staff, now=NOW - 10 * DAY)
    return case


def events(case, kind):
    return list(ClockEvent.objects.filter(case=case, kind=kind))


def test_an_answer_by_mail_ends_the_question_on_the_day_it_came(asked):
    letter = Letter.objects.get(template="clarification_request")
    message = arrive(reply(letter, at=NOW - 6 * DAY))
    question = asked.clarifications.get()
    assert (question.answer, question.answered_at) == ("Only the invoices of 2025.", NOW - 6 * DAY)
    [event] = events(asked, "clarification_received")
    assert (event.on, event.message_id) == ((NOW - 6 * DAY).date(), message.pk)


@pytest.mark.parametrize("wrong", ["sender", "early", "machine", "empty"])
def test_what_may_not_be_the_answer_is_left_to_whoever_reads_it(asked, wrong):
    letter = Letter.objects.get(template="clarification_request")
    raw = {
        "sender": lambda: reply(letter, at=NOW - DAY, sender="else@example.org"),
        "early": lambda: reply(letter, at=NOW - 12 * DAY),
        "machine": lambda: reply(letter, at=NOW - DAY).replace(b"From:", b"Precedence: bulk\r\nFrom:", 1),
        "empty": lambda: reply(letter, "", at=NOW - DAY),
    }[wrong]()
    arrive(raw)
    assert asked.clarifications.get().answered_at is None
    assert events(asked, "clarification_received") == []


@pytest.fixture
def doubted(staff):
    """A British case whose person was asked for a document twelve days ago."""
    case = known(status=CaseStatus.VERIFYING)
    asking.ask(
        case=case, method=Method.DOCUMENT, doubt="The address was changed an hour before.", actor=staff,
        now=NOW - 12 * DAY,
    )  # fmt: skip
    return case


def test_a_proof_by_mail_counts_from_the_day_it_came_not_from_the_day_it_was_read(doubted, staff):
    letter = Letter.objects.get(template="ask_identity")
    message = arrive(reply(letter, "Here it is.", at=NOW - 9 * DAY, file=PDF))
    check = doubted.identity_checks.get(method=Method.DOCUMENT)
    assert (check.arrived_at, check.message_id) == (NOW - 9 * DAY, message.pk)
    assert events(doubted, "identity_received") == []  # nobody has said yet that it is enough
    assert b"".join(documents.view(check=check, actor=staff, now=NOW)) == PDF
    documents.decide(check=check, passed=True, reason="Name and address fit.", actor=staff, now=NOW)
    [event] = events(doubted, "identity_received")
    assert (event.on, event.message_id) == ((NOW - 9 * DAY).date(), message.pk)
    doubted.refresh_from_db()
    assert doubted.status == CaseStatus.VERIFIED
    start = doubted.evaluations.filter(obligation="answer").first().result["start_on"]
    assert start == (NOW - 9 * DAY).date().isoformat()


def test_a_proof_that_is_refused_moves_no_date(doubted, staff):
    arrive(reply(Letter.objects.get(template="ask_identity"), at=NOW - 9 * DAY, file=PDF))
    check = doubted.identity_checks.get(method=Method.DOCUMENT)
    list(documents.view(check=check, actor=staff, now=NOW))
    documents.decide(check=check, passed=False, reason="It is another person's.", actor=staff, now=NOW)
    assert events(doubted, "identity_received") == []


@pytest.mark.parametrize("file", [b"", b"MZ no picture"])
def test_words_and_other_files_are_no_document(doubted, file):
    arrive(reply(Letter.objects.get(template="ask_identity"), "Why do you ask?", at=NOW - 9 * DAY, file=file))
    check = doubted.identity_checks.get(method=Method.DOCUMENT)
    assert (check.arrived_at, check.file) == (None, "")
    assert doubted.events.filter(kind="proof_unreadable").exists() is bool(file)


def test_a_judgement_of_staff_is_dated_by_the_proof_that_waited(doubted, staff):
    arrive(reply(Letter.objects.get(template="ask_identity"), at=NOW - 9 * DAY, file=PDF))
    cases.verify(case=doubted, level=2, method="compared by telephone", actor=staff, now=NOW)
    [event] = events(doubted, "identity_received")
    assert event.on == (NOW - 9 * DAY).date()


BOTH = "Please send me a copy of my data. Then please delete all my data."


def test_a_message_that_plainly_asks_for_two_things_opens_two_cases_of_one_day():
    arrive(mail("Data Deletion Request", "Please delete my account data. I withdraw my consent."))
    first, second = Case.objects.order_by("number")
    assert [first.right, second.right] == ["platform_deletion", "withdrawal"]
    assert first.received_at == second.received_at
    assert second.links.get().kind == LinkKind.SPLIT
    assert second.verification_level == 0  # a withdrawal waits for nobody's proof
    assert Letter.objects.filter(case_id=second.pk, template="acknowledgement").count() == 1


def test_what_is_not_certain_is_offered_not_done():
    arrive(mail("Data Deletion Request", "I did not get the copy of my data that I asked for."))
    case = Case.objects.get()
    assert "It may also ask for: Access" in case.attention


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        (BOTH, ["deletion", "access"]),
        ("Bitte löschen Sie meine Daten.", ["deletion"]),
        ("I withdraw my consent.", ["withdrawal"]),
        ("Could you delete my data?", []),
        ("Please do not delete my data, send me a copy of my data.", []),
        ("If you delete my data, tell me.", []),
        ("You already sent a copy of my data.", []),
    ],
)
def test_only_plain_wishes_are_certain(text, certain):
    from correspondence.rules.proposing import certain_rights_in

    assert certain_rights_in(text) == certain


def test_triage_makes_one_case_a_right_with_one_click(staff):
    message = arrive(mail("Hello", BOTH))
    assert message.in_triage
    triage.make_case(
        message=message, right="access", more=["deletion", "access"], country="DE", region="", actor=staff,
        now=NOW,
    )  # fmt: skip
    assert sorted(Case.objects.values_list("right", flat=True)) == ["access", "deletion"]
    assert len(set(Case.objects.values_list("received_at", flat=True))) == 1
    assert EmailProof.objects.count() == 1  # asked once


def test_what_cannot_be_split_off_is_told_to_staff(staff, monkeypatch):
    def refuse(**_):
        raise NotAllowed("Not offered there.")

    monkeypatch.setattr(relations, "split", refuse)
    message = arrive(mail("Hello", BOTH))
    triage.make_case(
        message=message, right="access", more=["limit"], country="DE", region="", actor=staff, now=NOW
    )
    case = Case.objects.get()
    assert case.attention == f"{Right.LIMIT.label}: Not offered there."


def test_who_proved_one_case_of_a_message_has_proved_the_others(staff):
    message = arrive(mail("Hello", BOTH))
    triage.make_case(
        message=message, right="deletion", more=["access"], country="DE", region="", actor=staff, now=NOW
    )
    first, second = Case.objects.order_by("number")
    owner = IdentityFactory(value="known@example.org").subject
    Case.objects.filter(pk=first.pk).update(subject=owner)
    first.refresh_from_db()
    identity.mark_verified(case=first, level=1, method="mailbox", actor=staff, now=NOW, how=Method.EMAIL)
    second.refresh_from_db()
    assert (second.status, second.verification_level, second.subject) == (CaseStatus.VERIFIED, 1, owner)


def test_a_case_that_needs_more_is_not_carried_along(staff):
    case = known(right="know_categories", regime="ccpa", status=CaseStatus.VERIFYING)
    case.subject.country, case.subject.region = "US", "CA"
    case.subject.save()
    [more] = relations.split(case=case, rights=["access"], actor=staff, now=NOW)
    identity.mark_verified(case=case, level=3, method="x", actor=staff, now=NOW, how=Method.KNOWLEDGE)
    more.refresh_from_db()
    assert (case.status, more.verified_at) == (CaseStatus.VERIFIED, None)


def test_a_machine_gets_no_letter_for_the_second_right_either(staff):
    raw = mail("Data Deletion Request", "Please delete all. I withdraw my consent.",
               headers=["Auto-Submitted: auto-generated"])  # fmt: skip
    message = arrive(raw)
    triage.make_case(message=message, right="deletion", more=["withdrawal"], country="DE", region="",
                     actor=staff, now=NOW)  # fmt: skip
    assert Case.objects.count() == 2
    assert not Letter.objects.exists()
