"""Requests by mail: what the correspondence app finds becomes a case, a line of a case's story, or nothing.

The sender's address is a claim. A new person is made for it, as the public form does, so that nobody learns
whether we know the address and a forged one leads to nobody's case; the link that proves it joins them.
"""

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import DataSubject, Identity
from accounts.services.audit import ANONYMOUS, SYSTEM
from config.profile import active_profile
from config.sentences import say
from correspondence.models import Letter, Message
from correspondence.rules import languages, proposing
from correspondence.services import words as letter_words
from correspondence.services.routing import CaseRef, NotTaken, Request
from dsar.enums import CaseStatus, Channel, Right
from dsar.models import Case
from dsar.rules import verification
from dsar.rules.transitions import NotAllowed
from dsar.services import letters, mail_answers, opening, proofs, relations, rights, story, subjects
from platforms.enums import Trigger

SOURCE = "e-mail"


@transaction.atomic
def open_request(request: Request) -> CaseRef:
    """Open a case from a message; its clock runs from the message's receipt. Raises NotTaken.

    Acknowledged, and asked for proof of the address where the right needs it; a right that needs none is
    free at once and nothing is ever asked. A machine's message gets no answer: a colleague writes.
    """
    try:
        case = _create(request)
    except (NotAllowed, ValueError) as refused:
        raise NotTaken(str(refused)) from refused
    story.lock(case)
    free = opening.need_of(case).enough == 0
    if free:
        opening.mark_verified(
            case=case, level=0, method=verification.METHODS[0], actor=request.actor, now=request.now
        )
    if not request.message.never_answer:
        with letters.writing(case):
            later = "" if free else letter_words.say("before.now")
        opening.acknowledge(case=case, now=request.now, needs_proof=later)
        if not free:
            _ask_for_proof(case, request)
    elif not free:
        story.move(
            case, CaseStatus.NEW, attention=say("A machine sent this request: no answer went out. Write.")
        )
    _split(case, request)
    return ref_of(case)


def _split(case: Case, request: Request) -> None:
    """Open a case for whatever else the message asks for; what is not offered there is told to staff."""
    refused: list[str] = []
    for right in request.more:
        try:
            with transaction.atomic():
                relations.split(
                    case=case, rights=[right], actor=request.actor, now=request.now,
                    asked={right: _asked(request, right)}, quiet=request.message.never_answer,
                )  # fmt: skip
        except NotAllowed as why:
            refused.append(f"{Right(right).label}: {why}")
    left = [Right(one).label for one in _unclear(request)]
    if left:
        more = ", ".join(map(str, left))
        refused.append(say("It may also ask for: %(rights)s.", rights=more))
    if refused and case.is_open and not case.attention:
        story.alert(case, refused[0] if len(refused) == 1 else " ".join(refused))


def _unclear(request: Request) -> list[str]:
    """Return what a message that was placed by a rule seems to speak of besides: a person splits it off."""
    if request.actor.user is not None:  # who sorted it has seen the proposals
        return []
    done = {request.right, *request.more}
    if Right.PLATFORM_DELETION in done:
        done.add(Right.DELETION)
    return [one for one in request.message.proposed_rights if one not in done]


def _create(request: Request) -> Case:
    message = request.message
    language = _language(message)
    subject = DataSubject.objects.create(
        name=message.sender_name, country=request.country, region=request.region, language=language
    )
    subjects.add_identity(subject=subject, key="email", value=message.sender, source=SOURCE, verified_at=None)
    actor = request.actor if request.actor.user else ANONYMOUS
    case = opening.create(
        subject=subject, right=request.right, channel=Channel.EMAIL, received_at=message.received_at,
        actor=actor, now=request.now, words=message.text[: opening.MAX_WORDS], language=language,
        asked=_asked(request, request.right),
    )  # fmt: skip
    details = {"message": str(message.pk), "rule": message.rule, "clock": message.received_by}
    story.record(case=case, actor=actor, action="case.mail_taken", details=details)
    return case


def _language(message: Message) -> str:
    """Return the language to answer in: that of the person whom we know by this address, else that of the
    text, else the company's. The subject says nothing: we ask for some of them in English.

    Only a proved address counts as known. The answer goes to that address alone, so that a forged sender
    learns nothing.
    """
    known = Identity.objects.matching(key="email", value=message.sender).verified().first()
    wanted = known.subject.language if known else languages.language_of(message.text[: message.quote_at])
    return letter_words.language_for(wanted)


def _asked(request: Request, right: str) -> rights.Asked:
    """Return what a message asks for in words that leave no doubt: an end of direct marketing alone, or the
    platforms that its subject rule names.

    Everything else is recorded by who reads it.
    """
    message = request.message
    said = f"{message.subject}\n{message.text[: message.quote_at]}"
    if right == Right.PLATFORM_DELETION:
        return rights.Asked(deletions=_platforms_of(message))
    if right == Right.OBJECTION and proposing.objects_to_marketing_alone(said):
        return rights.Asked(purposes=tuple(sorted(rights.facts.marketing_purposes())))
    if right == Right.PLATFORM_DELETION:
        rule = next((one for one in active_profile().subject_rules if one.key == message.rule), None)
        in_use = rights.platforms.offered()
        return rights.Asked(platforms=tuple(key for key in (rule.platforms if rule else ()) if key in in_use))
    return rights.Asked()


def _platforms_of(message: Message) -> tuple[rights.platform_data.About, ...]:
    """Return the platforms that the subject rule of a message stands for; none: all of them."""
    rule = next((one for one in active_profile().subject_rules if one.key == message.rule), None)
    trigger, keys = Trigger.USER_DELETE_REQUEST, rule.platforms if rule else ()
    return tuple(rights.platform_data.About(key, trigger, message.received_at) for key in keys)


def _ask_for_proof(case: Case, request: Request) -> None:
    """Send the link; where that must not be, the case says why."""
    try:
        with transaction.atomic():
            proofs.ask_for_proof(case=case, actor=request.actor, now=request.now)
    except NotAllowed as refused:
        story.move(case, CaseStatus.NEW, attention=str(refused))


def ref_of(case: Case) -> CaseRef:
    """Return a case as the correspondence app may know it."""
    return CaseRef(case.pk, case.reference, case.right, case.is_open, case.subject)


def find_case(name: str) -> CaseRef | None:
    """Return the case with this id or complete reference, or None."""
    try:
        named = Q(pk=uuid.UUID(name))
    except ValueError:
        named = Q(reference=name)
    case = Case.objects.select_related("subject").filter(named).first()
    return ref_of(case) if case else None


def message_came(message: Message, now: datetime) -> None:
    """Add a message in the thread of a case to its story; called inside the transaction that stores it."""
    case_id = message.thread.case_id if message.thread else None
    case = Case.objects.filter(pk=case_id).first() if case_id else None
    if case is None:
        return
    other = "other_sender" in message.flags
    note = say("It came from another address than the request.") if other else ""
    story.tell(
        case=case, kind="received_mail", what=say("Message received by e-mail"), note=note,
        plain=say("We received your message"), actor=ANONYMOUS, now=now,
    )  # fmt: skip
    details = {"message": str(message.pk), "other_sender": other}
    story.record(case=case, actor=ANONYMOUS, action="case.mail_received", details=details)
    story.lock(case)
    mail_answers.take(case=case, message=message, now=now)


def letter_returned(letter: Letter, now: datetime) -> None:
    """Say on the case that one of its letters came back."""
    case = Case.objects.filter(pk=letter.case_id).first() if letter.case_id else None
    if case is None:
        return
    story.lock(case)
    sentence = say("A letter came back: %(title)s", title=letter.title)
    if case.is_open and not case.attention:
        story.alert(case, sentence)
    code = (
        say("The other mail server answered %(code)s.", code=letter.bounce_code) if letter.bounce_code else ""
    )
    story.tell(case=case, kind="letter_failed", what=sentence, note=code, actor=SYSTEM, now=now)
