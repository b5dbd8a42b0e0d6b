"""The staff desk of letters."""

from correspondence.admin import letters, texts

__all__ = ["letters", "texts"]
