"""High-volume traces of the demo product (no foreign keys, as in most products) and its build mark."""

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Date, Index, Integer, String, Table, Text

from platforms.demo.schema.base import METADATA, Moment

usage_events = Table(
    "usage_events",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", Integer, nullable=False, index=True),
    Column("session_id", String(64)),
    Column("name", String(40), nullable=False),
    Column("page", String(120), nullable=False),
    Column("properties", JSON, nullable=False),
    Column("duration_ms", Integer),
    Column("at", Moment, nullable=False, index=True),
)

server_logs = Table(
    "server_logs",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", Integer),
    Column("request_id", String(36), nullable=False),
    Column("ip_address", String(45), nullable=False),
    Column("method", String(6), nullable=False),
    Column("path", String(200), nullable=False),
    Column("status_code", Integer, nullable=False),
    Column("error", Text),
    Column("at", Moment, nullable=False),
    Index("ix_server_logs_user_id", "user_id"),
    Index("ix_server_logs_at", "at"),
    CheckConstraint("status_code BETWEEN 100 AND 599", name="status_code"),
)

# Tells our own tables from somebody else's `users`: only a database with this mark is ever replaced.
build = Table(
    "demo_company_build",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("seed", Integer, nullable=False),
    Column("people", Integer, nullable=False),
    Column("today", Date, nullable=False),
)
