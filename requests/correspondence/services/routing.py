"""What becomes of mail that is about a case. Cases live above this app: dsar fills this registry at start."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import DataSubject
from accounts.services import audit
from config.profile import active_profile
from config.profile.law import RegimeKey, SubjectRule
from correspondence.models import Letter, Message


class NotTaken(ValueError):
    """A case cannot be opened from this message; the sentence says why and may be shown to staff."""


@dataclass(frozen=True, slots=True)
class Request:
    """A message that asks for something. The sender is a claim: an address proves nothing by itself.

    `country`, `region`: where the person is said to live, empty when nobody said so. `more`: what else the
    same message asks for; each becomes a case of its own with the same day of receipt.
    """

    message: Message
    right: str
    now: datetime
    actor: audit.Actor = audit.SYSTEM
    country: str = ""
    region: str = ""
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseRef:
    """A case as this app may know it."""

    case_id: uuid.UUID
    reference: str
    right: str
    is_open: bool
    subject_person: DataSubject | None = None


Opener = Callable[[Request], CaseRef]
Finder = Callable[[str], CaseRef | None]
ReplyListener = Callable[[Message, datetime], None]
BounceListener = Callable[[Letter, datetime], None]
_openers: list[Opener] = []
_finders: list[Finder] = []
_replies: list[ReplyListener] = []
_bounces: list[BounceListener] = []


def on_request(handler: Opener) -> None:
    """Say who opens cases: called inside the transaction that stores the message. It may raise NotTaken.

    The handler opens a case for `right` and one for each of `more`, and returns the first.
    """
    _openers[:] = [handler]


def on_find(handler: Finder) -> None:
    """Say who knows cases, by id or complete reference."""
    _finders[:] = [handler]


def on_reply(listener: ReplyListener) -> None:
    """Have somebody told, in the same transaction, of a message in the thread of a case."""
    _replies.append(listener)


def on_bounce(listener: BounceListener) -> None:
    """Have somebody told, in the same transaction, of a letter that came back."""
    _bounces.append(listener)


def open_case(request: Request) -> CaseRef:
    """Have a case opened. Raises NotTaken, also when nobody takes requests."""
    if not _openers:
        raise NotTaken(_("Nobody takes requests here."))
    return _openers[0](request)


def find_case(name: str) -> CaseRef | None:
    """Return the case with this id or reference, or None."""
    return _finders[0](name) if _finders else None


def tell_reply(message: Message, now: datetime) -> None:
    """Tell whoever listens of a message in the thread of a case."""
    for listener in _replies:
        listener(message, now)


def tell_bounce(letter: Letter, now: datetime) -> None:
    """Tell whoever listens of a letter that came back."""
    for listener in _bounces:
        listener(letter, now)


def rule_for(mailbox: str, subject: str) -> SubjectRule | None:
    """Return the subject rule of the profile for a message to a mailbox, or None."""
    profile = active_profile()
    return profile.subject_rule(profile.mailbox(mailbox).address, subject)


def place_of(regime: RegimeKey | None) -> tuple[str, str]:
    """Return (country, region) that a rule's regime speaks for; empty where it covers many countries."""
    rule = next((one for one in active_profile().regimes.rules if regime and one.key == regime), None)
    country, _, region = rule.areas[0].partition("-") if rule else ("", "", "")
    return (country, region) if len(country) == 2 else ("", "")
