"""Mail in the staff desk."""

from correspondence.admin import letters  # noqa: F401
