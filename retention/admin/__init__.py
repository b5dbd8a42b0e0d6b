"""Retention in the staff desk: sweeps, holds, why a record is still there, what is covered by a limit."""

from retention.admin import holds, sweeps

__all__ = ["holds", "sweeps"]
