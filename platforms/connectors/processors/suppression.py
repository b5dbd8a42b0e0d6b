"""A provider of e-mail: contact and history go; a hash of the address stays, so that "no" is remembered.

The contract is small, so that a provider's own interface can be put behind it:
    PUT    /suppressions/{hash}   {"algorithm": "sha256", "reason": "erasure"}   200, 201
    GET    /suppressions/{hash}                                                  200, 404
    DELETE /suppressions/{hash}                                                  200, 204, 404
    POST   /contacts/find         {"email": …}     200 {"contacts": n, "messages": n}
    POST   /contacts/delete       {"email": …}     200 {"contacts": n, "messages": n}
The hash is SHA-256 of the address in small letters. Addresses never stand in a URL.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext_noop

from platforms.connectors.base import Level, Order, Reply, SourceFailed, Stays, WrongSettings
from platforms.connectors.processors.calling import ClientFactory, Remote, need, values_of
from platforms.connectors.processors.verbs import RequestVerbs
from platforms.outgoing import client

ALGORITHM = "sha256"
WHY = "Only a hash of the address stays, so that no more mail is sent to it (GDPR Art. 17(3)(b), 21(3))."
HASH = gettext_noop("only a hash of your address stays, so that nobody writes to it again")
HELD = ("contacts", "messages")


def hashed(email: str) -> str:
    """Return the hash under which an address is suppressed."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


class SuppressionSession(RequestVerbs):
    """One conversation about one person's addresses."""

    who = "The e-mail provider"

    def __init__(self, remote: Remote) -> None:
        self.remote = remote

    def locate(self, order: Order) -> Reply:
        """Count contacts, messages, and addresses that are suppressed."""
        emails = values_of(order, "email")
        counts = self._contacts("find", order, emails)
        counts["suppressions"] = sum(self._suppressed(one) for one in emails)
        return Reply(counts=counts)

    def collect(self, order: Order) -> Reply:
        """Say what is held; the messages themselves are in our own records."""
        rows = [
            {"hash": hashed(one), "suppressed": self._suppressed(one)} for one in values_of(order, "email")
        ]
        return Reply(rows={"suppressions": rows}, counts={"suppressions": len(rows)})

    def erase(self, order: Order) -> Reply:
        """Suppress by hash first, then delete contact and history: a crash between never loses the no."""
        emails = values_of(order, "email")
        self._suppress(emails, order, "erasure")
        counts = self._contacts("delete", order, emails)
        kept = {"suppressions": {"hash": "kept"}} if emails else {}
        return Reply(
            counts=counts,
            fields={"contacts": {"address": "erased"}, "messages": {"history": "erased"}} | kept,
            reasons={"suppressions": {"hash": WHY}},
            stays=(Stays(len(emails), "E17_LEGAL_OBLIGATION", HASH),) if emails else (),
            note=WHY if emails else "",
        )

    def probe(self, order: Order) -> Reply:
        """Count what is still there of contact and history."""
        left = self._contacts("find", order, values_of(order, "email"))
        return Reply(counts={name: max(n, 1) for name, n in left.items()}, remaining=left)

    def suppress(self, order: Order) -> Reply:
        """Stop all mail to the person for good."""
        emails = values_of(order, "email")
        self._suppress(emails, order, "objection")
        return Reply(counts={"suppressions": len(emails)})

    def restrict(self, order: Order) -> Reply:
        """Stop mail while the restriction lasts."""
        emails = values_of(order, "email")
        self._suppress(emails, order, "restriction")
        return Reply(counts={"suppressions": len(emails)})

    def lift(self, order: Order) -> Reply:
        """Take the entry away that a restriction made."""
        emails = values_of(order, "email")
        for one in emails:
            self.remote.call("DELETE", f"/suppressions/{hashed(one)}", gone=(404,))
        return Reply(counts={"suppressions": len(emails)})

    def _suppress(self, emails: list[str], order: Order, reason: str) -> None:
        for one in emails:
            key = {"Idempotency-Key": f"{order.idempotency_key}:{reason}:{hashed(one)[:16]}"}
            body = {"algorithm": ALGORITHM, "reason": reason}
            self.remote.call("PUT", f"/suppressions/{hashed(one)}", json=body, headers=key)

    def _suppressed(self, email: str) -> bool:
        return self.remote.call("GET", f"/suppressions/{hashed(email)}", gone=(404,)) is not None

    def _contacts(self, verb: str, order: Order, emails: list[str]) -> dict[str, int]:
        counts = dict.fromkeys(HELD, 0)
        for one in emails:
            key = {"Idempotency-Key": f"{order.idempotency_key}:{verb}:{hashed(one)[:16]}"}
            answer = self.remote.call("POST", f"/contacts/{verb}", json={"email": one}, headers=key)
            for name in HELD:
                counts[name] += _number(answer.get(name, 0))
        return counts


def _number(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise SourceFailed("The e-mail provider sent a count that is no number.")
    return value


class SuppressionConnector:
    """A provider of e-mail behind our small contract. Option: `url` (https)."""

    kind = "email_suppression"
    level: Level = "requests"

    def __init__(self, url: str, secret: str, *, opener: ClientFactory = client) -> None:
        self.url = url.rstrip("/")
        self.secret = secret
        self.opener = opener

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any], secret: str | None) -> "SuppressionConnector":
        """Build it from a system's settings and the provider's key. Raises WrongSettings."""
        key = need(secret, "The e-mail provider", "the key of its interface")
        url = str(settings.get("url") or "")
        if not url.startswith("https://"):
            raise WrongSettings("The e-mail provider needs `url`, beginning with https://.")
        return cls(url, key)

    @contextmanager
    def session(self) -> Iterator[SuppressionSession]:
        """Open one HTTP client and close it at the end."""
        headers = {"Authorization": f"Bearer {self.secret}"}
        with self.opener() as opened:
            yield SuppressionSession(Remote("The e-mail provider", opened, self.url, headers))
