"""Money in the demo product: subscriptions, invoices with their lines, payments. No card number is held."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
)

from platforms.demo.schema.base import METADATA, Moment, key, link, one_of

PLANS = ("free", "starter", "team", "agency")
SUBSCRIPTION_STATUSES = ("trial", "active", "past_due", "ended")
PAYMENT_METHODS = ("card", "sepa_debit", "bank_transfer")
PAYMENT_STATUSES = ("succeeded", "failed", "refunded")

subscriptions = Table(
    "subscriptions",
    METADATA,
    key(),
    link("team_id", "teams.id"),
    link("payer_id", "users.id"),
    Column("plan", String(8), nullable=False),
    Column("status", String(8), nullable=False),
    Column("processor_customer_id", String(30), nullable=False, unique=True),
    Column("started_on", Date, nullable=False),
    Column("ended_on", Date),
    one_of("plan", PLANS),
    one_of("status", SUBSCRIPTION_STATUSES),
    CheckConstraint("(status = 'ended') = (ended_on IS NOT NULL)", name="ended_has_date"),
)

invoices = Table(
    "invoices",
    METADATA,
    key(),
    Column("number", String(20), nullable=False, unique=True),
    link("subscription_id", "subscriptions.id"),
    link("payer_id", "users.id"),
    Column("billing_name", String(200), nullable=False),
    Column("billing_email", String(254), nullable=False),
    Column("billing_address", Text),
    Column("billing_country", String(2), nullable=False),
    Column("tax_number", String(20)),
    Column("currency", String(3), nullable=False),
    Column("net_cents", Integer, nullable=False),
    Column("tax_cents", Integer, nullable=False),
    Column("total_cents", Integer, Computed("net_cents + tax_cents", persisted=True)),
    Column("issued_on", Date, nullable=False, index=True),
    Column("due_on", Date, nullable=False),
    CheckConstraint("net_cents >= 0 AND tax_cents >= 0", name="amounts"),
    CheckConstraint("due_on >= issued_on", name="due_after_issue"),
)

invoice_lines = Table(
    "invoice_lines",
    METADATA,
    Column("invoice_id", ForeignKey("invoices.id"), primary_key=True),
    Column("line_no", Integer, primary_key=True, autoincrement=False),
    Column("description", String(120), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("unit_cents", Integer, nullable=False),
    CheckConstraint("quantity > 0", name="quantity"),
)

payments = Table(
    "payments",
    METADATA,
    key(),
    link("invoice_id", "invoices.id"),
    Column("method", String(14), nullable=False),
    Column("status", String(10), nullable=False),
    Column("processor_payment_id", String(30), nullable=False, unique=True),
    Column("card_brand", String(12)),
    Column("card_last4", String(4)),
    Column("payer_name", String(200)),
    Column("amount_cents", Integer, nullable=False),
    Column("paid_at", Moment, nullable=False),
    one_of("method", PAYMENT_METHODS),
    one_of("status", PAYMENT_STATUSES),
    CheckConstraint("(method = 'card') = (card_last4 IS NOT NULL)", name="card_digits"),
)
