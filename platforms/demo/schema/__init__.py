"""The tables of the demo company's product database, on every SQL engine SQLAlchemy speaks."""

from platforms.demo.schema.base import METADATA
from platforms.demo.schema.billing import invoice_lines, invoices, payments, subscriptions
from platforms.demo.schema.content import (
    approvals,
    brand_keywords,
    brands,
    comments,
    drafts,
    media,
    post_media,
    post_versions,
    posts,
)
from platforms.demo.schema.people import (
    consents,
    cookies,
    devices,
    login_audit,
    notification_settings,
    sessions,
    team_invitations,
    team_members,
    teams,
    users,
)
from platforms.demo.schema.social import (
    account_metrics,
    inbox_messages,
    inbox_replies,
    inbox_threads,
    post_metrics,
    scheduled_posts,
    social_accounts,
)
from platforms.demo.schema.support import support_messages, support_tickets, survey_responses
from platforms.demo.schema.traces import build, server_logs, usage_events

__all__ = [
    "METADATA",
    "account_metrics",
    "approvals",
    "brand_keywords",
    "brands",
    "build",
    "comments",
    "consents",
    "cookies",
    "devices",
    "drafts",
    "inbox_messages",
    "inbox_replies",
    "inbox_threads",
    "invoice_lines",
    "invoices",
    "login_audit",
    "media",
    "notification_settings",
    "payments",
    "post_media",
    "post_metrics",
    "post_versions",
    "posts",
    "scheduled_posts",
    "server_logs",
    "sessions",
    "social_accounts",
    "subscriptions",
    "support_messages",
    "support_tickets",
    "survey_responses",
    "team_invitations",
    "team_members",
    "teams",
    "usage_events",
    "users",
]
