"""Decisions, mandates, relations, recipients, complaints and reports in the staff desk."""

from dsar.admin.governance import decisions, overrides, recipients, representatives

__all__ = ["decisions", "overrides", "recipients", "representatives"]
