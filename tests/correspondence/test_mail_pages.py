"""The desk's pages of the correspondence: who sees what, what a list costs, files that are only saved."""

import uuid

import pytest
from django.utils import timezone

from accounts.enums import Role
from accounts.models import AuditEvent
from accounts.services.audit import SYSTEM, Actor
from correspondence.models import Mailbox, Message
from correspondence.services import threads, triage
from tests import desk
from tests import factories as make
from tests.correspondence.factories import AttachmentFactory, MessageFactory, ThreadFactory
from tests.correspondence.post import arrive, mail
from tests.people import signed_in, text_of

pytestmark = pytest.mark.django_db
MESSAGES, THREADS = "/staff/correspondence/message/", "/staff/correspondence/thread/"


@pytest.fixture
def officer():
    return desk.staff("Katrin Vogelsang", Role.DPO)


@pytest.fixture
def client(officer):
    return desk.signed_in(officer)


def test_triage_shows_the_oldest_first_and_its_count_in_the_navigation(client):
    late = MessageFactory(received_at=make.NOW)
    early = MessageFactory(received_at=make.NOW - timezone.timedelta(days=3))
    answer = client.get(MESSAGES)
    assert [row.pk for row in answer.context["cl"].result_list] == [early.pk, late.pk]
    navigation = next(e for g in answer.context["nav"] for e in g["items"] if e["area"].key == "mail")
    assert navigation["figure"].n == 2
    assert navigation["current"]


def test_the_work_queue_names_the_oldest_unclassified_message(client):
    assert "Unclassified mail" not in text_of(client.get("/staff/"))
    MessageFactory(received_at=make.NOW)
    assert "oldest of Mon 12 Oct" in text_of(client.get("/staff/"))


def own(captured):
    """Return the statements of the page itself."""
    names = ("correspondence_", "accounts_seal")
    return [q["sql"] for q in captured.captured_queries if any(name in q["sql"] for name in names)]


@pytest.mark.parametrize("path", [MESSAGES, THREADS])
def test_a_list_costs_the_same_for_many_rows(client, path, django_assert_max_num_queries):
    ThreadFactory()
    MessageFactory()
    client.get(path)
    with django_assert_max_num_queries(20) as first:
        client.get(path)
    for _ in range(20):
        ThreadFactory()
        MessageFactory()
    with django_assert_max_num_queries(20) as second:
        client.get(path)
    assert len(own(second)) == len(own(first)) <= 4


def test_a_message_is_found_by_the_complete_address_alone(client):
    one = MessageFactory(sender="marcus@example.org")
    MessageFactory()
    found = client.get(MESSAGES, {"q": "Marcus@example.org"}).context["cl"].result_list
    assert [row.pk for row in found] == [one.pk]
    assert not client.get(MESSAGES, {"q": "marcus"}).context["cl"].result_list


def test_a_file_is_saved_never_shown_and_the_trail_says_who_took_it(client):
    file = AttachmentFactory(
        name="<b>x.html", declared_type="text/html", content=b"<script>alert(1)</script>"
    )
    answer = client.get(f"{MESSAGES}{file.message.pk}/files/{file.pk}/")
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert AuditEvent.objects.filter(action="mail.file_taken", object_id=str(file.message.pk)).count() == 1


def test_a_file_of_another_message_is_not_found(client):
    file, other = AttachmentFactory(), MessageFactory()
    assert client.get(f"{MESSAGES}{other.pk}/files/{file.pk}/").status_code == 404
    assert client.get(f"{MESSAGES}{other.pk}/files/{uuid.uuid4()}/").status_code == 404


def test_the_message_as_it_came_can_be_saved(client):
    message = arrive(mail("Hello"))
    answer = client.get(f"{MESSAGES}{message.pk}/raw/")
    assert b"".join(answer.streaming_content) == mail("Hello")


def test_hostile_words_are_shown_as_words(client):
    message = arrive(mail("<script>x</script>", "<img src=x onerror=alert(1)>"))
    page = client.get(f"{MESSAGES}{message.pk}/change/").content.decode()
    assert "<script>x" not in page
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_quoted_text_is_folded(client):
    text = "New words.\r\n\r\nOn Mon, 12 Oct 2026, Mediux wrote:\r\n> old words\r\n"
    page = text_of(client.get(f"{MESSAGES}{arrive(mail('Re: x', text)).pk}/change/"))
    assert page.index("New words.") < page.index("Show the quoted text") < page.index("old words")


@pytest.mark.parametrize("role", [Role.HANDLER, Role.CLERK, Role.AUDITOR])
def test_privileged_notes_are_seen_by_counsel_and_officers_alone(client, officer, role):
    thread = ThreadFactory()
    threads.add_privileged_note(thread=thread, text="Advice.", actor=Actor.of(officer), now=timezone.now())
    page = f"{THREADS}{thread.pk}/change/"
    assert "Advice." in text_of(client.get(page))
    other = desk.signed_in(desk.staff("Jonas Feld", role))
    assert "Advice." not in text_of(other.get(page))
    assert other.post(f"{THREADS}{thread.pk}/advice/", {"text": "x"}).status_code == 403


def test_a_clerk_classifies_but_does_not_answer():
    clerk = desk.signed_in(desk.staff("Jonas Feld", Role.CLERK))
    message, thread = MessageFactory(), ThreadFactory(address="a@b.example")
    assert clerk.post(f"{MESSAGES}{message.pk}/spam/").status_code == 302
    assert Message.objects.get().settled == "spam"
    assert clerk.post(f"{THREADS}{thread.pk}/reply/", {"title": "x", "body": "y"}).status_code == 403


def test_a_refusal_is_shown_as_it_stands(client, officer):
    message = MessageFactory()
    triage.dismiss(message=message, as_spam=True, actor=Actor.of(officer), now=timezone.now())
    answer = client.post(f"{MESSAGES}{message.pk}/dismiss/")
    assert answer.status_code == 409
    assert "decided about this message already" in text_of(answer)


def test_a_failing_mailbox_says_since_when_and_why(client, monkeypatch):
    monkeypatch.setenv("IMAP_PRIVACY_URL", "imaps://u:secret-word@mail.example/INBOX")
    Mailbox.objects.create(key="privacy", polled_at=make.NOW, failed_at=make.NOW, failures=3,
                           last_error="The line to the mail server broke (TimeoutError).")  # fmt: skip
    page = text_of(client.get("/staff/correspondence/mailbox/"))
    assert "The line to the mail server broke" in page
    assert "Not connected" in page  # the two others
    assert "secret-word" not in page
    assert "Mailboxes that fail" in text_of(client.get("/staff/"))


def test_the_technical_administrator_sees_mailboxes_and_no_mail():
    client = desk.signed_in(desk.staff("Ines Carvalho", Role.TECHNICAL_ADMIN))
    page = client.get("/staff/correspondence/mailbox/")
    assert page.status_code == 200
    assert [area["label"] for area in page.context["areas"]] == ["Mailboxes"]
    assert client.get(MESSAGES).status_code == 403
    assert client.get(THREADS).status_code == 403


def test_a_person_reads_what_they_wrote_by_mail_without_the_quotes():
    user = make.UserFactory()
    subject = make.SubjectFactory(user=user)
    case = make.CaseFactory(subject=subject)
    message = MessageFactory(text="It is the team Alpha.\n> which team?", quote_at=22)
    triage.attach_to_case(message=message, reference=case.reference, actor=SYSTEM, now=make.NOW)
    page = text_of(signed_in(user).get(f"/requests/{case.pk}/"))
    assert "What you wrote by e-mail" in page
    assert "It is the team Alpha." in page
    assert "which team?" not in page


def test_a_person_never_reads_the_mail_of_an_authority_about_their_case():
    user = make.UserFactory()
    case = make.CaseFactory(subject=make.SubjectFactory(user=user))
    thread = ThreadFactory(case_id=case.pk)
    MessageFactory(text="Inquiry of the authority", kind="reply", thread=thread, in_triage=False)
    assert "Inquiry of the authority" not in text_of(signed_in(user).get(f"/requests/{case.pk}/"))


def test_the_case_leads_to_its_threads(client):
    case = make.CaseFactory()
    thread = ThreadFactory(case_id=case.pk, counterpart="processor")
    page = client.get(f"/staff/dsar/case/{case.pk}/change/").content.decode()
    assert f"{THREADS}{thread.pk}/change/" in page
