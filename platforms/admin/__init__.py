"""Systems and datasets in the staff desk."""

from platforms.admin import datasets, processors, systems

__all__ = ["datasets", "processors", "systems"]
