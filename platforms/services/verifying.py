"""Is a callback what it says it is? Brings the pure rules together with secrets, keys and our own ids."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from platforms.callbacks.endpoints import MOST_BYTES, Endpoint
from platforms.callbacks.forms import FORMS, signed_request_of
from platforms.callbacks.reading import google, x
from platforms.rules import signatures
from platforms.rules.signatures import Refused, Signed
from platforms.services import risc_keys, secrets


@dataclass(frozen=True)
class Call:
    """A callback as it came. `size` is that of the whole body, of which no more than the limit was read."""

    body: bytes
    size: int
    content_type: str
    headers: Mapping[str, str]

    def header(self, *names: str) -> str:
        """Return the first of the headers that was sent, else nothing."""
        return next((self.headers[name] for name in names if name in self.headers), "")


def verify(endpoint: Endpoint, call: Call, *, now: datetime) -> Signed:
    """Return what a call says. Raises Refused, or KeysUnavailable where Google's keys cannot be had."""
    if call.size > MOST_BYTES:
        raise Refused("too_large")
    listed = secrets_of(endpoint)
    if endpoint.secrets and not listed:
        raise Refused("no_secret")
    return _CHECKS[endpoint.scheme](call, listed, now)


def secrets_of(endpoint: Endpoint) -> tuple[str, ...]:
    """Return every secret that may have signed, the current one first."""
    return tuple(value for name in endpoint.secrets for value in secrets.values(name))


def _signed_request(call: Call, listed: tuple[str, ...], _now: datetime) -> Signed:
    if call.content_type not in FORMS:
        raise Refused("content_type")
    try:
        value = signed_request_of(call.body)
    except ValueError:
        raise Refused("malformed") from None
    return signatures.signed_request(value, listed)


def _hub(call: Call, listed: tuple[str, ...], _now: datetime) -> Signed:
    return signatures.x_hub_signature_256(call.body, call.header("X-Hub-Signature-256"), listed)


def _risc(call: Call, _listed: tuple[str, ...], now: datetime) -> Signed:
    keys = risc_keys.keys_for(signatures.key_id(call.body), now=now)
    audiences = secrets.values("GOOGLE_CLIENT_IDS")
    return signatures.risc_set(
        call.body, keys=keys, issuer=google.ISSUER, audiences=audiences, now=now.timestamp()
    )


def _tiktok(call: Call, listed: tuple[str, ...], now: datetime) -> Signed:
    ours = secrets.values("TIKTOK_CLIENT_KEY")
    header = call.header("TikTok-Signature")
    return signatures.tiktok_signature(call.body, header, listed, client_keys=ours, now=now.timestamp())


def _x(call: Call, listed: tuple[str, ...], _now: datetime) -> Signed:
    """An event about another app of ours is none of this portal's."""
    signed = signatures.x_signature(call.body, call.header("X-Twitter-Webhooks-Signature"), listed)
    app, ours = x.app_of(signed.document), secrets.values("X_APP_ID")
    if app and ours and app not in ours:
        raise Refused("other_app")
    return signed


def _linkedin(call: Call, listed: tuple[str, ...], _now: datetime) -> Signed:
    return signatures.linkedin_signature(call.body, call.header("X-LI-Signature"), listed)


def _stripe(call: Call, listed: tuple[str, ...], now: datetime) -> Signed:
    return signatures.stripe_signature(
        call.body, call.header("Stripe-Signature"), listed, now=now.timestamp()
    )


def _email(call: Call, listed: tuple[str, ...], now: datetime) -> Signed:
    return signatures.email_events(
        call.body, message_id=call.header("Webhook-Id", "Svix-Id"),
        timestamp=call.header("Webhook-Timestamp", "Svix-Timestamp"),
        signatures=call.header("Webhook-Signature", "Svix-Signature"), secrets=listed, now=now.timestamp(),
    )  # fmt: skip


_CHECKS: dict[str, Callable[[Call, tuple[str, ...], datetime], Signed]] = {
    "meta_signed_request": _signed_request,
    "x_hub_signature_256": _hub,
    "google_risc_set": _risc,
    "tiktok_signature": _tiktok,
    "x_signature": _x,
    "linkedin_signature": _linkedin,
    "stripe_signature": _stripe,
    "email_events": _email,
}
