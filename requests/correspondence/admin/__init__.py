"""The staff desk of letters."""

from correspondence.admin import letters

__all__ = ["letters"]
