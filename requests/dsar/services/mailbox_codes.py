"""Codes by e-mail: the step-up of people without an account, who prove their mailbox again before a download.

The link of a case alone never opens a package: links live in mail archives and browser histories. The code is
known as a keyed hash only, works once, for minutes, for few tries, and in the session that asked for it.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from config import crypto
from config.profile import active_profile
from dsar.models import Case
from dsar.services import addresses

DIGITS = 6
LIVES = timedelta(minutes=10)
MOST_TRIES = 5
MOST_AN_HOUR = 5
HOUR = 3600


class CodeRefused(Exception):
    """No code was sent, or a code does not open anything. The text may be shown."""


@dataclass(frozen=True)
class Challenge:
    """What the asking session keeps: never the code."""

    case_id: str
    digest: str
    expires_at: str
    tries: int = 0


def send_code(*, case: Case, now: datetime) -> Challenge:
    """Send a code to the newest proved mailbox of the person, or to that of somebody whose mandate covers the
    data, and return the challenge for the session.

    Raises CodeRefused when too many were sent within an hour or when no mailbox was ever proved, and OSError
    or SMTPException when the mail cannot be handed over.
    """
    proved = case.subject.identities.verified().filter(key="email").order_by("-verified_at").first()
    mailbox = addresses.package_address(case) or (proved.value if proved else "")
    if not mailbox:
        raise CodeRefused(_("No mailbox is confirmed for this request: write to us, we find another way."))
    _count(
        "sent",
        case,
        _("We have sent you several codes already. Look into your mailbox, or try again in an hour."),
    )
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    _mail(case, mailbox, code)
    with transaction.atomic():
        audit.record(actor=audit.ANONYMOUS, action="mailbox_code.sent", obj=case)
    return Challenge(str(case.pk), _digest(case, code), (now + LIVES).isoformat())


def check_code(*, case: Case, challenge: Challenge, code: str, now: datetime) -> None:
    """Accept a code once; raises CodeRefused with what to do next. Each try is in the audit trail."""
    _count(
        "tried",
        case,
        _("There were too many wrong codes. Try again in an hour."),
        most=MOST_TRIES * MOST_AN_HOUR,
    )
    late = now > datetime.fromisoformat(challenge.expires_at)
    fits = challenge.case_id == str(case.pk) and hmac.compare_digest(challenge.digest, _digest(case, code))
    accepted = fits and not late and challenge.tries < MOST_TRIES
    with transaction.atomic():
        action = "mailbox_code.accepted" if accepted else "mailbox_code.refused"
        audit.record(actor=audit.ANONYMOUS, action=action, obj=case)
    if late or challenge.tries >= MOST_TRIES:
        raise CodeRefused(_("This code does not work any more. Ask for a new one."))
    if not fits:
        raise CodeRefused(_("This is not the code from our latest e-mail. Check it, or ask for a new one."))


def _digest(case: Case, code: str) -> str:
    return crypto.blind_index(f"{case.pk}:{code}", purpose="mailbox-code")


def _count(what: str, case: Case, sentence: str, *, most: int = MOST_AN_HOUR) -> None:
    """Count one use within the hour; raises CodeRefused(sentence) beyond `most`."""
    place = f"mailbox-code:{what}:{case.pk}"
    cache.add(place, 0, timeout=HOUR)
    if cache.incr(place) > most:
        raise CodeRefused(sentence)


def _mail(case: Case, address: str, code: str) -> None:
    profile = active_profile()
    mailbox = profile.mailbox(profile.letters.from_mailbox).address
    body = _(
        "Your code is %(code)s\n\n"
        "It opens the download of %(reference)s, for %(minutes)d minutes, in the window that asked for it.\n"
        "If you did not ask for a code, do nothing: without it nobody can open your data.\n\n%(sender)s\n"
    ) % {
        "code": code,
        "reference": case.reference,
        "minutes": LIVES.seconds // 60,
        "sender": profile.letters.sender,
    }
    EmailMessage(
        _("Your code for %(reference)s") % {"reference": case.reference}, body, mailbox, [address]
    ).send()
