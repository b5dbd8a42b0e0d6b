"""Rows about money: one subscription a team, an invoice a month (a quarter for small plans), payments."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from platforms.demo import phrases
from platforms.demo.people import FIRST
from platforms.demo.rows.company import Company, Row, grouped, number

PRICES_CENTS = {"starter": 1900, "team": 5900, "agency": 14900}
DAYS_BETWEEN = {"starter": 91, "team": 30, "agency": 30}
TAX_PERCENT = {"DE": 19, "FR": 20, "ES": 21, "PL": 23, "GB": 20, "IE": 23, "SE": 25, "JP": 10}
STREETS = ("Lavender Row", "Kupfergasse", "Rue des Moulins Bleus", "Calle del Faro Viejo", "شارع النخيل")


def subscriptions(company: Company) -> Iterator[Row]:
    """One a team, paid by its founder or another member; it ends when that person leaves."""
    rng = company.rng("subscriptions")
    for team_id, seats in company.seats_of().items():
        first = seats[0].user_id <= len(FIRST)
        payer = seats[0] if first or rng.random() < 0.6 else rng.choice(seats)
        ended = payer.span.end < company.now
        yield {
            "id": len(company.rows["subscriptions"]) + 1,
            "team_id": team_id,
            "payer_id": payer.user_id,
            "plan": "team" if first else rng.choice(("free", "starter", "team", "team", "agency")),
            "status": "ended" if ended else rng.choices(("active", "past_due", "trial"), (9, 1, 1))[0],
            "processor_customer_id": phrases.secret(rng, "cus_demo_", 64),
            "started_on": payer.span.start.date(),
            "ended_on": payer.span.end.date() if ended else None,
        }


def invoices(company: Company) -> Iterator[Row]:
    """From the start of each paid subscription to its end or to today, the oldest over nine years old."""
    rng = company.rng("invoices")
    for subscription in company.rows["subscriptions"]:
        plan = str(subscription["plan"])
        if plan == "free":
            continue
        identity = _billing_identity(rng, company, subscription)
        for issued_on in _issue_days(company, subscription, DAYS_BETWEEN[plan]):
            yield (
                identity
                | _amounts(plan, str(identity["billing_country"]))
                | {
                    "id": len(company.rows["invoices"]) + 1,
                    "number": f"DC-{issued_on.year}-{len(company.rows['invoices']) + 1:06}",
                    "subscription_id": subscription["id"],
                    "issued_on": issued_on,
                    "due_on": issued_on + timedelta(days=14),
                }
            )


def _issue_days(company: Company, subscription: Row, days_between: int) -> Iterator[date]:
    day = date.fromisoformat(str(subscription["started_on"]))
    last = date.fromisoformat(str(subscription["ended_on"] or company.now.date()))
    while day <= last:
        yield day
        day += timedelta(days=days_between)


def _billing_identity(rng: Random, company: Company, subscription: Row) -> Row:
    payer = company.persons[number(subscription, "payer_id") - 1]
    return {
        "payer_id": payer.user_id,
        "billing_name": payer.name,
        "billing_email": payer.email,
        "billing_address": f"{rng.randrange(1, 220)} {rng.choice(STREETS)}" if rng.random() < 0.8 else None,
        "billing_country": payer.country,
        "tax_number": f"{payer.country}{rng.randrange(10**8, 10**9)}" if rng.random() < 0.4 else None,
        "currency": {"US": "USD", "GB": "GBP", "JP": "JPY"}.get(payer.country, "EUR"),
    }


def _amounts(plan: str, country: str) -> Row:
    net_cents = PRICES_CENTS[plan]
    return {"net_cents": net_cents, "tax_cents": net_cents * TAX_PERCENT.get(country, 0) // 100}


def invoice_lines(company: Company) -> Iterator[Row]:
    """One line for the plan and, on some, one for extra seats; composite key of invoice and line."""
    rng = company.rng("invoice_lines")
    for invoice in company.rows["invoices"]:
        yield {
            "invoice_id": invoice["id"],
            "line_no": 1,
            "description": "Subscription",
            "quantity": 1,
            "unit_cents": invoice["net_cents"],
        }
        if rng.random() < 0.4:
            yield {
                "invoice_id": invoice["id"],
                "line_no": 2,
                "description": "Extra seats, included",
                "quantity": rng.randint(1, 5),
                "unit_cents": 0,
            }


def payments(company: Company) -> Iterator[Row]:
    """One payment an invoice, after a failed try now and then; the last ones may be open."""
    rng = company.rng("payments")
    cards: dict[int, Row] = {}
    for payer_id, invoices_of_payer in grouped(company.rows["invoices"], "payer_id").items():
        for invoice in invoices_of_payer:
            card = cards.setdefault(payer_id, _instrument(rng))
            paid_at = datetime.combine(date.fromisoformat(str(invoice["issued_on"])), time(9), UTC)
            if paid_at >= company.now:
                continue
            if rng.random() < 0.06:
                yield _payment(rng, company, invoice, card, "failed", paid_at)
            yield _payment(rng, company, invoice, card, "succeeded", paid_at + timedelta(hours=2))


def _instrument(rng: Random) -> Row:
    method = rng.choices(("card", "sepa_debit", "bank_transfer"), (7, 2, 1))[0]
    card = method == "card"
    return {
        "method": method,
        "card_brand": rng.choice(("Visa", "Mastercard")) if card else None,
        "card_last4": f"{rng.randrange(10_000):04}" if card else None,
    }


def _payment(rng: Random, company: Company, invoice: Row, card: Row, status: str, at: datetime) -> Row:
    return card | {
        "id": len(company.rows["payments"]) + 1,
        "invoice_id": invoice["id"],
        "status": status,
        "processor_payment_id": phrases.secret(rng, "pi_demo_", 64),
        "payer_name": invoice["billing_name"],
        "amount_cents": number(invoice, "net_cents") + number(invoice, "tax_cents"),
        "paid_at": at,
    }
