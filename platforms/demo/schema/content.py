"""What people make in the demo product: brands, posts and their versions, media, approvals, comments."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from platforms.demo.schema.base import METADATA, Moment, key, link, one_of

POST_STATUSES = ("idea", "in_review", "approved", "published", "withdrawn")
DECISIONS = ("pending", "approved", "changes_wanted")

brands = Table(
    "brands",
    METADATA,
    key(),
    link("team_id", "teams.id"),
    link("created_by_id", "users.id"),
    Column("name", String(80), nullable=False),
    Column("slug", String(40), nullable=False),
    Column("description", Text),
    Column("website", String(200)),
    Column("audience", Text),
    Column("tone", String(30)),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("team_id", "slug"),
)

brand_keywords = Table(
    "brand_keywords",
    METADATA,
    Column("brand_id", ForeignKey("brands.id"), primary_key=True),
    Column("keyword", String(40), primary_key=True),
    link("added_by_id", "users.id"),
    Column("weight", Integer, nullable=False),
    CheckConstraint("weight BETWEEN 1 AND 10", name="weight"),
)

posts = Table(
    "posts",
    METADATA,
    key(),
    link("brand_id", "brands.id"),
    link("author_id", "users.id"),
    Column("title", String(120), nullable=False),
    Column("caption", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("status", String(10), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("published_at", Moment),
    one_of("status", POST_STATUSES),
    CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name="published_has_date"),
)

drafts = Table(
    "drafts",
    METADATA,
    key(),
    link("author_id", "users.id"),
    link("brand_id", "brands.id"),
    Column("body", Text, nullable=False),
    Column("ai_prompt", Text),
    Column("ai_answer", Text),
    Column("updated_at", Moment, nullable=False),
)

post_versions = Table(
    "post_versions",
    METADATA,
    Column("post_id", ForeignKey("posts.id"), primary_key=True),
    Column("version_no", Integer, primary_key=True, autoincrement=False),
    link("editor_id", "users.id"),
    Column("caption", Text, nullable=False),
    Column("change_note", String(120)),
    Column("edited_at", Moment, nullable=False),
    CheckConstraint("version_no > 0", name="counted_from_one"),
)

media = Table(
    "media",
    METADATA,
    Column("id", String(36), primary_key=True),
    link("uploaded_by_id", "users.id", optional=True),
    link("derived_from_id", "media.id", optional=True),
    Column("file_name", String(120), nullable=False),
    Column("mime_type", String(40), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("alt_text", String(200)),
    Column("taken_latitude", Float),
    Column("taken_longitude", Float),
    Column("created_at", Moment, nullable=False),
    CheckConstraint("size_bytes > 0", name="size"),
    # A rendition belongs to its original, an original to a person: never both, never neither.
    CheckConstraint("(uploaded_by_id IS NULL) <> (derived_from_id IS NULL)", name="one_source"),
)

post_media = Table(
    "post_media",
    METADATA,
    Column("post_id", ForeignKey("posts.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    link("media_id", "media.id"),
)

approvals = Table(
    "approvals",
    METADATA,
    key(),
    Column("post_id", Integer, nullable=False),
    Column("version_no", Integer, nullable=False),
    link("requested_by_id", "users.id"),
    link("reviewer_id", "users.id"),
    Column("decision", String(14), nullable=False),
    Column("note", Text),
    Column("requested_at", Moment, nullable=False),
    Column("decided_at", Moment),
    ForeignKeyConstraint(["post_id", "version_no"], ["post_versions.post_id", "post_versions.version_no"]),
    UniqueConstraint("post_id", "version_no", "reviewer_id"),
    one_of("decision", DECISIONS),
    CheckConstraint("requested_by_id <> reviewer_id", name="four_eyes"),
    CheckConstraint("(decision = 'pending') = (decided_at IS NULL)", name="decided_has_date"),
)

comments = Table(
    "comments",
    METADATA,
    key(),
    link("post_id", "posts.id"),
    link("author_id", "users.id"),
    link("parent_id", "comments.id", optional=True),
    Column("body", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("edited_at", Moment),
    CheckConstraint("length(body) > 0", name="not_empty"),
)
