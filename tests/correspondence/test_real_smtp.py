"""Letters through a real SMTP server: greylisted, refused, accepted; what arrived is what is kept."""

import base64
import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller

from correspondence.models import Letter
from correspondence.services import letters, tokens
from tests.correspondence.post import arrive, mail
from tests.factories import NOW

pytestmark = pytest.mark.django_db


class Handler:
    """Answers what it is told to, and keeps what it accepted."""

    def __init__(self):
        self.answers, self.taken = [], []

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(envelope.original_content or envelope.content)
        return "250 OK"


@pytest.fixture
def smtp(settings):
    handler = Handler()
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port = line.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield handler
    controller.stop()


@pytest.fixture
def letter():
    arrive(mail("Data Deletion Request", number=5))
    return Letter.objects.get(template="acknowledgement")


def test_a_greylisted_letter_goes_later_and_arrives_once(smtp, letter):
    smtp.answers = ["451 4.7.1 Greylisted, try again"]
    assert not letters.send_letter(letter_id=letter.pk, now=NOW)
    letter.refresh_from_db()
    assert (letter.status, letter.attempts) == ("ready", 1)
    assert letter.next_attempt_at > NOW
    assert not letters.send_letter(letter_id=letter.pk, now=NOW + timedelta(seconds=1))
    assert letters.send_letter(letter_id=letter.pk, now=NOW + timedelta(minutes=1))
    assert len(smtp.taken) == 1


def test_a_letter_refused_for_good_needs_somebody(smtp, letter):
    smtp.answers = ["550 5.1.1 No such user"]
    letters.send_letter(letter_id=letter.pk, now=NOW)
    letter.refresh_from_db()
    assert letter.status == "attention"
    assert "leonie" not in letter.last_error


def test_what_arrives_is_what_is_kept_and_an_answer_to_it_finds_the_case(smtp, letter):
    letters.send_letter(letter_id=letter.pk, now=NOW)
    letter.refresh_from_db()
    kept = base64.b64decode(letter.raw)
    assert smtp.taken[0].rstrip() == kept.rstrip()
    assert b"In-Reply-To: <5@example.org>" in kept
    assert tokens.mark_of(letter.pk).encode() in kept.replace(b"\r\n ", b"")
    answer = arrive(mail("Re: x", "Thank you.", number=6, headers=[f"In-Reply-To: {letter.message_id}"]))
    assert answer.thread.case_id == letter.case_id


def test_a_loop_of_machines_ends_at_once(smtp, letter):
    """A vacation notice for our letter gets no answer, so nothing goes round."""
    letters.send_letter(letter_id=letter.pk, now=NOW)
    before = Letter.objects.count()
    for number in range(5):
        away = ["Auto-Submitted: auto-replied", f"In-Reply-To: {letter.pk}"]
        arrive(mail("Data Deletion Request", f"I am away {number}", number=f"a{number}", headers=away))
    assert Letter.objects.count() == before
