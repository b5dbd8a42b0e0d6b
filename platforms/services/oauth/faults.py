"""What can go wrong with a grant. No sentence here holds a token, a code or an address with a query."""

from django.utils.translation import gettext as _

TEMPORARY = frozenset({"network", "rate_limited", "server_error", "temporarily_unavailable"})
DEAD = frozenset({"invalid_grant", "invalid_token", "access_token_invalid", "token_revoked"})
OURS = frozenset({"invalid_client", "unauthorized_client"})


class OAuthRefused(Exception):
    """It cannot be connected as asked; the message may be shown as it stands. `code` is for the records.

    `page`: the platform's own page that the last words of the message speak of, or nothing.
    """

    def __init__(self, code: str, sentence: str, *, page: str = "") -> None:
        super().__init__(sentence)
        self.code, self.page = code, page


class PlatformFault(Exception):
    """The platform did not do what it was asked. `code` is an OAuth error code or one of ours.

    The message is English, without secrets, and may be stored and logged.
    """

    def __init__(self, code: str, status: int | None = None) -> None:
        self.code, self.status = code[:60], status
        super().__init__(f"The platform answered {self.code}" + (f" (HTTP {status})" if status else "") + ".")

    @property
    def temporary(self) -> bool:
        """Whether it may work later without anybody doing anything."""
        return self.code in TEMPORARY

    @property
    def dead(self) -> bool:
        """Whether the platform says that the grant is no more."""
        return self.code in DEAD

    @property
    def ours(self) -> bool:
        """Whether it is our own id or secret that was refused: nobody's grant, and somebody has to look."""
        return self.code in OURS


def shown(fault: PlatformFault, name: str) -> str:
    """Return the sentence for the person who wanted to connect."""
    if fault.temporary:
        return _("%(platform)s does not answer properly at the moment. Try again later.") % {"platform": name}
    return _("%(platform)s did not accept the connection. Nothing was stored. Please try again.") % {
        "platform": name
    }
