"""Whole callbacks as the platforms send them: address, body, headers."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from platforms.callbacks.endpoints import endpoint
from tests.platforms.callbacks import signing as sign

AT = 1_795_000_000
MOMENT = datetime.fromtimestamp(AT, UTC)
FORM = "application/x-www-form-urlencoded"
SECRETS = {
    "META_APP_SECRET": "meta-now,meta-old",
    "META_APP_SECRET_PREVIOUS": "meta-oldest",
    "INSTAGRAM_APP_SECRET": "instagram-now",
    "THREADS_APP_SECRET": "threads-now",
    "TIKTOK_CLIENT_SECRET": "tiktok-now,tiktok-old",
    "X_CONSUMER_SECRET": "x-now",
    "LINKEDIN_CLIENT_SECRET": "linkedin-now",
    "STRIPE_WEBHOOK_SECRET": "stripe-now",
    "EMAIL_EVENTS_SECRET": "email-now",
    "META_VERIFY_TOKEN": "token-now,token-old",
    "TIKTOK_CLIENT_KEY": "ck1",
    "X_APP_ID": "app1",
    "GOOGLE_CLIENT_IDS": "client-0,client-1",
}
DOCUMENTS: dict[str, dict[str, Any]] = {
    "meta_webhooks": {
        "object": "permissions",
        "entry": [{"id": "7000001", "time": AT, "changed_fields": ["pages_show_list"]}],
    },
    "tiktok_webhooks": {
        "client_key": "ck1", "event": "authorization.removed", "create_time": AT, "user_openid": "t-1",
        "content": '{"reason": 1}',
    },
    "x_webhooks": {
        "data": {
            "event_type": "oauth.revoke", "event_uuid": "u1",
            "payload": {"date_time": "2026-11-18T10:00:00Z", "user_id": "x-1", "app_id": "app1"},
        }
    },
    "linkedin_webhooks": {
        "notifications": [
            {"notificationId": 5, "action": "COMMENT_DELETE", "generatedActivity": "urn:li:comment:(1,2)"}
        ]
    },
    "stripe_webhooks": {"id": "evt_1", "type": "customer.deleted", "created": AT, "data": {"object": {}}},
    "email_events": {"id": "ev1", "type": "email.bounced"},
}  # fmt: skip
DOCUMENTS["instagram_webhooks"] = DOCUMENTS["meta_webhooks"]
SIGNED_REQUESTS = (
    "meta_data_deletion", "meta_deauthorize", "instagram_data_deletion", "instagram_deauthorize",
    "threads_data_deletion", "threads_uninstall",
)  # fmt: skip
EVERY = (*SIGNED_REQUESTS, *DOCUMENTS, "google_risc")


@dataclass(frozen=True)
class Call:
    """What is sent."""

    name: str
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Return the address."""
        return f"/{endpoint(self.name).path}"

    def sent(self, client: Any) -> Any:
        """Send it and return the answer."""
        return client.post(self.path, self.body, content_type=self.content_type, headers=self.headers)


def secret_of(name: str) -> str:
    """Return the current secret of an endpoint."""
    return SECRETS[endpoint(name).secrets[0]].split(",")[0]


def call(name: str, document: Any = None, *, secret: str = "", at: int = AT) -> Call:
    """Return a callback of an endpoint, signed; `document` instead of its usual one."""
    if name == "google_risc":
        return Call(
            name, sign.token(sign.claims(at) if document is None else document), "application/secevent+jwt"
        )
    secret = secret or secret_of(name)
    if name in SIGNED_REQUESTS:
        value = sign.signed_request(sign.deletion() if document is None else document, secret)
        return Call(name, urlencode({"signed_request": value}).encode(), FORM)
    body = sign.dumps(DOCUMENTS[name] if document is None else document)
    return Call(name, body, headers=headers_of(name, body, secret, at))


def headers_of(name: str, body: bytes, secret: str, at: int = AT) -> dict[str, str]:
    """Return the headers that sign a body."""
    if name == "email_events":
        return {
            "Webhook-Id": "msg_1", "Webhook-Timestamp": str(at),
            "Webhook-Signature": sign.email(body, secret, at),
        }  # fmt: skip
    header, value = {
        "meta_webhooks": ("X-Hub-Signature-256", lambda: sign.hub(body, secret)),
        "instagram_webhooks": ("X-Hub-Signature-256", lambda: sign.hub(body, secret)),
        "tiktok_webhooks": ("TikTok-Signature", lambda: sign.tiktok(body, secret, at)),
        "x_webhooks": ("X-Twitter-Webhooks-Signature", lambda: sign.x(body, secret)),
        "linkedin_webhooks": ("X-LI-Signature", lambda: sign.linkedin(body, secret)),
        "stripe_webhooks": ("Stripe-Signature", lambda: sign.stripe(body, secret, at)),
    }[name]
    return {header: value()}
