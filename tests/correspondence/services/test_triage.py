"""Triage: each decision can be taken once, taken back, and leaves its trace."""

from datetime import date

import pytest

from accounts.models import AuditEvent
from accounts.services.audit import Actor
from correspondence.models import Message, Thread
from correspondence.services import threads, triage
from correspondence.services.threads import ThreadFault
from correspondence.services.triage import TriageFault
from dsar.models import Case
from tests import factories as make
from tests.correspondence.factories import MessageFactory, ThreadFactory
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor():
    return Actor.of(make.StaffFactory())


@pytest.fixture
def message():
    return MessageFactory()


def test_a_case_made_from_a_message_runs_from_its_receipt(message, actor):
    triage.make_case(message=message, right="access", country="de", region="", actor=actor, now=NOW)
    case = Case.objects.get()
    assert (case.right, case.received_at, case.regime) == ("access", message.received_at, "eu_gdpr")
    message.refresh_from_db()
    assert message.thread.case_id == case.pk
    assert AuditEvent.objects.filter(action="mail.case_made", object_id=str(message.pk)).count() == 1


def test_a_right_that_is_not_offered_is_refused_and_the_message_stays(message, actor):
    with pytest.raises(TriageFault, match="does not offer"):
        triage.make_case(message=message, right="complaint", country="US", region="CA", actor=actor, now=NOW)
    message.refresh_from_db()
    assert message.in_triage
    assert not Case.objects.exists()


def test_a_message_without_sender_makes_no_case(actor):
    with pytest.raises(TriageFault, match="no sender"):
        triage.make_case(
            message=MessageFactory(sender=""), right="access", country="", region="", actor=actor, now=NOW
        )


def test_a_colleague_who_was_slower_is_told(message, actor):
    triage.dismiss(message=message, as_spam=False, actor=actor, now=NOW)
    with pytest.raises(TriageFault, match="already"):
        triage.dismiss(message=message, as_spam=True, actor=actor, now=NOW)


def test_a_message_joins_a_case_by_its_reference(message, actor):
    case = make.CaseFactory()
    triage.attach_to_case(message=message, reference=f" {case.reference.lower()} ", actor=actor, now=NOW)
    message.refresh_from_db()
    assert message.thread.case_id == case.pk
    assert case.events.filter(kind="received_mail").exists()


def test_an_unknown_reference_is_refused(message, actor):
    with pytest.raises(TriageFault, match="No case"):
        triage.attach_to_case(message=message, reference="MX-1", actor=actor, now=NOW)


def test_an_authoritys_letter_starts_a_thread_with_number_and_deadline(message, actor):
    thread = triage.start_thread(
        message=message, counterpart="authority", their_number="LDA-1085/26", deadline_on=date(2026, 11, 2),
        actor=actor, now=NOW,
    )  # fmt: skip
    assert (thread.counterpart, thread.their_number, thread.due_on) == (
        "authority",
        "LDA-1085/26",
        date(2026, 11, 2),
    )
    assert thread.status == "open"


@pytest.mark.parametrize("decide", ["dismiss", "spam", "start", "attach"])
def test_what_was_decided_can_be_taken_back(message, actor, decide):
    kept = ThreadFactory()
    if decide in ("dismiss", "spam"):
        triage.dismiss(message=message, as_spam=decide == "spam", actor=actor, now=NOW)
    elif decide == "start":
        triage.start_thread(message=message, counterpart="processor", actor=actor, now=NOW)
    else:
        triage.attach_to_thread(message=message, thread=kept, actor=actor, now=NOW)
    triage.undo(message=message, actor=actor, now=NOW)
    again = Message.objects.get()
    assert again.in_triage
    assert (again.settled, again.thread) == ("", None)
    assert list(Thread.objects.all()) == [kept]


def test_a_case_is_not_undone_from_here(message, actor):
    triage.make_case(message=message, right="access", country="DE", region="", actor=actor, now=NOW)
    with pytest.raises(TriageFault, match="Withdraw or close"):
        triage.undo(message=message, actor=actor, now=NOW)


def test_our_date_cannot_be_after_their_deadline(actor):
    with pytest.raises(ThreadFault, match="after their deadline"):
        threads.set_dates(thread=ThreadFactory(), due_on=date(2026, 11, 3), deadline_on=date(2026, 11, 2),
                          their_number="", actor=actor)  # fmt: skip


def test_a_privileged_note_is_encrypted_and_its_words_are_in_no_event(actor):
    thread = ThreadFactory()
    threads.add_privileged_note(thread=thread, text="Do not admit it.", actor=actor, now=NOW)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM correspondence_privilegednote")
        assert "admit" not in cursor.fetchone()[0]
    assert "admit" not in str(list(AuditEvent.objects.values("details")))


def test_a_thread_without_address_is_not_answered_by_mail(actor):
    with pytest.raises(ThreadFault, match="no e-mail address"):
        threads.reply(thread=ThreadFactory(), title="x", body="y", actor=actor, now=NOW)


def test_the_persons_thread_of_a_case_keeps_its_kind(message, actor):
    triage.make_case(message=message, right="access", country="DE", region="", actor=actor, now=NOW)
    with pytest.raises(ThreadFault, match="stays"):
        threads.set_counterpart(thread=Thread.objects.get(), counterpart="processor", actor=actor)
