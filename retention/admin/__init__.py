"""Retention in the staff desk: what we hold and why, sweeps, holds, backups, what has a limit."""

from retention.admin import backups, holds, inventory, sweeps

__all__ = ["backups", "holds", "inventory", "sweeps"]
