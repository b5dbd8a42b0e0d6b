"""One call to a platform that is to end a grant, through the guarded client."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx

from config.http import BlockedAddress
from platforms import outgoing
from platforms.registry import Entry
from platforms.rules.revocation import Answer
from platforms.services.oauth import clients

BODY_LIMIT = 64 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent. `basic`: with our client id and secret; `by_app`: with the app's own token."""

    method: str
    url: str
    form: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    basic: bool = False
    by_app: bool = False


@dataclass(slots=True)
class Grant:
    """What is to be ended: the account there, the tokens that we hold (empty: none) and who we are.

    `keep` stores the tokens again when the platform gave new ones on the way.
    """

    entry: Entry
    account: str
    access: str = ""
    refresh: str = ""
    keep: Callable[[], None] = lambda: None

    @property
    def client_id(self) -> str:
        """Return our id at the platform, empty when none is set."""
        own = clients.credentials(self.entry)
        return own.id if own else ""

    @property
    def client_secret(self) -> str:
        """Return our secret at the platform, empty when none is set."""
        own = clients.credentials(self.entry)
        return own.secret if own else ""

    @property
    def app_token(self) -> str:
        """Return Meta's token of the app itself."""
        return f"{self.client_id}|{self.client_secret}"

    @property
    def url(self) -> str:
        """Return the address of the revocation, filled in."""
        assert self.entry.revocation is not None
        assert self.entry.revocation.request is not None
        return clients.address(self.entry, self.entry.revocation.request.url, asid=self.account or "me")

    def proof(self, token: str) -> str:
        """Return Meta's `appsecret_proof` of a token."""
        return clients.appsecret_proof(self.client_secret, token)


Send = Callable[[Call], Answer]


def sender(grant: Grant) -> Send:
    """Return the function that sends calls for a grant. It never raises: what went wrong is an answer."""

    def send(call: Call) -> Answer:
        auth = (grant.client_id, grant.client_secret) if call.basic else None
        try:
            with (
                outgoing.client(headers={"User-Agent": clients.user_agent()}) as client,
                client.stream(
                    call.method, outgoing.url(call.url), data=dict(call.form) or None,
                    params=dict(call.query) or None, auth=auth,
                ) as reply,
            ):  # fmt: skip
                return Answer(reply.status_code, _text(reply), call.by_app)
        except BlockedAddress:
            return Answer(0, "The address leads into a private network and was not called.")
        except httpx.TimeoutException:
            return Answer(0, "The platform did not answer in time.")
        except httpx.HTTPError as fault:
            return Answer(0, f"The platform could not be reached ({type(fault).__name__}).")

    return send


def _text(reply: httpx.Response) -> str:
    """Return the body as text, cut at 64 KiB."""
    body = b""
    for chunk in reply.iter_bytes():
        body += chunk
        if len(body) > BODY_LIMIT:
            break
    return body[:BODY_LIMIT].decode("utf-8", "replace")
