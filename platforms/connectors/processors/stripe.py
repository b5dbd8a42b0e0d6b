"""Stripe: the customer of a person, found by id or e-mail address.

Deletion of an account cancels subscriptions, detaches payment methods and restricts the customer; invoices
stay for the promised seven years and are redacted after them. Without any invoice or charge nothing has to
stay, and the customer is deleted at once. Source: the registry file of Stripe; Stripe's API reference.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_noop

from config import clock
from platforms.connectors.base import (
    Deferred,
    Level,
    Order,
    Reply,
    SourceFailed,
    Stays,
    WrongSettings,
)
from platforms.connectors.processors import stripe_redaction
from platforms.connectors.processors.calling import ClientFactory, Remote, need, pages, segment, values_of
from platforms.connectors.processors.verbs import RequestVerbs
from platforms.outgoing import client
from platforms.rules import periods

BASE = "https://api.stripe.com"
API_VERSION = "2024-06-20"
PAGE = 100
LEGAL = "E17_LEGAL_OBLIGATION"
KEEP = "P7Y"
MARK = "metadata[portal_restricted]"
STAYS = gettext_noop("tax law wants the payment records")
KEPT = "Tax law wants the payment records until {day}; then they are redacted."
ENDED = ("canceled", "incomplete_expired")
CORRECTABLE = ("name", "email", "phone")
# What a copy holds: never a card number, which Stripe does not give out either.
SHOWN = {
    "customers": ("id", "name", "email", "phone", "address", "created", "currency"),
    "payment_methods": ("id", "type", "created"),
    "subscriptions": ("id", "status", "created", "current_period_end", "cancel_at"),
    "invoices": ("id", "number", "status", "total", "currency", "created"),
    "charges": ("id", "amount", "currency", "status", "created", "description"),
}
Rows = list[dict[str, Any]]


class StripeSession(RequestVerbs):
    """One conversation about one person's customers."""

    who = "Stripe"

    def __init__(self, remote: Remote, connector: "StripeConnector") -> None:
        self.remote = remote
        self.connector = connector

    def locate(self, order: Order) -> Reply:
        """Count customers with what hangs on them."""
        held = [self._held(one["id"]) for one in self.customers(order)]
        counts = {"customers": len(held)}
        for name in ("payment_methods", "subscriptions", "invoices", "charges"):
            counts[name] = sum(len(one[name]) for one in held)
        return Reply(counts=counts)

    def collect(self, order: Order) -> Reply:
        """Copy customers, payment methods without their secrets, subscriptions, invoices and charges."""
        rows: dict[str, Rows] = {name: [] for name in SHOWN}
        for customer in self.customers(order):
            rows["customers"].append(_shown("customers", customer))
            for name, found in self._held(customer["id"]).items():
                rows[name] += [_shown(name, one) for one in found]
        return Reply(rows=rows, counts={name: len(found) for name, found in rows.items()})

    def erase(self, order: Order) -> Reply | Deferred:
        """End what can end, restrict what tax law keeps, redact what it no longer keeps."""
        if order.reference:
            return self.redact(order)
        found = [(one, self._held(one["id"])) for one in self.customers(order)]
        due = {one["id"]: self._free_on(held) for one, held in found}
        free = [day for day in due.values() if day and day <= clock.now()]
        if free and len(free) == len(found) and self.connector.redaction:
            return self.redact(order)
        parts = [self._end(one, held, due[one["id"]], order) for one, held in found]
        return _answer(parts, [day for day in due.values() if day], bool(free))

    def redact(self, order: Order) -> Reply | Deferred:
        """Take one step of a redaction job: create, validate, run, wait. Raises SourceFailed."""
        ids = [] if order.reference else [one["id"] for one in self.customers(order)]
        return stripe_redaction.step(
            self.remote, order, ids, on=self.connector.redaction, version=self.connector.preview_version
        )

    def rectify(self, order: Order) -> Reply:
        """Correct name, e-mail address or telephone number."""
        wrong = sorted(set(order.corrections) - set(CORRECTABLE))
        if wrong:
            raise SourceFailed(f"Stripe can correct {', '.join(CORRECTABLE)}, not {wrong[0]}.")
        found = self.customers(order)
        for one in found:
            self._post(f"/v1/customers/{segment(one['id'])}", order, "rectify", dict(order.corrections))
        return Reply(counts={"customers": len(found)})

    def restrict(self, order: Order) -> Reply:
        """Mark the customers, so that nothing of ours uses them."""
        return self._mark(order, "restrict", {MARK: ",".join(order.purposes) or "all"})

    def lift(self, order: Order) -> Reply:
        """Take the mark away."""
        return self._mark(order, "lift", {MARK: ""})

    def probe(self, order: Order) -> Reply:
        """Count what should be gone: live subscriptions, attached payment methods, unrestricted customers."""
        found = self.customers(order)
        if order.corrections:
            wrong = sum(one.get(k) != v for one in found for k, v in order.corrections.items())
            return Reply(counts={"customers": len(found)}, remaining={"customers": wrong})
        held = [self._held(one["id"]) for one in found]
        remaining = {
            "customers": sum(not (one.get("metadata") or {}).get("portal_restricted") for one in found),
            "payment_methods": sum(len(one["payment_methods"]) for one in held),
            "subscriptions": sum(len(_live(one["subscriptions"])) for one in held),
        }
        return Reply(counts={name: max(n, 1) for name, n in remaining.items()}, remaining=remaining)

    def customers(self, order: Order) -> Rows:
        """Return the person's customers that are still there, each once."""
        found: dict[str, dict[str, Any]] = {}
        for key in values_of(order, "stripe_customer_id"):
            one = self.remote.call("GET", f"/v1/customers/{segment(key)}", gone=(404,))
            if one and not one.get("deleted"):
                found[one["id"]] = one
        for email in values_of(order, "email"):
            # The filter is case-sensitive, so the usual spelling is asked for too.
            for spelling in dict.fromkeys((email, email.lower())):
                found |= {one["id"]: one for one in self._list("/v1/customers", email=spelling)}
        return list(found.values())

    def _held(self, customer: str) -> dict[str, Rows]:
        """Return what hangs on a customer."""
        own = f"/v1/customers/{segment(customer)}/payment_methods"
        return {
            "payment_methods": list(self._list(own)),
            "subscriptions": list(self._list("/v1/subscriptions", customer=customer, status="all")),
            "invoices": list(self._list("/v1/invoices", customer=customer)),
            "charges": list(self._list("/v1/charges", customer=customer)),
        }

    def _list(self, path: str, **filters: str) -> Iterator[dict[str, Any]]:
        def page(after: str) -> tuple[Rows, str]:
            params = {"limit": str(PAGE), **filters} | ({"starting_after": after} if after else {})
            answer = self.remote.call("GET", path, params=params)
            items = answer.get("data")
            if not isinstance(items, list):
                raise SourceFailed("Stripe sent a list in a shape that cannot be read.")
            return items, items[-1]["id"] if items and answer.get("has_more") else ""

        return pages(page, "Stripe")

    def _free_on(self, held: Mapping[str, Rows]) -> datetime | None:
        """Return when tax law lets the youngest record go; None when there is none."""
        made = [int(one["created"]) for name in ("invoices", "charges") for one in held[name]]
        if not made:
            return None
        return periods.parse(self.connector.keep).after(datetime.fromtimestamp(max(made), UTC), UTC)

    def _end(
        self, customer: dict[str, Any], held: Mapping[str, Rows], free_on: datetime | None, order: Order
    ) -> dict[str, int]:
        """Cancel, detach, and delete or restrict; returns what was done."""
        live = _live(held["subscriptions"])
        for one in live:
            self.remote.call("DELETE", f"/v1/subscriptions/{segment(one['id'])}", gone=(404,))
        for one in held["payment_methods"]:
            self._post(f"/v1/payment_methods/{segment(one['id'])}/detach", order, f"detach:{one['id']}", {})
        path = f"/v1/customers/{segment(customer['id'])}"
        if free_on is None:
            self.remote.call("DELETE", path, gone=(404,))
        else:
            until = free_on.date().isoformat()
            marks = {MARK: "account_deleted", "metadata[portal_redact_after]": until}
            self._post(path, order, f"restrict:{customer['id']}", marks)
        return {
            "subscriptions": len(live), "payment_methods": len(held["payment_methods"]),
            "customers": 1, "deleted": int(free_on is None),
            "kept": len(held["invoices"]) + len(held["charges"]),
        }  # fmt: skip

    def _mark(self, order: Order, verb: str, marks: dict[str, str]) -> Reply:
        found = self.customers(order)
        for one in found:
            self._post(f"/v1/customers/{segment(one['id'])}", order, f"{verb}:{one['id']}", marks)
        return Reply(counts={"customers": len(found)})

    def _post(self, path: str, order: Order, step: str, data: Mapping[str, Any]) -> Any:
        key = {"Idempotency-Key": f"{order.idempotency_key}:{step}"}
        return self.remote.call("POST", path, data=dict(data), headers=key)


def _live(subscriptions: Rows) -> Rows:
    return [one for one in subscriptions if one.get("status") not in ENDED]


def _shown(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    shown = {key: row.get(key) for key in SHOWN[name]}
    card = row.get("card")
    if name == "payment_methods" and isinstance(card, dict):
        shown |= {key: card.get(key) for key in ("brand", "last4", "exp_month", "exp_year")}
    return shown


def _answer(parts: list[dict[str, int]], days: list[datetime], past: bool) -> Reply:
    """Say field by field what came of it, and what stays."""
    done = {
        name: sum(one[name] for one in parts) for name in ("customers", "subscriptions", "payment_methods")
    }
    fields = {"subscriptions": {"status": "erased"}, "payment_methods": {"card": "erased"}}
    reasons: dict[str, dict[str, str]] = {}
    stays: list[Stays] = []
    kept = sum(one["kept"] for one in parts)
    if days:
        why = KEPT.format(day=max(days).date().isoformat())
        why = f"{why} {stripe_redaction.OFF}" if past else why
        fields |= {"customers": {"identity": "kept"}, "invoices": {"records": "kept"}}
        reasons = {"customers": {"identity": why}, "invoices": {"records": why}}
        stays = [Stays(kept, LEGAL, STAYS, max(days).date())]
    elif parts:
        fields["customers"] = {"identity": "erased"}
    note = f"{kept} payment records are kept, restricted." if kept else ""
    return Reply(counts=done, fields=fields if parts else {}, reasons=reasons, stays=stays, note=note)


class StripeConnector:
    """Stripe with a restricted key. Options: `redaction` (off), `preview_version`, `keep` (P7Y)."""

    kind = "stripe"
    level: Level = "requests"

    def __init__(
        self, secret: str, *, redaction: bool, preview_version: str, keep: str, opener: ClientFactory = client
    ) -> None:
        self.secret = secret
        self.redaction = redaction
        self.preview_version = preview_version
        self.keep = keep
        self.opener = opener

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any], secret: str | None) -> "StripeConnector":
        """Build it from a system's settings and a restricted key. Raises WrongSettings."""
        key = need(secret, "Stripe", "a restricted key (rk_…) that may write customers and subscriptions")
        if not key.startswith("rk_"):
            raise WrongSettings("Stripe wants a restricted key (rk_…): a full key may do far too much.")
        redaction = settings.get("redaction") is True
        version = str(settings.get("preview_version") or "")
        if redaction and not version.endswith(".preview"):
            raise WrongSettings("Redaction needs `preview_version`, for example 2026-04-22.preview.")
        keep = str(settings.get("keep") or KEEP)
        try:
            periods.parse(keep)
        except ValueError as fault:
            raise WrongSettings(f"`keep`: {fault}") from fault
        return cls(key, redaction=redaction, preview_version=version, keep=keep)

    @contextmanager
    def session(self) -> Iterator[StripeSession]:
        """Open one HTTP client and close it at the end."""
        headers = {"Authorization": f"Bearer {self.secret}", "Stripe-Version": API_VERSION}
        with self.opener() as opened:
            yield StripeSession(Remote("Stripe", opened, BASE, headers), self)
