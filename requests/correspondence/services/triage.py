"""Triage: what a person decides about a message that found no place by itself. Each act can be undone."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import Actor
from correspondence.enums import Counterpart, MailKind, Settled
from correspondence.models import Message, Thread
from correspondence.services import placing, routing, threads
from correspondence.services.routing import CaseRef, NotTaken, Request


class TriageFault(ValueError):
    """Something cannot be done to a message; the sentence says what to do instead."""


@transaction.atomic
def make_case(
    *,
    message: Message,
    right: str,
    country: str,
    region: str,
    actor: Actor,
    now: datetime,
    more: Sequence[str] = (),
) -> CaseRef:
    """Open a case from a message, and one for each right of `more`; the clocks run from its receipt.

    The sender's address stays a claim until it is proved. Raises TriageFault.
    """
    _take(message)
    if message.settled == Settled.CASE:
        raise TriageFault(_("A case was opened from this message already."))
    if not message.sender:
        raise TriageFault(_("The message names no sender. Register the request by hand."))
    others = tuple(dict.fromkeys(one for one in more if one != right))
    request = Request(message, right, now, actor, country.upper(), region.upper(), others)
    try:
        case = routing.open_case(request)
    except NotTaken as refused:
        raise TriageFault(str(refused)) from refused
    _leave(message)
    placing.opened(request, case)
    _record(
        message, actor, "mail.case_made", {"case": str(case.case_id), "right": right, "more": list(others)}
    )
    return case


@transaction.atomic
def attach_to_case(*, message: Message, reference: str, actor: Actor, now: datetime) -> CaseRef:
    """Put a message into the thread with the person of a case. Raises TriageFault when there is none."""
    _take(message)
    case = routing.find_case("".join(reference.split()).upper())
    if case is None:
        raise TriageFault(_("No case has this reference. Copy it from the case's page."))
    thread = threads.of_case(case=case, title=message.subject, address=message.sender, actor=actor, now=now)
    _put(message, thread, actor, now)
    if message.kind in (MailKind.OTHER, MailKind.REQUEST, MailKind.SPAM):
        message.kind = MailKind.REPLY
        message.save(update_fields=["kind"])
    routing.tell_reply(message, now)
    return case


@transaction.atomic
def attach_to_thread(*, message: Message, thread: Thread, actor: Actor, now: datetime) -> None:
    """Put a message into a thread that there is."""
    _take(message)
    _put(message, thread, actor, now)
    if thread.case_id:
        routing.tell_reply(message, now)


@transaction.atomic
def start_thread(
    *,
    message: Message,
    counterpart: str,
    actor: Actor,
    now: datetime,
    their_number: str = "",
    deadline_on: date | None = None,
) -> Thread:
    """Make a message the first of a thread with an authority, a processor, a platform or somebody else."""
    _take(message)
    thread = threads.open_thread(
        counterpart=Counterpart(counterpart), title=message.subject, address=message.sender, actor=actor,
        now=now, their_number=their_number, deadline_on=deadline_on,
    )  # fmt: skip
    _put(message, thread, actor, now)
    return thread


@transaction.atomic
def dismiss(*, message: Message, as_spam: bool, actor: Actor, now: datetime) -> None:
    """Say that a message asks for nothing, or is spam. It is kept."""
    _take(message)
    _settle(message, Settled.SPAM if as_spam else Settled.NO_REQUEST, actor, now)
    message.save()
    _record(message, actor, "mail.dismissed", {"as": message.settled})


@transaction.atomic
def undo(*, message: Message, actor: Actor, now: datetime) -> None:
    """Bring a message back to triage. Raises TriageFault when a case was opened from it, or nothing was done.

    A thread that this message alone had started goes.
    """
    message.refresh_from_db(from_queryset=Message.objects.select_for_update())
    if message.settled == Settled.CASE:
        raise TriageFault(_("A case was opened from this message. Withdraw or close the case instead."))
    if message.settled == Settled.NO:
        raise TriageFault(_("Nobody has decided anything about this message."))
    thread, details = message.thread, {"was": message.settled, "at": now.isoformat()}
    started = thread is not None and thread.opened_at == message.settled_at
    _leave(message)
    message.settled, message.settled_at, message.settled_by = Settled.NO, None, None
    message.in_triage = True
    message.save()
    if thread and started and _is_empty(thread):
        thread.delete()
    _record(message, actor, "mail.brought_back", details)


def _is_empty(thread: Thread) -> bool:
    return not (
        thread.case_id
        or thread.messages.exists()
        or thread.letters.exists()
        or thread.privileged_notes.exists()
    )


def _take(message: Message) -> None:
    """Lock a message that waits in triage. Raises TriageFault when a colleague was quicker."""
    message.refresh_from_db(from_queryset=Message.objects.select_for_update())
    if not message.in_triage:
        raise TriageFault(_("Somebody has decided about this message already. Take that back first."))


def _settle(message: Message, how: Settled, actor: Actor, now: datetime) -> None:
    message.settled, message.settled_at, message.settled_by = how, now, actor.user
    message.in_triage = False


def _put(message: Message, thread: Thread, actor: Actor, now: datetime) -> None:
    _settle(message, Settled.THREAD, actor, now)
    message.thread = thread
    message.save()
    threads.arrived(thread=thread, message=message, is_word=True)
    _record(message, actor, "mail.threaded", {"thread": str(thread.pk)})


def _leave(message: Message) -> None:
    message.thread = None


def _record(message: Message, actor: Actor, action: str, details: Mapping[str, object]) -> None:
    audit.record(actor=actor, action=action, obj=message, details=details)
