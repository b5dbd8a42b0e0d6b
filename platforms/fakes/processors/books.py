"""What the stand-ins of processors hold, and the keys that they accept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EMAIL_HOST = "mail.example"
KEYS = {
    "STRIPE_RESTRICTED_KEY": "rk_test_fake_key_of_the_demo",
    "ANTHROPIC_API_KEY": "sk-ant-fake-key-of-the-demo",
    "GOOGLE_ANALYTICS_DELETION_KEY": "ya29.fake-token-of-the-demo",
    "EMAIL_PROVIDER_KEY": "fake-key-of-the-mail-provider",
    "EMAIL_PROVIDER_URL": f"https://{EMAIL_HOST}",
    "GOOGLE_ANALYTICS_PROPERTY": "123456789",
}
Row = dict[str, Any]


class Wrong(Exception):
    """The processor says no: status, and the error as its body names it."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(str(status))
        self.status, self.body = status, body


@dataclass(frozen=True)
class Asked:
    """One call, read: `sent` is the form with lists where a name comes twice, or the JSON object."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    sent: Mapping[str, Any]
    headers: Mapping[str, str]
    json: bool

    @property
    def bearer(self) -> str:
        """Return the token of the Authorization header."""
        kind, _, value = self.headers.get("authorization", "").partition(" ")
        return value if kind == "Bearer" else ""


@dataclass
class Books:
    """Everything that the stand-ins know. Rows by their id."""

    customers: dict[str, Row] = field(default_factory=dict)
    payment_methods: dict[str, Row] = field(default_factory=dict)
    subscriptions: dict[str, Row] = field(default_factory=dict)
    invoices: dict[str, Row] = field(default_factory=dict)
    charges: dict[str, Row] = field(default_factory=dict)
    jobs: dict[str, Row] = field(default_factory=dict)
    files: dict[str, Row] = field(default_factory=dict)
    deletions: dict[tuple[str, str], Row] = field(default_factory=dict)
    suppressions: dict[str, Row] = field(default_factory=dict)
    contacts: dict[str, int] = field(default_factory=dict)
    answers: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    accounts: dict[str, Any] = field(default_factory=dict)

    def customer(self, key: str, email: str, *, invoices: int = 1, created: int = 1_760_000_000) -> None:
        """Put a customer in, with a card, a subscription and so many invoices made at `created`."""
        self.customers[key] = {
            "id": key, "email": email, "name": "Ann Example", "phone": None, "address": None,
            "created": created, "currency": "usd", "metadata": {},
        }  # fmt: skip
        card = {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2030, "fingerprint": "x"}
        self.payment_methods[f"pm_{key}"] = {
            "id": f"pm_{key}", "type": "card", "customer": key, "created": created, "card": card,
        }  # fmt: skip
        self.subscriptions[f"sub_{key}"] = {
            "id": f"sub_{key}", "customer": key, "status": "active", "created": created,
        }  # fmt: skip
        for n in range(invoices):
            self.invoices[f"in_{key}_{n}"] = {
                "id": f"in_{key}_{n}", "number": f"N-{n}", "customer": key, "status": "paid", "total": 900,
                "currency": "usd", "created": created,
            }  # fmt: skip

    def file(self, key: str, filename: str) -> None:
        """Put a file in."""
        self.files[key] = {
            "id": key, "type": "file", "filename": filename, "mime_type": "text/plain", "size_bytes": 5,
            "created_at": "2026-10-01T10:00:00Z", "downloadable": False,
        }  # fmt: skip
