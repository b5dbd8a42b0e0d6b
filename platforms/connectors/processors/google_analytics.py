"""Google Analytics of our own use: the User Deletion API, one request for each id of a person.

Hidden from reports within 72 hours; erased from Google's servers at the next run, at most every two months:
so a request is sent as early as it can be. Aggregates and exports to BigQuery are not covered, and nothing
can be looked up by person. Source: the registry file of the analytics processor.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_noop

from config import clock
from platforms.connectors.base import Deferred, Level, Order, Reply, SourceFailed, Stays, WrongSettings
from platforms.connectors.processors import google_account
from platforms.connectors.processors.calling import ClientFactory, Remote, need, values_of
from platforms.connectors.processors.verbs import RequestVerbs
from platforms.outgoing import client

BASE = "https://www.googleapis.com"
UPSERT = "/analytics/v3/userDeletion/userDeletionRequests:upsert"
HIDDEN = timedelta(hours=72)
SERVERS = timedelta(days=62)
SERVERS_SAY = gettext_noop("hidden from every report already; Google empties its servers every two months")
# Google's word for the kind of an id, and the identity keys that are of this kind.
IDS = {"CLIENT_ID": ("ga_client_id",), "USER_ID": ("ga_user_id",)}


class GoogleAnalyticsSession(RequestVerbs):
    """One conversation about one person's ids."""

    who = "Google Analytics"

    def __init__(self, remote: Remote, connector: "GoogleAnalyticsConnector") -> None:
        self.remote = remote
        self.connector = connector

    def locate(self, order: Order) -> Reply:
        """Count the ids that would be deleted: what stands behind them cannot be looked up."""
        note = "Google offers no look-up by person; ids known to us are counted."
        return Reply(counts={"events": len(self._ids(order))}, note=note)

    def collect(self, order: Order) -> Reply:
        """Copy the ids that we know: Google gives out no events of one person."""
        rows = [{"kind": kind, "id": value} for kind, value in self._ids(order)]
        return Reply(rows={"events": rows}, counts={"events": len(rows)})

    def erase(self, order: Order) -> Reply | Deferred:
        """Send one request for each id; done when reports hide them. The dates stand in the answer."""
        ids = self._ids(order)
        if not ids:
            return Reply(counts={"events": 0})
        if order.reference:
            asked_at = datetime.fromisoformat(order.reference)
        else:
            asked_at = max(self._ask(kind, value) for kind, value in ids)
        if clock.now() < asked_at + HIDDEN:
            return Deferred(asked_at.isoformat(), asked_at + HIDDEN)
        return self._said(len(ids), asked_at)

    def probe(self, order: Order) -> Reply:
        """Say that nothing can be looked for again: no count, so nothing is claimed."""
        ids = len(self._ids(order))
        return Reply(note=f"{ids} ids: Google offers no look-up by person; its confirmation counts.")

    def _ids(self, order: Order) -> list[tuple[str, str]]:
        kinds = IDS | ({"USER_ID": ("ga_user_id", "user_id")} if self.connector.user_id else {})
        return [(kind, value) for kind, keys in kinds.items() for value in values_of(order, *keys)]

    def _ask(self, kind: str, value: str) -> datetime:
        """Send a request and return up to when everything is deleted. Safe to repeat: Google updates it."""
        body = {
            "kind": "analytics#userDeletionRequest",
            "id": {"type": kind, "userId": value},
            "propertyId": self.connector.property,
        }
        answer = self.remote.call("POST", UPSERT, json=body)
        try:
            asked_at = datetime.fromisoformat(str(answer["deletionRequestTime"]))
        except (KeyError, ValueError) as fault:
            raise SourceFailed("Google Analytics did not say up to when it deletes.") from fault
        return asked_at if asked_at.tzinfo else asked_at.replace(tzinfo=UTC)

    def _said(self, count: int, asked_at: datetime) -> Reply:
        until = (asked_at + SERVERS).date().isoformat()
        why = f"Hidden from reports. Google erases them from its servers by {until}."
        return Reply(
            counts={"events": count},
            fields={"events": {"user_level": "erased"}, "aggregates": {"reports": "kept"}},
            reasons={
                "events": {"user_level": why},
                "aggregates": {"reports": "Totals name nobody. Exports to BigQuery are deleted there."},
            },
            stays=(Stays(count, "PROCESSOR_PERIOD", SERVERS_SAY, (asked_at + SERVERS).date()),),
            note=why,
        )


class GoogleAnalyticsConnector:
    """Our own property. Options: `property` (digits), `user_id` (true where the product sends its own id)."""

    kind = "google_analytics"
    level: Level = "requests"

    def __init__(
        self, secret: str, *, property: str, user_id: bool = False, opener: ClientFactory = client
    ) -> None:
        self.secret = secret
        self.property = property
        self.user_id = user_id
        self.opener = opener

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any], secret: str | None) -> "GoogleAnalyticsConnector":
        """Build it from a system's settings; the secret is a service account's JSON key, or a token.

        Raises WrongSettings.
        """
        key = need(secret, "Google Analytics", "the JSON key of a service account, or an access token")
        number = str(settings.get("property") or "")
        if not number.isdigit():
            raise WrongSettings("Google Analytics needs `property`: the number of the GA4 property.")
        if key.lstrip().startswith("{"):
            google_account.read(key)
        return cls(key, property=number, user_id=settings.get("user_id") is True)

    @contextmanager
    def session(self) -> Iterator[GoogleAnalyticsSession]:
        """Get a token, open one HTTP client and close it at the end."""
        with self.opener() as opened:
            token = self.secret
            if token.lstrip().startswith("{"):
                token = google_account.token(opened, google_account.read(token), now=clock.now())
            headers = {"Authorization": f"Bearer {token}"}
            yield GoogleAnalyticsSession(Remote("Google Analytics", opened, BASE, headers), self)


__all__ = ["GoogleAnalyticsConnector", "GoogleAnalyticsSession"]
