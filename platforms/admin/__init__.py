"""Systems and datasets in the staff desk."""

from platforms.admin import datasets, systems

__all__ = ["datasets", "systems"]
