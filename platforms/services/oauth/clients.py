"""Authlib's OAuth2 client over the guarded HTTP client, set up from the registry.

Every fault leaves here as PlatformFault: httpx and Authlib put addresses into their messages, and addresses
carry secrets.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.common.urls import add_params_to_qs
from authlib.integrations.base_client import OAuthError
from authlib.oauth2.auth import ClientAuth as AuthlibClientAuth
from authlib.oauth2.client import OAuth2Client
from django.conf import settings

from platforms import outgoing, registry
from platforms.registry import Entry
from platforms.registry.schema import OAuth
from platforms.services import secrets
from platforms.services.oauth.faults import PlatformFault

RATE_CODES = frozenset({4, 17, 32, 613})
AUTH_METHODS = {"basic": "client_secret_basic", "body": "client_secret_post"}


@dataclass(frozen=True)
class Credentials:
    """Our id and secret at a platform."""

    id: str
    secret: str


def credentials(entry: Entry) -> Credentials | None:
    """Return our id and secret, or None when they are not set.

    Google lists several clients in one setting: ids and secrets belong together by their place, and the
    second one is Analytics' where there is a second, so that revoking one grant leaves the other alone.
    """
    names = oauth_of(entry).client_settings
    ids, keys = secrets.values(names.id), secrets.values(names.secret)
    if not ids or not keys:
        return None
    place = 1 if entry.key == "google_analytics" and min(len(ids), len(keys)) > 1 else 0
    return Credentials(ids[place], keys[place])


def oauth_of(entry: Entry) -> OAuth:
    """Return how grants are asked for; raises PlatformFault for an entry without (a processor)."""
    if entry.oauth is None:
        raise PlatformFault("no_oauth")
    return entry.oauth


def one_grant(entry: Entry) -> list[str]:
    """Return the platforms whose grants of an account are one: Google's, where they share a client."""
    if entry.family != "google":
        return [entry.key]
    mates = [one for one in registry.entries() if one.family == "google" and one.oauth]
    return [one.key for one in mates if credentials(one) == credentials(entry)]


def address(entry: Entry, template: str, **values: str) -> str:
    """Return an address of the registry with its gaps filled.

    Without a version in the settings Meta's addresses go without one: Meta then takes the app's own.
    """
    name = oauth_of(entry).version_setting
    version = secrets.values(name)[:1] if name else ()
    filled = template if version else template.replace("/{version}", "")
    return filled.format(version=version[0] if version else "", **values)


def appsecret_proof(secret: str, token: str) -> str:
    """Return Meta's proof that a call comes from the app: hex HMAC-SHA256 of the token by the app secret."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


class ClientAuth(httpx.Auth, AuthlibClientAuth):
    """Authlib's client authentication on an httpx request."""

    requires_request_body = True

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        """Put the proof where the platform wants it."""
        url, headers, body = self.prepare(
            request.method, str(request.url), request.headers, request.content.decode()
        )
        made = httpx.Request(request.method, url, headers=_without_length(headers), content=body)
        made.extensions = request.extensions
        yield made


def _without_length(headers: httpx.Headers) -> dict[str, str]:
    return {k: v for k, v in headers.items() if k.lower() not in ("content-length", "transfer-encoding")}


def _named_client(param: str) -> Any:
    """Client authentication in the body under another name than client_id (TikTok: client_key)."""

    def encode(client: Any, _method: str, uri: str, headers: Any, body: str) -> tuple[str, Any, str]:
        pairs = [(param, client.client_id), ("client_secret", client.client_secret)]
        return uri, headers, add_params_to_qs(body or "", pairs)

    return encode


class Client(OAuth2Client):
    """Authlib's client with our session."""

    client_auth_class = ClientAuth
    oauth_error_class = OAuthError


class Caller:
    """One platform, ready to be called: close it by leaving `calling`."""

    def __init__(self, entry: Entry, session: httpx.Client, own: Credentials) -> None:
        self.entry, self.oauth, self.session, self.own = entry, oauth_of(entry), session, own
        method = AUTH_METHODS[self.oauth.client_auth]
        self.client = Client(
            session, own.id, own.secret, token_endpoint_auth_method=method,
            revocation_endpoint_auth_method=method,
            code_challenge_method="S256" if self.oauth.pkce.startswith("S256") else None,
        )  # fmt: skip
        if self.oauth.client_id_param != "client_id":
            self.client.register_client_auth_method((method, _named_client(self.oauth.client_id_param)))

    def url(self, template: str, **values: str) -> str:
        """Return where to call: the platform's address, or its stand-in's."""
        return outgoing.url(address(self.entry, template, **values))

    def fetch(self, **form: str) -> dict[str, Any]:
        """Exchange an authorization code. Raises PlatformFault."""
        with _faults():
            return _tokens(
                self.client.fetch_token(
                    self.url(self.oauth.token_url), grant_type="authorization_code",
                    **form, **self.oauth.token_params,
                )
            )  # fmt: skip

    def renew(self, refresh_token: str) -> dict[str, Any]:
        """Use a refresh token. Raises PlatformFault."""
        with _faults():
            return _tokens(
                self.client.refresh_token(self.url(self.oauth.token_url), refresh_token=refresh_token)
            )

    def prove(self) -> ClientAuth:
        """Return our client authentication, for calls that are not a token request."""
        return self.client.client_auth(self.client.token_endpoint_auth_method)  # type: ignore[no-any-return]

    def ask(self, method: str, url: str, **options: Any) -> "Answer":
        """Make any other call. Raises PlatformFault when nothing usable came: network, 5xx, 429, redirect."""
        with _faults():
            response = self.session.request(method, self.url(url), **options)
            return _answer(response)

    def user(self, url: str, token: str, **params: str) -> "Answer":
        """Read with a person's token in the header."""
        return self.ask("GET", url, params=params, headers={"Authorization": f"Bearer {token}"})

    def graph(self, method: str, url: str, token: str, **params: str) -> "Answer":
        """Call Meta's graph with a token; signed where the platform wants that."""
        signed = (
            {"appsecret_proof": appsecret_proof(self.own.secret, token)} if self.oauth.request_signing else {}
        )
        return self.ask(method, url, params={**params, "access_token": token, **signed})


@dataclass(frozen=True)
class Answer:
    """What a platform answered: status and JSON object (empty when it was none)."""

    status: int
    body: Mapping[str, Any]

    @property
    def error(self) -> Mapping[str, Any]:
        """Return Meta's error object, or an empty one."""
        found = self.body.get("error")
        return found if isinstance(found, Mapping) else {}


@contextmanager
def calling(entry: Entry) -> Iterator[Caller]:
    """Open a client for one piece of work. Raises PlatformFault when our id or secret is not set."""
    own = credentials(entry)
    if own is None:
        raise PlatformFault("not_set_up")
    with outgoing.client(headers={"User-Agent": user_agent()}) as session:
        yield Caller(entry, session, own)


def user_agent() -> str:
    """Return a name that is ours alone, in the form that Reddit wants: platform, app, version, contact."""
    return f"web:{urlsplit(settings.SITE_URL).hostname}.privacy-portal:1.0 (by {settings.SITE_URL})"


@contextmanager
def _faults() -> Iterator[None]:
    """Let nothing out that knows an address."""
    try:
        yield
    except OAuthError as fault:
        raise PlatformFault(code_of(fault.error)) from None
    except httpx.HTTPStatusError as fault:
        raise _by_status(fault.response) from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise PlatformFault("network") from None
    except ValueError:
        raise PlatformFault("bad_json") from None


def code_of(error: Any) -> str:
    """Return an error code: OAuth's word, or what Meta's number means."""
    if not isinstance(error, Mapping):
        return str(error)
    number = error.get("code")
    if number in RATE_CODES:
        return "rate_limited"
    if number in (1, 2):
        return "temporarily_unavailable"
    known: dict[Any, str] = {190: "invalid_token", 100: "invalid_grant", 101: "invalid_client"}
    return known.get(number, f"meta_{number}")


def _by_status(response: httpx.Response) -> PlatformFault:
    status = response.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return PlatformFault("rate_limited", status)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return PlatformFault("server_error", status)
    return PlatformFault("redirect" if response.is_redirect else "refused", status)


def _answer(response: httpx.Response) -> Answer:
    status = response.status_code
    if response.is_redirect or status == httpx.codes.TOO_MANY_REQUESTS or status >= 500:
        raise _by_status(response)
    try:
        body = response.json() if response.content else {}
    except ValueError:
        raise PlatformFault("bad_json", status) from None
    return Answer(status, body if isinstance(body, dict) else {})


def _tokens(answer: Any) -> dict[str, Any]:
    """Return the fields of a token answer; Instagram wraps them in a list. Raises PlatformFault."""
    found: Any = answer
    if isinstance(answer.get("data"), list) and answer["data"]:
        found = answer["data"][0]
    if not isinstance(found, Mapping) or not isinstance(found.get("access_token"), str):
        raise PlatformFault("bad_answer")
    return dict(found)
