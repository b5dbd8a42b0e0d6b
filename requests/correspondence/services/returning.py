"""Letters that came back: marked, and their case is told. Heard by mail, or from the e-mail provider."""

from datetime import datetime

from django.db import transaction

from accounts.models import Identity
from accounts.services import audit
from config.sentences import Sentence, say
from correspondence.enums import Dispatch
from correspondence.models import Letter
from correspondence.services import routing, tokens
from platforms.callbacks.messages import Message
from platforms.models import CallbackReceipt
from platforms.services import effects

LOOKED_AT = 50
"""Letters to one person that are looked through for the address; what is older came back long ago."""


def register() -> None:
    """Make known what an event of the e-mail provider leads to here."""
    effects.register("mail_returned", mail_returned)


@transaction.atomic
def mark(*, letter: Letter, code: str, now: datetime) -> None:
    """Mark a letter as returned and tell whoever listens. `code`: status of RFC 3463, or nothing."""
    letter.bounced_at, letter.bounce_code = now, code
    letter.save(update_fields=["bounced_at", "bounce_code"])
    details = {"code": code, "case": str(letter.case_id or "")}
    audit.record(actor=audit.SYSTEM, action="letter.returned", obj=letter, details=details)
    routing.tell_bounce(letter, now)


def mail_returned(*, message: Message, receipt: CallbackReceipt, now: datetime) -> Sentence:
    """Take up that the provider can deliver nothing to an address: the last letter there came back.

    The event may name the letter; it counts only when it went to this address. Mail that the portal did not
    send, and addresses that it never wrote to, change nothing.
    """
    letter = _named(message) or _last_to(message.detail["address"], receipt.received_at)
    if letter is None:
        return say("We sent no letter to this address.")
    if letter.bounced_at is not None:
        return say("This letter was marked as returned before.")
    mark(letter=letter, code=message.detail.get("code", ""), now=now)
    return say("A letter to this address is marked as returned.")


def _named(message: Message) -> Letter | None:
    pk = tokens.own_id(message.detail.get("letter", ""))
    letter = Letter.objects.select_for_update().filter(pk=pk).first() if pk else None
    return letter if letter and _same(letter.to, message.detail["address"]) else None


def _last_to(address: str, before: datetime) -> Letter | None:
    """Return the newest letter that left for an address, of everybody who named it as theirs."""
    people = Identity.objects.matching(key="email", value=address).values("subject")
    sent = Letter.objects.select_for_update().filter(
        subject_person__in=people, dispatch=Dispatch.EMAIL, sent_at__lte=before
    )
    return next((one for one in sent.order_by("-sent_at")[:LOOKED_AT] if _same(one.to, address)), None)


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
