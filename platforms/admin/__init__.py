"""Systems, datasets, findings, the gate and the ages of platform data in the staff desk."""

from platforms.admin import ages, datasets, decisions, findings, systems

__all__ = ["ages", "datasets", "decisions", "findings", "systems"]
