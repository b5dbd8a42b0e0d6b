"""Systems with an HTTP interface of our documented contract: signed orders, answered at once or later.

Contract: docs/connector-http.md.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from platforms.connectors.base import (
    Deferred,
    Level,
    Order,
    Reply,
    SourceFailed,
    SourceUnreachable,
    WrongSettings,
)

MAX_AGE_SECONDS = 300
MAX_ANSWER_BYTES = 20_000_000
_DEFAULT_WAIT = timedelta(hours=1)
_SOON = (408, 425, 429, 500, 502, 503, 504)
ClientFactory = Callable[[], httpx.Client]


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the hex HMAC-SHA256 over `timestamp`, a full stop and the body."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def verify(secret: str, timestamp: str, body: bytes, given: str, *, now: float) -> bool:
    """Return whether a callback is signed by us or our partner and at most five minutes old.

    `timestamp`: seconds since 1970 as text; `now`: the same as a number.
    """
    try:
        age = abs(now - int(timestamp))
    except ValueError:
        return False
    expected = signature(secret, timestamp, body)
    return age <= MAX_AGE_SECONDS and hmac.compare_digest(expected.encode(), given.encode())


class HttpSession:
    """One conversation with one system."""

    def __init__(self, client: httpx.Client, connector: "HttpConnector") -> None:
        self.client = client
        self.connector = connector

    def locate(self, order: Order) -> Reply | Deferred:
        """Ask what the system holds about the person."""
        return self._send("locate", order)

    def collect(self, order: Order) -> Reply | Deferred:
        """Ask for a copy."""
        return self._send("collect", order)

    def erase(self, order: Order) -> Reply | Deferred:
        """Ask for erasure."""
        return self._send("erase", order)

    def rectify(self, order: Order) -> Reply | Deferred:
        """Ask for correction."""
        return self._send("rectify", order)

    def probe(self, order: Order) -> Reply | Deferred:
        """Ask whether anything is left."""
        return self._send("probe", order)

    def count(self, order: Order) -> Reply | Deferred:
        """Ask for row counts only."""
        return self._send("count", order)

    def restrict(self, order: Order) -> Reply | Deferred:
        """Ask to keep the data and not to use them for the order's purposes."""
        return self._send("restrict", order)

    def lift(self, order: Order) -> Reply | Deferred:
        """Say that a restriction is lifted."""
        return self._send("lift", order)

    def suppress(self, order: Order) -> Reply | Deferred:
        """Ask to stop using the data for the order's purposes for good."""
        return self._send("suppress", order)

    def _send(self, verb: str, order: Order) -> Reply | Deferred:
        body = json.dumps(self._body(verb, order), sort_keys=True, separators=(",", ":")).encode()
        stamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": f"{order.idempotency_key}:{verb}",
            "Portal-Timestamp": stamp,
            "Portal-Signature": signature(self.connector.secret, stamp, body),
        }
        try:
            answer = self.client.post(self.connector.url, content=body, headers=headers)
        except httpx.TransportError as fault:
            raise SourceUnreachable(
                f"{self.connector.where} does not answer ({type(fault).__name__})."
            ) from fault
        return self._read(answer)

    def _body(self, verb: str, order: Order) -> dict[str, Any]:
        body: dict[str, Any] = {
            "version": 1,
            "verb": verb,
            "case": order.case,
            "identities": {key: list(values) for key, values in order.identities.items()},
            "categories": list(order.categories),
        }
        extras = {
            "reference": order.reference,
            "corrections": dict(order.corrections),
            "purposes": [purpose or "*" for purpose in order.purposes],
            "platforms": {key: list(ids) for key, ids in order.platforms.items()},
            "callback_url": self.connector.callback_url,
            "callback_token": self.connector.callback_token,
        }
        return body | {key: value for key, value in extras.items() if value}

    def _read(self, answer: httpx.Response) -> Reply | Deferred:
        where = self.connector.where
        if answer.status_code in _SOON:
            raise SourceUnreachable(f"{where} answered {answer.status_code}: try again later.")
        if answer.status_code not in (200, 202):
            raise SourceFailed(f"{where} refused the order with {answer.status_code}.")
        if len(answer.content) > MAX_ANSWER_BYTES:
            raise SourceFailed(f"{where} sent more than {MAX_ANSWER_BYTES // 1_000_000} MB.")
        try:
            data = json.loads(answer.content)
        except ValueError as fault:
            raise SourceFailed(f"{where} answered something that is not JSON.") from fault
        if answer.status_code == 202:
            return self._later(data)
        return read_reply(data, where)

    def _later(self, data: Any) -> Deferred:
        reference = data.get("reference") if isinstance(data, dict) else None
        if not isinstance(reference, str) or not 0 < len(reference) <= 120:
            raise SourceFailed(
                f"{self.connector.where} answered 202 without a `reference` of 1 to 120 characters."
            )
        seconds = data.get("retry_after_seconds")
        wait = (
            timedelta(seconds=max(60, min(seconds, 604_800))) if isinstance(seconds, int) else _DEFAULT_WAIT
        )
        return Deferred(reference, datetime.now(UTC) + wait)


def _rows(value: Any, where: str) -> Mapping[str, list[Mapping[str, Any]]]:
    good = isinstance(value, dict) and all(
        isinstance(rows, list) and all(isinstance(row, dict) for row in rows) for rows in value.values()
    )
    if not good:
        raise SourceFailed(
            f"{where} sent `rows` in a shape that cannot be read: collection → list of objects."
        )
    return value  # type: ignore[no-any-return]


def _counts(value: Any, name: str, where: str) -> Mapping[str, int]:
    good = isinstance(value, dict) and all(type(number) is int and number >= 0 for number in value.values())
    if not good:
        raise SourceFailed(
            f"{where} sent `{name}` in a shape that cannot be read: collection → whole number."
        )
    return value  # type: ignore[no-any-return]


def read_reply(data: Any, where: str) -> Reply:
    """Return a checked reply, from a direct answer or from a callback. Raises SourceFailed."""
    if not isinstance(data, dict):
        raise SourceFailed(f"{where} sent no JSON object.")
    fields = data.get("fields", {})
    if not isinstance(fields, dict) or not all(isinstance(part, dict) for part in fields.values()):
        raise SourceFailed(f"{where} sent `fields` in a shape that cannot be read.")
    return Reply(
        rows=_rows(data.get("rows", {}), where),
        counts=_counts(data.get("counts", {}), "counts", where),
        remaining=_counts(data.get("remaining", {}), "remaining", where),
        fields={name: {key: str(word) for key, word in part.items()} for name, part in fields.items()},
        note=str(data.get("note", ""))[:500],
    )


def _portal_client() -> httpx.Client:
    from config.http import client

    return client()


class HttpConnector:
    """A system that follows our callback contract. `client` opens the HTTP client (injected in tests)."""

    kind = "http"
    level: Level = "requests"

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        callback_url: str = "",
        callback_token: str = "",
        client: ClientFactory = _portal_client,
    ) -> None:
        self.url = url
        self.secret = secret
        self.callback_url = callback_url
        self.callback_token = callback_token
        self.client = client
        self.where = f"The system at {httpx.URL(url).host}"

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any], secret: str | None) -> "HttpConnector":
        """Build it from a system's settings: url, callback_url, callback_token. Raises WrongSettings."""
        url = str(settings.get("url") or "")
        if not url.startswith(("https://", "http://")):
            raise WrongSettings("An HTTP system needs `url`, beginning with https://.")
        if not secret or len(secret) < 16:
            raise WrongSettings("An HTTP system needs a shared key of at least 16 characters as its secret.")
        return cls(
            url,
            secret,
            callback_url=str(settings.get("callback_url") or ""),
            callback_token=str(settings.get("callback_token") or ""),
            client=settings.get("client") or _portal_client,
        )

    @contextmanager
    def session(self) -> Iterator[HttpSession]:
        """Open one HTTP client and close it at the end."""
        with self.client() as client:
            yield HttpSession(client, self)
