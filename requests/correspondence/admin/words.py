"""Words of the correspondence pages that stand in no model."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.profile import RightKey

RIGHTS: dict[str, Promise] = {
    RightKey.ACCESS: _("Access"),
    RightKey.KNOW_CATEGORIES: _("Know the categories"),
    RightKey.DELETION: _("Deletion"),
    RightKey.PLATFORM_DELETION: _("Deletion of platform data"),
    RightKey.RECTIFICATION: _("Correction"),
    RightKey.PORTABILITY: _("Portability"),
    RightKey.OBJECTION: _("Objection"),
    RightKey.RESTRICTION: _("Restriction"),
    RightKey.WITHDRAWAL: _("Withdrawal of consent"),
    RightKey.OPT_OUT: _("Opt-out of sale or sharing"),
    RightKey.LIMIT: _("Limit of sensitive data"),
    RightKey.COMPLAINT: _("Complaint"),
    RightKey.CHILD_REPORT: _("Report of a child's account"),
}
FLAGS: dict[str, Promise] = {
    "several_senders": _("It names more than one sender. Nothing was answered."),
    "no_sender": _("It names no sender."),
    "no_date": _("It has no readable date of its own. Our server's clock counts."),
    "long_subject": _("Its subject was cut. The whole one is in the message as it came."),
    "text_cut": _("Its text was cut. The whole one is in the message as it came."),
    "too_deep": _("It is nested deeper than we read. The rest is in the message as it came."),
    "many_files": _("It has more files than we take out. The others are in the message as it came."),
    "invitation": _("It holds a calendar invitation."),
    "disguised_file": _("One of its files is not what its name says."),
    "unreadable": _("It could not be read. It is kept as it came."),
    "many_messages": _("This sender writes faster than people do. Nothing is answered by itself."),
    "many_requests": _("This sender opened too many cases today. Decide about this one yourself."),
    "not_opened": _("A case could not be opened from it by itself."),
    "other_sender": _("It came from another address than the thread's."),
}
CLOCKS: dict[str, Promise] = {
    "received": _("by our mail server"),
    "imap": _("by the mailbox, no header of ours"),
    "fetched": _("when we fetched it, no other clock"),
}
CHECKS = (("spf", "SPF"), ("dkim", "DKIM"), ("dmarc", "DMARC"))


def rights_of(keys: Iterable[str]) -> list[Promise | str]:
    """Return the names of rights."""
    return [RIGHTS.get(key, key) for key in keys]


def flags_of(flags: Iterable[str]) -> list[Promise | str]:
    """Return what is odd about a message, in sentences."""
    return [FLAGS.get(flag, flag) for flag in flags]
