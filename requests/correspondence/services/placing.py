"""Where a message belongs: the thread it answers, a case it opens, or triage. Inside its transaction."""

from datetime import datetime, timedelta

from django.db import transaction

from config.profile import active_profile
from correspondence.enums import Direction, MailKind, Settled
from correspondence.models import Letter, Message, Thread
from correspondence.querysets import id_index
from correspondence.rules import proposing, recognising
from correspondence.rules.mime import Parsed
from correspondence.services import returning, routing, threads, tokens
from correspondence.services.routing import CaseRef, NotTaken, Request

LOOKED_AT = 30
LOOP_WINDOW, LOOP_MOST = timedelta(hours=1), 20
DAY = timedelta(days=1)
_PEOPLE = {MailKind.OTHER, MailKind.SPAM}


def place(*, message: Message, parsed: Parsed, own_letter: Letter | None, now: datetime) -> None:
    """Put a stored message where it belongs; what nothing fits stays in triage."""
    _guard_against_loops(message, now)
    if message.kind == MailKind.BOUNCE:
        letter = _returned_letter(parsed)
        thread = _bounced(letter, parsed, now) if letter else None
    elif own_letter:
        thread = threads.of_letter(letter=own_letter, now=now)
    else:
        thread = _answered(parsed, now)
    if thread:
        _into_thread(message, thread, now)
    elif message.kind in _PEOPLE:
        _by_rule(message, now)
    message.save()


def _guard_against_loops(message: Message, now: datetime) -> None:
    """Never answer a sender who writes faster than people do."""
    if not message.sender_index:
        return
    lately = Message.objects.filter(sender_index=message.sender_index).between(now - LOOP_WINDOW, now)
    if lately.count() > LOOP_MOST:
        message.never_answer = True
        message.flags = [*message.flags, "many_messages"]


def join_original(message: Message) -> bool:
    """Say whether a message, not stored yet, is a copy of an earlier one; then it stands where that stands.

    A copy has the same Message-ID and the same words: it came to a second mailbox, or by a second server.
    """
    if not message.message_id_index:
        return False
    same = Message.objects.filter(
        message_id_index=message.message_id_index, content_index=message.content_index
    )
    first = same.exclude(kind=MailKind.COPY).first()
    if first is None:
        return False
    message.kind, message.thread, message.never_answer = MailKind.COPY, first.thread, True
    message.in_triage = first.thread is None and first.in_triage
    message.settled, message.settled_at = first.settled, first.settled_at
    return True


def _returned_letter(parsed: Parsed) -> Letter | None:
    """Return the letter that a delivery report is about."""
    ids = [parsed.report.original_id] if parsed.report else []
    found = (tokens.own_id(one) for one in [*ids, *parsed.references] if one)
    pk = next(filter(None, found), None) or tokens.named_by(parsed)
    return Letter.objects.filter(pk=pk).first() if pk else None


def _bounced(letter: Letter, parsed: Parsed, now: datetime) -> Thread | None:
    """Mark a letter as returned and have its case told; a delay changes nothing."""
    if recognising.has_failed(parsed) and letter.bounced_at is None:
        returning.mark(letter=letter, code=parsed.report.status if parsed.report else "", now=now)
    return threads.of_letter(letter=letter, now=now)


def _answered(parsed: Parsed, now: datetime) -> Thread | None:
    """Return the thread that a message answers: by our mark, by our letters, by messages of the thread."""
    marked = tokens.named_by(parsed)
    ids = parsed.references[:LOOKED_AT]
    ours = [marked, *map(tokens.own_id, ids)]
    letters = Letter.objects.in_bulk([pk for pk in ours if pk])
    for pk in ours:
        thread = threads.of_letter(letter=letters[pk], now=now) if pk in letters else None
        if thread:
            return thread
    known = Message.objects.filter(message_id_index__in=map(id_index, ids), thread__isnull=False)
    before = known.select_related("thread").order_by("-received_at").first()
    return before.thread if before else None


def _into_thread(message: Message, thread: Thread, now: datetime) -> None:
    """A word of the other side is a reply; a new request inside it, or a closed case, wants a person."""
    is_word = message.kind in _PEOPLE and message.direction == Direction.IN
    if is_word:
        message.kind = MailKind.REPLY
    case = routing.find_case(str(thread.case_id)) if thread.case_id else None
    message.in_triage = is_word and _wants_eyes(message, case)
    if message.sender and thread.address and message.sender != thread.address.casefold() and is_word:
        message.flags = [*message.flags, "other_sender"]
    threads.arrived(thread=thread, message=message, is_word=is_word)
    if is_word and case:
        routing.tell_reply(message, now)


def _wants_eyes(message: Message, case: CaseRef | None) -> bool:
    asked = set(message.proposed_rights) - ({case.right} if case else set())
    if case and case.right == "platform_deletion":
        asked.discard("deletion")
    return bool(asked) or (case is not None and not case.is_open)


def _by_rule(message: Message, now: datetime) -> None:
    """Open the case that a subject rule of the profile names; everything else waits in triage."""
    rule = routing.rule_for(message.mailbox, message.subject)
    if rule is None or message.direction == Direction.OUT:
        return
    message.rule = rule.key
    if message.kind == MailKind.SPAM:
        return
    message.kind = MailKind.REQUEST
    if rule.right is None:
        return
    rights = [rule.right.value, *message.proposed_rights]
    message.proposed_rights = list(dict.fromkeys(rights))
    if message.never_answer or _asks_too_often(message, now):
        return
    country, region = routing.place_of(rule.regime)
    said = f"{message.subject}\n{message.text[: message.quote_at]}"
    more = tuple(right for right in proposing.certain_rights_in(said) if not _same(right, rule.right.value))
    request = Request(message, rule.right.value, now, country=country, region=region, more=more)
    try:
        with transaction.atomic():
            opened(request, routing.open_case(request))
    except NotTaken:
        message.flags = [*message.flags, "not_opened"]


def _same(right: str, other: str) -> bool:
    """Whether a right is the other one, or the deletion that a platform asks for in its own words."""
    return right == other or {right, other} == {"deletion", "platform_deletion"}


def opened(request: Request, case: CaseRef) -> Thread:
    """Put a message into the thread of the case that it opened."""
    message = request.message
    thread = threads.of_case(
        case=case, title=message.subject, address=message.sender, actor=request.actor, now=request.now
    )
    message.kind, message.settled, message.settled_at = MailKind.REQUEST, Settled.CASE, request.now
    message.settled_by, message.in_triage = request.actor.user, False
    message.save()
    threads.arrived(thread=thread, message=message, is_word=True)
    return thread


def _asks_too_often(message: Message, now: datetime) -> bool:
    """Whether a sender opened as many cases today as the profile sends links to one address."""
    today = Message.objects.filter(sender_index=message.sender_index, settled=Settled.CASE)
    most = active_profile().cases.verification_attempts
    if today.between(now - DAY, now).count() < most:
        return False
    message.flags = [*message.flags, "many_requests"]
    return True
