"""How far a person may be verified: enough for the right, never beyond its ceiling; and how often one may
try.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dsar.rules.transitions import NotAllowed

DASHBOARD_LEVEL = 2
"""Signed in and gave the password again."""
EMAIL_LEVEL = 1
"""Opened a link that was sent to the address."""
TOKEN_BYTES = 32
WINDOW = timedelta(hours=24)
ADDRESS_WINDOW = timedelta(hours=1)
PER_ADDRESS = 20
"""Public requests from one network address within ADDRESS_WINDOW."""

METHODS = {
    0: gettext_noop("nothing asked"),
    1: gettext_noop("link sent to the e-mail address"),
    2: gettext_noop("signed in, password given again"),
    3: gettext_noop("data that we hold, compared"),
    4: gettext_noop("three data compared, signed declaration"),
    5: gettext_noop("identity document, on recorded doubt"),
}


@dataclass(frozen=True, slots=True)
class Need:
    """What a right asks for here: the level that is enough, and the ceiling.

    0 nothing … 5 identity document.
    """

    enough: int
    ceiling: int

    def met_by(self, level: int) -> bool:
        """Whether a level is enough."""
        return level >= self.enough


def need(with_account: int, without_account: int, ceiling: int, *, account: bool) -> Need:
    """Return the need of a row of the profile's matrix for a person with or without an account."""
    return Need(with_account if account else without_account, ceiling)


def check_level(level: int, wanted: Need) -> None:
    """Raise NotAllowed when a staff member would ask for more than the law lets us (the ceiling), or for too
    little.
    """
    if level > wanted.ceiling:
        raise NotAllowed(
            _("For this right we may not go beyond level %(n)s. Use less.") % {"n": wanted.ceiling}
        )
    if not wanted.met_by(level):
        raise NotAllowed(
            _("Level %(level)s is not enough for this right: it needs level %(enough)s.")
            % {"level": level, "enough": wanted.enough}
        )
