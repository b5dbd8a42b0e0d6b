"""Letters: kept byte for byte as they left, tried again when the server refuses, never sent with a hole."""

import base64
import email
import hashlib
import smtplib
from datetime import timedelta
from email.policy import default

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction

from accounts.models import AuditEvent
from config import jobs
from config.jobs import JobStatus
from correspondence.enums import Template
from correspondence.models import Letter
from correspondence.services import letters
from tests.factories import NOW, LetterFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(monkeypatch):
    sent = []
    monkeypatch.setitem(jobs._kinds, Letter, sent.append)
    return sent


@pytest.fixture
def refusing(monkeypatch):
    def refuse(fault):
        class Server:
            def send_messages(self, _):
                raise fault

        monkeypatch.setattr(letters, "get_connection", Server)

    return refuse


def free(**more):
    given = {"template": Template.FREE, "to": "leo@example.org", "title": "A question", "body": "Which one?"}
    with transaction.atomic():
        return letters.queue_letter(**given | more, now=NOW)


def test_every_template_has_a_file_with_a_version():
    call_command("check")
    versions = {t: letters.source_of(t).version for t in Template if t != Template.FREE}
    assert all(versions.values())


def test_a_letter_leaves_once_and_is_kept_as_it_left(published):
    letter = free()
    assert letters.send_letter(letter_id=letter.pk, now=NOW)
    assert not letters.send_letter(letter_id=letter.pk, now=NOW)
    letter.refresh_from_db()
    raw = base64.b64decode(letter.raw)
    assert raw == mail.outbox[0].message().as_bytes(linesep="\r\n")
    assert hashlib.sha256(raw).hexdigest() == letter.sha256
    read = email.message_from_bytes(raw, policy=default)
    assert (read["To"], read["Subject"]) == ("leo@example.org", "A question")
    assert len(mail.outbox) == 1


def test_the_broker_is_told_only_after_the_commit(published, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        letter = free()
        assert published == []
    assert published == [letter.pk]


def test_a_refusing_server_means_another_try_later_with_the_reason_kept(published, refusing):
    letter = free()
    refusing(smtplib.SMTPServerDisconnected("leo@example.org is unknown"))
    assert not letters.send_letter(letter_id=letter.pk, now=NOW)
    letter.refresh_from_db()
    assert letter.status == JobStatus.READY
    assert letter.next_attempt_at > NOW
    assert "SMTPServerDisconnected" in letter.last_error
    assert "leo@" not in letter.last_error
    assert not letters.send_letter(letter_id=letter.pk, now=NOW)


def test_after_the_last_try_the_letter_needs_attention_and_somebody_is_told(published, refusing, monkeypatch):
    told = []
    monkeypatch.setattr(letters, "_failed", [told.append])
    letter = free()
    refusing(OSError("no route"))
    now = NOW
    for _ in range(jobs.MAX_ATTEMPTS):
        letters.send_letter(letter_id=letter.pk, now=now)
        now += timedelta(days=1)
    letter.refresh_from_db()
    assert letter.status == JobStatus.ATTENTION
    assert [one.pk for one in told] == [letter.pk]
    assert AuditEvent.objects.filter(action="letter.failed").count() == jobs.MAX_ATTEMPTS


def test_an_unknown_recipient_is_not_tried_again(published, refusing):
    letter = free()
    refusing(smtplib.SMTPRecipientsRefused({"leo@example.org": (550, b"unknown")}))
    letters.send_letter(letter_id=letter.pk, now=NOW)
    letter.refresh_from_db()
    assert letter.status == JobStatus.ATTENTION


def test_a_letter_that_needs_attention_can_be_sent_again(published):
    letter = LetterFactory(status=JobStatus.ATTENTION, attempts=6)
    assert letters.resend(letter=letter, actor=letters.audit.SYSTEM, now=NOW)
    assert letters.send_letter(letter_id=letter.pk, now=NOW)
    assert not letters.resend(letter=letter, actor=letters.audit.SYSTEM, now=NOW)


@pytest.mark.parametrize("to", ["", "nobody", "a@b.org, c@d.org", "a@b.org\nBcc: x@y.org", "<a@b.org>"])
def test_exactly_one_address_is_needed(to):
    with pytest.raises(letters.LetterFault, match="exactly one"):
        free(to=to)


def test_a_title_cannot_bring_another_header(published):
    letter = free(title="Hello\r\nBcc: someone@example.org")
    letters.send_letter(letter_id=letter.pk, now=NOW)
    assert mail.outbox[0].message()["Bcc"] is None
    assert mail.outbox[0].subject == "Hello Bcc: someone@example.org"


def test_an_empty_letter_is_refused():
    with pytest.raises(letters.LetterFault, match="a title and a text"):
        free(body="  \n")


def test_no_letter_leaves_with_a_hole():
    with pytest.raises(letters.LetterFault, match="lacks a value"):
        letters.render(Template.PROVE_EMAIL, {"name": "Leo", "right": "access", "expires": "tomorrow"})


def test_the_persons_own_words_are_never_read_as_a_template():
    title, body, _ = letters.render(
        Template.PROVE_EMAIL,
        {
            "name": "{{ profile }}{% include 'x' %}",
            "right": "<b>access</b>",
            "link": "https://x",
            "expires": "5 May",
        },
    )
    assert "{{ profile }}{% include 'x' %}" in body
    assert "<b>access</b>" in body
    assert title == "Confirm that this is your e-mail address"


def test_long_right_to_left_and_emoji_texts_arrive_unharmed(published):
    text = "שלום 👋🏽 مرحبا\n" * 300
    letter = free(body=text, title="א" * 4000)
    letters.send_letter(letter_id=letter.pk, now=NOW)
    letter.refresh_from_db()
    read = email.message_from_bytes(base64.b64decode(letter.raw), policy=default)
    assert read.get_content().replace("\r\n", "\n").strip() == text.strip()
    assert str(read["Subject"]).strip() == "א" * 200
