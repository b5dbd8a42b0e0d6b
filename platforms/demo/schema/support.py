"""Support desk of the demo product: tickets, messages by customers and agents, surveys."""

from sqlalchemy import CheckConstraint, Column, Integer, String, Table, Text, UniqueConstraint

from platforms.demo.schema.base import METADATA, Moment, key, link, one_of

TICKET_TOPICS = ("billing", "publishing", "account", "privacy", "idea")
TICKET_STATUSES = ("open", "waiting", "solved")
WRITERS = ("customer", "agent")

support_tickets = Table(
    "support_tickets",
    METADATA,
    key(),
    link("opened_by_id", "users.id", optional=True),
    Column("contact_email", String(254), nullable=False, index=True),
    Column("contact_phone", String(20)),
    Column("topic", String(12), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("status", String(8), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    one_of("topic", TICKET_TOPICS),
    one_of("status", TICKET_STATUSES),
)

support_messages = Table(
    "support_messages",
    METADATA,
    key(),
    link("ticket_id", "support_tickets.id"),
    link("reply_to_id", "support_messages.id", optional=True),
    Column("written_by", String(8), nullable=False),
    Column("agent_name", String(80)),
    Column("body", Text, nullable=False),
    Column("sent_at", Moment, nullable=False),
    one_of("written_by", WRITERS),
    CheckConstraint("(written_by = 'agent') = (agent_name IS NOT NULL)", name="agent"),
)

survey_responses = Table(
    "survey_responses",
    METADATA,
    key(),
    link("user_id", "users.id"),
    Column("survey", String(30), nullable=False),
    Column("score", Integer, nullable=False),
    Column("answer", Text),
    Column("answered_at", Moment, nullable=False),
    UniqueConstraint("user_id", "survey"),
    CheckConstraint("score BETWEEN 0 AND 10", name="score"),
)
