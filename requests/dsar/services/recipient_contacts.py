"""Where a letter to a recipient goes: the address that worked last, else the one of the profile."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from config.profile import Profile, active_profile
from config.profile.partners import Platform, Processor
from correspondence.models import Letter
from correspondence.services import mailboxes
from dsar.models import RecipientNotice
from dsar.rules.transitions import NotAllowed
from dsar.services import subjects

LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Contact:
    """An address to propose; `used_at`: when a letter went there, empty for the profile's own entry."""

    address: str
    used_at: datetime | None = None


def contact_of(key: str) -> Contact | None:
    """Return where we write to a recipient, or None when nobody knows.

    An address from which a letter came back is not proposed again, unless the profile names it.
    """
    before = RecipientNotice.objects.filter(key=key, letter_id__isnull=False, sent_at__isnull=False)
    rows = list(before.order_by("-sent_at")[:LOOKED_AT])
    letters = [row.letter_id for row in rows if row.letter_id]
    returned = set(
        Letter.objects.filter(pk__in=letters, bounced_at__isnull=False).values_list("pk", flat=True)
    )
    dead = {row.to.casefold() for row in rows if row.letter_id in returned}
    last = next((row for row in rows if row.to and row.to.casefold() not in dead), None)
    if last:
        return Contact(last.to, last.sent_at)
    known = partner_of(key, active_profile())
    return Contact(known.contact) if known and known.contact else None


def partner_of(key: str, profile: Profile) -> Processor | Platform | None:
    """Return the processor or platform with a key, or None."""
    partners: list[Processor | Platform] = [*profile.processors, *profile.platforms]
    return next((one for one in partners if one.key == key), None)


def what_to_do(notice: RecipientNotice) -> str:
    """Return what somebody does who knows no address of a recipient."""
    known = partner_of(notice.key, active_profile())
    terms = getattr(known, "terms", None)
    where = _("See %(terms)s, or the contract.") % {"terms": terms} if terms else _("Look into the contract.")
    said = _("No address of %(who)s is known. %(where)s Told in another way, by their form or by phone? Then"
             " record that with “They are told”.")  # fmt: skip
    return said % {"who": notice.recipient, "where": where}


def check_address(notice: RecipientNotice, to: str) -> None:
    """Refuse an address that cannot be the recipient's: none, one of ours, one of the person.

    Raises NotAllowed. Whether it has the shape of an address is checked where letters are queued.
    """
    if not to:
        raise NotAllowed(what_to_do(notice))
    plain = to.casefold()
    if mailboxes.without_plus(plain) in mailboxes.addresses():
        raise NotAllowed(_("This is an address of our own. The letter goes to the recipient."))
    persons = {
        one.casefold() for values in subjects.identities_of(notice.case.subject).values() for one in values
    }
    if plain in persons or plain == subjects.mailbox_of(notice.case.subject).casefold():
        raise NotAllowed(_("This is an address of the person. The letter goes to the recipient."))
