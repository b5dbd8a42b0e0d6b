"""Linked social accounts of the demo product: tokens, schedule, metrics, and the shared inbox."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from platforms.demo.schema.base import METADATA, Moment, key, link, one_of

PLATFORMS = ("facebook", "instagram", "youtube", "x", "linkedin", "tiktok", "pinterest", "reddit")
CONNECTION_STATUSES = ("connected", "expired", "disconnected")
SCHEDULE_STATUSES = ("waiting", "sent", "failed", "cancelled")
ITEM_KINDS = ("video", "statistics", "comment", "post", "activity", "pin")
THREAD_KINDS = ("direct", "comment", "mention")

social_accounts = Table(
    "social_accounts",
    METADATA,
    key(),
    link("brand_id", "brands.id"),
    link("connected_by_id", "users.id"),
    Column("platform", String(10), nullable=False),
    Column("platform_user_id", String(40), nullable=False),
    Column("handle", String(60), nullable=False),
    Column("profile_name", String(120)),
    Column("profile_picture_url", String(200)),
    Column("access_token", String(255)),
    Column("refresh_token", String(255)),
    Column("token_expires_at", Moment),
    Column("scopes", Text, nullable=False),
    Column("status", String(12), nullable=False),
    Column("connected_at", Moment, nullable=False),
    Column("disconnected_at", Moment, index=True),
    UniqueConstraint("platform", "platform_user_id"),
    one_of("platform", PLATFORMS),
    one_of("status", CONNECTION_STATUSES),
    CheckConstraint("(status = 'disconnected') = (disconnected_at IS NOT NULL)", name="has_end"),
)

scheduled_posts = Table(
    "scheduled_posts",
    METADATA,
    key(),
    link("post_id", "posts.id"),
    link("social_account_id", "social_accounts.id"),
    link("scheduled_by_id", "users.id"),
    Column("status", String(10), nullable=False),
    Column("send_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("platform_post_id", String(40), unique=True),
    Column("last_error", String(120)),
    UniqueConstraint("post_id", "social_account_id"),
    one_of("status", SCHEDULE_STATUSES),
)

post_metrics = Table(
    "post_metrics",
    METADATA,
    Column("scheduled_post_id", ForeignKey("scheduled_posts.id"), primary_key=True),
    Column("measured_on", Date, primary_key=True),
    Column("impressions", Integer, nullable=False),
    Column("engagements", Integer, nullable=False),
    Column("link_clicks", Integer, nullable=False),
    CheckConstraint("impressions >= 0", name="impressions"),
    CheckConstraint("engagements BETWEEN 0 AND impressions", name="engagements"),
)

account_metrics = Table(
    "account_metrics",
    METADATA,
    Column("social_account_id", ForeignKey("social_accounts.id"), primary_key=True),
    Column("measured_on", Date, primary_key=True),
    Column("followers", Integer, nullable=False),
    Column("reach", Integer, nullable=False),
    CheckConstraint("followers >= 0 AND reach >= 0", name="counts"),
)

# What the product last read from the platforms, so that it need not ask again for every page.
fetched_items = Table(
    "fetched_items",
    METADATA,
    key(),
    link("social_account_id", "social_accounts.id"),
    Column("platform", String(10), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("platform_item_id", String(40), nullable=False, unique=True),
    Column("author_name", String(120)),
    Column("content", Text),
    Column("fetched_at", Moment, nullable=False, index=True),
    Column("verified_at", Moment),
    one_of("platform", PLATFORMS),
    one_of("kind", ITEM_KINDS),
)

inbox_threads = Table(
    "inbox_threads",
    METADATA,
    key(),
    link("social_account_id", "social_accounts.id"),
    link("assigned_to_id", "users.id", optional=True),
    Column("kind", String(8), nullable=False),
    Column("contact_name", String(200), nullable=False),
    Column("contact_handle", String(60), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    one_of("kind", THREAD_KINDS),
)

inbox_messages = Table(
    "inbox_messages",
    METADATA,
    key(),
    link("thread_id", "inbox_threads.id"),
    Column("sender_name", String(200), nullable=False),
    Column("sender_handle", String(60), nullable=False),
    Column("sender_platform_id", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("read_at", Moment),
)

inbox_replies = Table(
    "inbox_replies",
    METADATA,
    key(),
    link("message_id", "inbox_messages.id"),
    link("sent_by_id", "users.id"),
    Column("body", Text, nullable=False),
    Column("sent_at", Moment, nullable=False),
)
