"""One call to a platform that is to end a grant, through the guarded client."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from config.http import BlockedAddress
from platforms import outgoing
from platforms.registry import Entry
from platforms.rules.revocation import Answer
from platforms.services import secrets

BODY_LIMIT = 64 * 1024
GRAPH_VERSION = "v25.0"


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent. `basic`: with our client id and secret; `by_app`: with the app's own token."""

    method: str
    url: str
    form: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    basic: bool = False
    by_app: bool = False


def client_of(entry: Entry) -> tuple[str, str]:
    """Return our id and secret at a platform, empty where none is set.

    Google's settings list a client a product: YouTube's first, then that of Analytics where it has its own.
    """
    assert entry.oauth is not None
    names = entry.oauth.client_settings
    ids, keys = secrets.values(names.id), secrets.values(names.secret)
    place = 1 if entry.key == "google_analytics" and len(ids) > 1 else 0
    return (ids[place : place + 1] or ("",))[0], (keys[place : place + 1] or keys[:1] or ("",))[0]


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
        return client_of(self.entry)[0]

    @property
    def client_secret(self) -> str:
        """Return our secret at the platform, empty when none is set."""
        return client_of(self.entry)[1]

    @property
    def app_token(self) -> str:
        """Return Meta's token of the app itself."""
        return f"{self.client_id}|{self.client_secret}"

    @property
    def url(self) -> str:
        """Return the address of the revocation, filled in."""
        assert self.entry.revocation is not None
        assert self.entry.revocation.request is not None
        setting = self.entry.oauth.version_setting if self.entry.oauth else None
        version = secrets.values(setting or "") or (GRAPH_VERSION,)
        return self.entry.revocation.request.url.format(version=version[0], asid=self.account or "me")

    def proof(self, token: str) -> str:
        """Return Meta's `appsecret_proof` of a token."""
        return hmac.new(self.client_secret.encode(), token.encode(), hashlib.sha256).hexdigest()


Send = Callable[[Call], Answer]


def sender(grant: Grant) -> Send:
    """Return the function that sends calls for a grant. It never raises: what went wrong is an answer."""
    agent = f"server:{urlsplit(settings.SITE_URL).hostname}:1 (privacy portal)"

    def send(call: Call) -> Answer:
        auth = (grant.client_id, grant.client_secret) if call.basic else None
        try:
            with (
                outgoing.client(headers={"User-Agent": agent}) as client,
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
