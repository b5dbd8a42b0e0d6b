"""What we hold and why, in the staff desk."""

from retention.admin import inventory  # noqa: F401
