"""Where a message goes: its thread by marks, Message-IDs and references; forged marks lead nowhere."""

import base64
import uuid
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import IntegrityError, transaction

from correspondence.enums import Counterpart
from correspondence.models import Letter, Message, RawMessage, Thread
from correspondence.services import letters, reading, storing, threads, tokens, vault
from tests import factories as make
from tests.correspondence.factories import ThreadFactory
from tests.correspondence.post import CAME, arrive, mail
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter():
    """A letter to the person of a case."""
    case = make.CaseFactory()
    make.IdentityFactory(subject=case.subject, value="leonie@example.org")
    return make.LetterFactory(
        case_id=case.pk, to="leonie@example.org", subject_person=case.subject, reference=case.reference
    )


def test_the_same_bytes_are_stored_once_and_again_is_no_fault():
    raw = mail("Hello")
    assert storing.store_raw(mailbox="privacy", chunks=[raw], now=NOW)
    assert storing.store_raw(mailbox="privacy", chunks=[raw], now=NOW, source="imap:7:9") is None
    assert RawMessage.objects.count() == 1
    assert len(list(vault.folder(RawMessage).rglob(f"{RawMessage.objects.get().pk.hex}.bin"))) == 1


def test_bytes_are_encrypted_on_the_disk_and_come_back_whole():
    row = storing.store_raw(mailbox="privacy", chunks=[mail("Secret words")], now=NOW)
    assert b"Secret words" not in vault.path_of(RawMessage, row.pk).read_bytes()
    assert b"".join(vault.read(row)) == mail("Secret words")


def test_a_failing_position_keeps_neither_row_nor_file():
    def broken():
        raise IntegrityError("position")

    before = set(vault.folder(RawMessage).rglob("*.bin"))
    with pytest.raises(IntegrityError):
        storing.store_raw(mailbox="privacy", chunks=[mail("x")], now=NOW, together=broken)
    assert not RawMessage.objects.exists()
    assert set(vault.folder(RawMessage).rglob("*.bin")) == before


def test_reading_twice_makes_one_message():
    row = storing.store_raw(mailbox="privacy", chunks=[mail("Hello")], now=NOW)
    assert reading.read_message(raw_id=row.pk, now=NOW)
    assert reading.read_message(raw_id=row.pk, now=NOW) is None
    assert Message.objects.count() == 1


def test_a_message_that_cannot_be_read_is_kept_and_shown_in_triage():
    message = arrive(b"\xff\xfe no message at all")
    assert (message.kind, message.in_triage) == ("unparseable", True)
    assert "cannot be read" in message.text
    assert b"".join(vault.read(message.raw)) == b"\xff\xfe no message at all"


def test_a_message_that_kills_its_reader_again_and_again_is_shown_unread():
    row = storing.store_raw(mailbox="privacy", chunks=[mail("Poison")], now=NOW)
    RawMessage.objects.update(attempts=reading.MOST_TRIES)
    message = reading.read_message(raw_id=row.pk, now=NOW)
    assert message.kind == "unparseable"
    assert "stopped" in message.text


def test_a_message_file_that_is_gone_is_tried_again_and_said():
    row = storing.store_raw(mailbox="privacy", chunks=[mail("x")], now=NOW)
    vault.forget(RawMessage, row.pk)
    assert reading.read_message(raw_id=row.pk, now=NOW) is None
    row.refresh_from_db()
    assert row.status == "ready"
    assert "cannot be read" in row.last_error


def test_a_message_in_no_thread_and_no_triage_cannot_be_stored():
    message = arrive(mail("Hello"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(in_triage=False)


@pytest.mark.parametrize("way", ["in-reply-to", "references", "plus", "subject", "x-reference"])
def test_an_answer_finds_its_thread_by_every_way(letter, way):
    mark, own = tokens.mark_of(letter.pk), f"<{letter.pk}@mediuxai.com>"
    given = {
        "in-reply-to": {"headers": [f"In-Reply-To: {own}"]},
        "references": {"headers": [f"References: <x@y> {own} <z@example.org>"]},
        "plus": {"to": f"privacy+{mark}@mediuxai.com"},
        "subject": {"subject": f"Re: yes [{mark.upper()}]"},
        "x-reference": {"headers": [f"X-Reference: MX-2026-0001 {mark}"]},
    }[way]
    message = arrive(mail(**{"subject": "Re: x", **given}))
    assert message.kind == "reply"
    assert message.thread.case_id == letter.case_id
    assert not message.in_triage


def test_a_forged_mark_leads_nowhere(letter):
    mark = tokens.mark_of(letter.pk)
    forged = mark[:-1] + ("a" if mark[-1] != "a" else "b")
    message = arrive(mail(f"Re: [{forged}]", to=f"privacy+{forged}@mediuxai.com"))
    assert message.thread is None
    assert message.in_triage


def test_a_mark_of_another_letter_with_this_signature_leads_nowhere(letter):
    name = base64.b32encode(uuid.uuid4().bytes).decode().rstrip("=").lower()
    assert tokens.read_mark(f"r-{name}-{tokens.mark_of(letter.pk)[-16:]}") is None


def test_a_long_chain_of_answers_stays_one_thread(letter):
    first = arrive(mail("Re: x", number=1, headers=[f"In-Reply-To: <{letter.pk}@mediuxai.com>"]))
    later = arrive(mail("Re: Re: Fwd: x", "more", number=2, headers=["In-Reply-To: <1@example.org>"]))
    last = arrive(
        mail("AW: Re: Re: Fwd: x", "yet", number=3, headers=["References: <0@x.y> <2@example.org>"])
    )
    assert first.thread == later.thread == last.thread
    assert Thread.objects.count() == 1


def test_an_answer_from_another_address_is_threaded_and_says_so(letter):
    message = arrive(
        mail("Re: x", sender="x@example.com", headers=[f"In-Reply-To: <{letter.pk}@mediuxai.com>"])
    )
    assert "other_sender" in message.flags
    arrived = make.CaseFactory._meta.model.objects.get().events.get(kind="received_mail")
    assert "another address" in arrived.note


def test_a_letter_of_the_case_to_somebody_else_has_a_thread_of_its_own(letter):
    to_processor = make.LetterFactory(case_id=letter.case_id, to="dpo@processor.example", reference="MX-1",
                                      subject_person=letter.subject_person)  # fmt: skip
    message = arrive(mail("Re: Please delete", "Done.", sender="dpo@processor.example",
                          headers=[f"In-Reply-To: <{to_processor.pk}@mediuxai.com>"]))  # fmt: skip
    assert message.thread.counterpart == Counterpart.OTHER
    assert message.thread.case_id == letter.case_id


def test_one_message_in_two_mailboxes_is_one_request():
    raw = mail("Data Deletion Request", to="privacy@mediuxai.com, dpo@mediuxai.com")
    first = arrive(raw)
    second = arrive(b"Received: by mx.mediuxai.com; Mon, 12 Oct 2026 06:30:00 +0000\r\n" + raw, mailbox="dpo")
    assert second.kind == "copy"
    assert second.thread == first.thread
    assert Thread.objects.count() == 1


def test_a_used_message_id_with_other_words_is_no_copy():
    arrive(mail("Hello", "one"))
    assert arrive(mail("Hello", "two")).kind == "other"


def test_our_own_letter_come_back_is_a_loop_and_never_answered(letter):
    raw = letters.message_of(letter, now=NOW).message().as_bytes()
    message = arrive(raw)
    assert (message.kind, message.never_answer) == ("loop", True)
    assert message.thread.case_id == letter.case_id


def test_an_automatic_answer_joins_its_thread_and_is_no_word_of_the_person(letter):
    headers = [f"In-Reply-To: <{letter.pk}@mediuxai.com>", "Auto-Submitted: auto-replied"]
    message = arrive(mail("Automatic reply: x", headers=headers))
    assert message.kind == "auto_reply"
    assert message.thread.case_id == letter.case_id
    assert not make.CaseFactory._meta.model.objects.get().events.filter(kind="received_mail").exists()


def test_a_sender_faster_than_people_is_never_answered():
    for number in range(22):
        message = arrive(mail(f"Question {number}", number=number), now=NOW + timedelta(seconds=number))
    assert message.never_answer
    assert "many_messages" in message.flags


def test_the_receipt_is_never_later_than_the_moment_we_had_it():
    message = arrive(mail("From the future", at=NOW + timedelta(days=3)))
    assert (message.received_at, message.received_by) == (NOW, "fetched")


def test_a_forged_header_below_ours_does_not_move_the_receipt():
    forged = "Received: from a by mx.mediuxai.com; Thu, 01 Jan 2026 00:00:00 +0000"
    assert arrive(mail("x", headers=[forged])).received_at == CAME


def test_spam_waits_in_triage_and_opens_no_case():
    message = arrive(b"X-Spam-Flag: YES\r\n" + mail("Data Deletion Request"))
    assert (message.kind, message.in_triage) == ("spam", True)


def test_results_of_authentication_are_kept_from_our_server_only():
    raw = mail("x", headers=["Authentication-Results: mx.mediuxai.com; dmarc=pass"])
    assert arrive(b"Authentication-Results: mx.mediuxai.com; spf=fail\r\n" + raw).authentication == {
        "by": "mx.mediuxai.com", "spf": "fail",
    }  # fmt: skip


def test_a_letter_in_a_thread_names_what_it_answers_and_carries_its_mark(monkeypatch):
    arrive(mail("Data Deletion Request", number=77))
    letter = Letter.objects.get(template="acknowledgement")
    monkeypatch.setenv("MAIL_PLUS_ADDRESSES", "true")
    letters.send_letter(letter_id=letter.pk, now=NOW)
    sent = outbox.outbox[0].message()
    assert sent["In-Reply-To"] == sent["References"] == "<77@example.org>"
    assert tokens.read_mark(sent["Reply-To"]) == tokens.read_mark(sent["X-Reference"]) == letter.pk
    assert sent["Auto-Submitted"] == "auto-generated"


def test_a_letter_to_a_processor_never_names_the_persons_message():
    arrive(mail("Data Deletion Request", number=77))
    case_id = Thread.objects.get().case_id
    letter = make.LetterFactory(case_id=case_id, to="dpo@processor.example")
    assert "In-Reply-To" not in tokens.headers_for(letter)


def test_a_reply_in_a_thread_waits_for_the_other_side_and_their_answer_is_our_turn():
    thread = ThreadFactory(address="inquiry@authority.example", title="Inquiry")
    staff = make.StaffFactory()
    letter = threads.reply(
        thread=thread, title="Re: Inquiry", body="Here.", actor=threads.Actor.of(staff), now=NOW
    )
    assert thread.status == "waiting"
    letters.send_letter(letter_id=letter.pk, now=NOW)
    raw = mail(
        "Re: Inquiry",
        sender="inquiry@authority.example",
        headers=[f"In-Reply-To: <{letter.pk}@mediuxai.com>"],
    )
    assert arrive(raw).thread == thread
    thread.refresh_from_db()
    assert thread.status == "open"


def test_old_files_that_no_row_names_are_swept():
    import os

    row = storing.store_raw(mailbox="privacy", chunks=[mail("kept")], now=NOW)
    orphan = uuid.uuid4()
    vault.write(RawMessage, orphan, [b"x"])
    long_ago = NOW.timestamp() - 2 * 86400
    for pk in (row.pk, orphan):
        os.utime(vault.path_of(RawMessage, pk), (long_ago, long_ago))
    vault.sweep(now=NOW)
    assert vault.path_of(RawMessage, row.pk).exists()
    assert not vault.path_of(RawMessage, orphan).exists()
