"""People of the demo product: accounts, teams, devices, sessions, settings, consents."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from platforms.demo.schema.base import METADATA, Moment, key, link, one_of

USER_STATUSES = ("active", "suspended", "closed")
TEAM_ROLES = ("owner", "editor", "reviewer", "viewer")
CHANNELS = ("email", "push", "in_app")
PURPOSES = ("marketing_email", "ai_training", "analytics", "product_research")
COOKIE_KINDS = ("essential", "functional", "analytics", "marketing")
LOGIN_OUTCOMES = ("ok", "wrong_password", "wrong_code", "unknown_address", "locked")

# users.default_team_id and teams.owner_id point at one another: no load order satisfies both at
# once, so the first is checked at commit.
users = Table(
    "users",
    METADATA,
    key(),
    Column("public_id", String(36), nullable=False, unique=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("email_folded", String(254), Computed("lower(email)", persisted=True), unique=True),
    Column("full_name", String(200), nullable=False),
    Column("display_name", String(24)),
    Column("phone", String(20), unique=True),
    Column("password_hash", String(72), nullable=False),
    Column("photo_url", String(200)),
    Column("company", String(120)),
    Column("job_title", String(80)),
    Column("country", String(2), nullable=False),
    Column("region", String(6)),
    Column("locale", String(12), nullable=False),
    Column("time_zone", String(40), nullable=False),
    Column("born_on", Date),
    Column("status", String(10), nullable=False),
    Column(
        "default_team_id",
        ForeignKey("teams.id", use_alter=True, deferrable=True, initially="DEFERRED"),
        index=True,
    ),
    link("invited_by_id", "users.id", optional=True),
    Column("created_at", Moment, nullable=False),
    Column("last_seen_at", Moment),
    Column("closed_at", Moment, index=True),
    one_of("status", USER_STATUSES),
    CheckConstraint("email LIKE '%_@_%'", name="email_has_at"),
    CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_has_date"),
)

teams = Table(
    "teams",
    METADATA,
    key(),
    Column("name", String(120), nullable=False),
    Column("slug", String(60), nullable=False, unique=True),
    link("owner_id", "users.id"),
    Column("billing_email", String(254), nullable=False),
    Column("created_at", Moment, nullable=False),
)

team_members = Table(
    "team_members",
    METADATA,
    Column("team_id", ForeignKey("teams.id"), primary_key=True),
    Column("user_id", ForeignKey("users.id"), primary_key=True, index=True),
    Column("role", String(10), nullable=False),
    Column("title", String(60)),
    Column("joined_on", Date, nullable=False),
    one_of("role", TEAM_ROLES),
)

team_invitations = Table(
    "team_invitations",
    METADATA,
    key(),
    link("team_id", "teams.id"),
    link("invited_by_id", "users.id"),
    Column("invited_email", String(254), nullable=False),
    Column("invited_name", String(200)),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("sent_at", Moment, nullable=False),
    Column("accepted_at", Moment),
    UniqueConstraint("team_id", "invited_email"),
)

notification_settings = Table(
    "notification_settings",
    METADATA,
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("channel", String(8), primary_key=True),
    Column("topic", String(24), primary_key=True),
    Column("enabled", Boolean, nullable=False),
    Column("quiet_from_hour", Integer),
    one_of("channel", CHANNELS),
    CheckConstraint("quiet_from_hour BETWEEN 0 AND 23", name="hour"),
)

consents = Table(
    "consents",
    METADATA,
    key(),
    link("user_id", "users.id"),
    Column("purpose", String(20), nullable=False),
    Column("policy_version", String(10), nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("source", String(20), nullable=False),
    Column("ip_address", String(45)),
    Column("recorded_at", Moment, nullable=False),
    one_of("purpose", PURPOSES),
)

devices = Table(
    "devices",
    METADATA,
    Column("id", String(36), primary_key=True),
    link("user_id", "users.id"),
    Column("fingerprint", String(64), nullable=False, unique=True),
    Column("label", String(60)),
    Column("operating_system", String(30), nullable=False),
    Column("browser", String(40), nullable=False),
    Column("push_token", String(120)),
    Column("first_seen_at", Moment, nullable=False),
)

sessions = Table(
    "sessions",
    METADATA,
    Column("id", String(64), primary_key=True),
    link("user_id", "users.id"),
    link("device_id", "devices.id", optional=True),
    Column("ip_address", String(45), nullable=False),
    Column("user_agent", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("ended_at", Moment),
    CheckConstraint("expires_at > created_at", name="expiry"),
)

cookies = Table(
    "cookies",
    METADATA,
    Column("cookie_id", String(36), primary_key=True),
    Column("name", String(40), primary_key=True),
    link("user_id", "users.id", optional=True),
    Column("kind", String(10), nullable=False),
    Column("value", String(120), nullable=False),
    Column("set_at", Moment, nullable=False),
    Column("expires_at", Moment),
    one_of("kind", COOKIE_KINDS),
)

login_audit = Table(
    "login_audit",
    METADATA,
    key(),
    link("user_id", "users.id", optional=True),
    Column("email_tried", String(254), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("ip_address", String(45), nullable=False),
    Column("user_agent", Text),
    Column("at", Moment, nullable=False, index=True),
    Index("ix_login_audit_email_tried", "email_tried"),
    one_of("outcome", LOGIN_OUTCOMES),
)
