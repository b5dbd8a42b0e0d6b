"""Retention in the staff desk."""

from retention.admin import backups

__all__ = ["backups"]
