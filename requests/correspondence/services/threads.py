"""Threads: opened by mail or by staff, typed by counterpart, each with its own dates."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Identity, User
from accounts.services import audit
from accounts.services.audit import Actor
from correspondence.enums import Counterpart, Template, ThreadStatus
from correspondence.models import Letter, Message, PrivilegedNote, Thread
from correspondence.services import letters, routing
from correspondence.services.routing import CaseRef


class ThreadFault(ValueError):
    """Something cannot be done to a thread; the sentence says what to change."""


def open_thread(
    *,
    counterpart: str,
    title: str,
    address: str,
    actor: Actor,
    now: datetime,
    case: CaseRef | None = None,
    their_number: str = "",
    deadline_on: date | None = None,
) -> Thread:
    """Open a thread with somebody; `case` ties it to a case. Call it inside a transaction."""
    thread = Thread.objects.create(
        counterpart=counterpart, title=title[:200], address=address, opened_at=now, last_at=now,
        their_number=their_number.strip()[:80], deadline_on=deadline_on, due_on=deadline_on,
        case_id=case.case_id if case else None, reference=case.reference if case else "",
        subject_person=case.subject_person if case else None,
    )  # fmt: skip
    details = {"counterpart": counterpart, "case": str(thread.case_id or "")}
    audit.record(actor=actor, action="thread.opened", obj=thread, details=details)
    return thread


def of_case(*, case: CaseRef, title: str, address: str, actor: Actor, now: datetime) -> Thread:
    """Return the thread with the person of a case, opened when there is none."""
    found: Thread | None = Thread.objects.of_case(case.case_id).filter(counterpart=Counterpart.PERSON).first()
    return found or open_thread(
        counterpart=Counterpart.PERSON, title=title, address=address, case=case, actor=actor, now=now
    )


def of_letter(*, letter: Letter, now: datetime) -> Thread | None:
    """Return the thread that an answer to a letter belongs to; None for a letter about nothing.

    A letter about a case that went to somebody else than the person has a thread of its own.
    """
    if letter.thread:
        return letter.thread
    case = routing.find_case(str(letter.case_id)) if letter.case_id else None
    if case is None:
        return None
    about = {"title": letter.title, "address": letter.to, "actor": audit.SYSTEM, "now": now, "case": case}
    thread = of_case(**about) if _to_person(letter) else open_thread(counterpart=Counterpart.OTHER, **about)
    letter.thread = thread
    letter.save(update_fields=["thread"])
    return thread


def _to_person(letter: Letter) -> bool:
    person = letter.subject_person
    if person is None:
        return False
    if person.user and person.user.email.casefold() == letter.to.casefold():
        return True
    return bool(Identity.objects.matching(key="email", value=letter.to).filter(subject=person).exists())


def arrived(*, thread: Thread, message: Message, is_word: bool) -> None:
    """Put a message into a thread; a word of the other side makes it our turn. Inside a transaction."""
    message.thread = thread
    message.save(update_fields=["thread"])
    thread.last_at = max(thread.last_at, message.received_at)
    if is_word:
        thread.status = ThreadStatus.OPEN
    thread.save(update_fields=["last_at", "status"])


@transaction.atomic
def reply(*, thread: Thread, title: str, body: str, actor: Actor, now: datetime) -> Letter:
    """Write a letter in a thread; the next word is theirs. Raises ThreadFault without address or text."""
    _locked(thread)
    if not thread.address:
        raise ThreadFault(_("We know no e-mail address of the other side. Write by post, and add a note."))
    try:
        letter = letters.queue_letter(
            template=Template.FREE, to=thread.address, title=title, body=body, case_id=thread.case_id,
            reference=thread.reference, subject_person=thread.subject_person, actor=actor, now=now,
            thread=thread,
        )  # fmt: skip
    except letters.LetterFault as fault:
        raise ThreadFault(str(fault)) from fault
    thread.status, thread.last_at = ThreadStatus.WAITING, now
    thread.save(update_fields=["status", "last_at"])
    audit.record(actor=actor, action="thread.answered", obj=thread, details={"letter": str(letter.pk)})
    return letter


@transaction.atomic
def set_dates(
    *, thread: Thread, due_on: date | None, their_number: str, deadline_on: date | None, actor: Actor
) -> None:
    """Set when we mean to answer, and the number and deadline that the other side gave.

    Raises ThreadFault when our date is after their deadline.
    """
    _locked(thread)
    if due_on and deadline_on and due_on > deadline_on:
        raise ThreadFault(_("Our answer cannot be due after their deadline. Choose an earlier date."))
    thread.due_on, thread.deadline_on, thread.their_number = due_on, deadline_on, their_number.strip()[:80]
    fields = ["due_on", "deadline_on", "their_number"]
    thread.save(update_fields=fields)
    details = {"due_on": str(due_on or ""), "deadline_on": str(deadline_on or "")}
    audit.record(actor=actor, action="thread.dated", obj=thread, fields=fields, details=details)


@transaction.atomic
def set_counterpart(*, thread: Thread, counterpart: str, actor: Actor) -> None:
    """Say who the other side is. The thread of a case's person stays the person's."""
    _locked(thread)
    if thread.case_id and Counterpart.PERSON in (thread.counterpart, counterpart):
        raise ThreadFault(_("The thread with the person of a case stays that. Put the message elsewhere."))
    details = {"from": thread.counterpart, "to": counterpart}
    thread.counterpart = Counterpart(counterpart)
    thread.save(update_fields=["counterpart"])
    audit.record(actor=actor, action="thread.typed", obj=thread, fields=["counterpart"], details=details)


@transaction.atomic
def set_status(*, thread: Thread, status: str, actor: Actor) -> None:
    """Say who has to move next, or that the matter is done."""
    _locked(thread)
    details = {"from": thread.status, "to": status}
    thread.status = ThreadStatus(status)
    thread.save(update_fields=["status"])
    audit.record(actor=actor, action="thread.moved", obj=thread, fields=["status"], details=details)


@transaction.atomic
def assign(*, thread: Thread, assignee: User | None, actor: Actor) -> None:
    """Give a thread to a colleague who may answer threads, or to nobody. Raises ThreadFault."""
    _locked(thread)
    if assignee and not (assignee.is_active and assignee.has_perm("correspondence.change_thread")):
        raise ThreadFault(_("This colleague may not answer threads. Choose somebody who may."))
    thread.assignee = assignee
    thread.save(update_fields=["assignee"])
    details = {"assignee": assignee.pk if assignee else None}
    audit.record(actor=actor, action="thread.assigned", obj=thread, fields=["assignee"], details=details)


@transaction.atomic
def add_privileged_note(*, thread: Thread, text: str, actor: Actor, now: datetime) -> PrivilegedNote:
    """Keep legal advice about a thread, apart from everything that is ever given out. Raises ThreadFault."""
    if not text.strip():
        raise ThreadFault(_("Write something first."))
    if actor.user is None:
        raise ThreadFault(_("Notes are written by people."))
    note = PrivilegedNote.objects.create(thread=thread, author=actor.user, written_at=now, text=text.strip())
    audit.record(actor=actor, action="thread.privileged_note", obj=thread, details={"note": str(note.pk)})
    return note


def _locked(thread: Thread) -> None:
    """Take the row of a thread until the end of the transaction, and read it anew."""
    thread.refresh_from_db(from_queryset=Thread.objects.select_for_update())
