"""Retention in the staff desk: sweeps, holds, backups, why a record is still there, what has a limit."""

from retention.admin import backups, holds, sweeps

__all__ = ["backups", "holds", "sweeps"]
