"""Where callbacks come in: address, way of signing, secrets and answers, as the registry says.

A test holds this table to the files of `platforms/registry/`.
"""

from dataclasses import dataclass
from typing import Literal

Scheme = Literal[
    "meta_signed_request",
    "x_hub_signature_256",
    "google_risc_set",
    "tiktok_signature",
    "x_signature",
    "linkedin_signature",
    "stripe_signature",
    "email_events",
]
Handshake = Literal["", "hub_challenge", "x_crc", "linkedin_challenge"]
MOST_BYTES = 64 * 1024


@dataclass(frozen=True)
class Endpoint:
    """One address. `secrets` are names of settings, each a list, tried in this order."""

    name: str
    platform: str
    path: str
    scheme: Scheme
    secrets: tuple[str, ...]
    accepts: int
    refuses: int
    handshake: Handshake = ""


def _meta(product: str, platform: str, leave: str, secrets: tuple[str, ...]) -> list[Endpoint]:
    """Return the two endpoints that every product of Meta has."""
    return [
        Endpoint(
            f"{product}_{word.replace('-', '_')}", platform, f"callbacks/{product}/{word}/",
            "meta_signed_request", secrets, 200, 400,
        )
        for word in ("data-deletion", leave)
    ]  # fmt: skip


_META = ("META_APP_SECRET", "META_APP_SECRET_PREVIOUS")
ENDPOINTS: tuple[Endpoint, ...] = (
    *_meta("meta", "meta_facebook", "deauthorize", _META),
    Endpoint("meta_webhooks", "meta_facebook", "callbacks/meta/webhooks/", "x_hub_signature_256",
             ("META_APP_SECRET",), 200, 403, "hub_challenge"),
    *_meta("instagram", "meta_instagram", "deauthorize", ("INSTAGRAM_APP_SECRET",)),
    Endpoint("instagram_webhooks", "meta_instagram", "callbacks/instagram/webhooks/", "x_hub_signature_256",
             ("INSTAGRAM_APP_SECRET", "META_APP_SECRET"), 200, 403, "hub_challenge"),
    *_meta("threads", "meta_threads", "uninstall", ("THREADS_APP_SECRET",)),
    Endpoint("google_risc", "google_youtube", "callbacks/google/risc/", "google_risc_set", (), 202, 400),
    Endpoint("tiktok_webhooks", "tiktok", "callbacks/tiktok/webhooks/", "tiktok_signature",
             ("TIKTOK_CLIENT_SECRET",), 200, 401),
    Endpoint("x_webhooks", "x", "callbacks/x/webhooks/", "x_signature", ("X_CONSUMER_SECRET",), 200, 403,
             "x_crc"),
    Endpoint("linkedin_webhooks", "linkedin", "callbacks/linkedin/webhooks/", "linkedin_signature",
             ("LINKEDIN_CLIENT_SECRET",), 200, 403, "linkedin_challenge"),
    Endpoint("stripe_webhooks", "stripe", "callbacks/stripe/webhooks/", "stripe_signature",
             ("STRIPE_WEBHOOK_SECRET",), 200, 400),
    Endpoint("email_events", "email_provider", "callbacks/email/events/", "email_events",
             ("EMAIL_EVENTS_SECRET",), 200, 403),
)  # fmt: skip
_by_name = {found.name: found for found in ENDPOINTS}


def endpoint(name: str) -> Endpoint:
    """Return the endpoint of a name; raises KeyError."""
    return _by_name[name]
