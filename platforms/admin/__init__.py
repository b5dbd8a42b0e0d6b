"""Systems, datasets and linked accounts in the staff desk."""

from platforms.admin import connections, datasets, systems

__all__ = ["connections", "datasets", "systems"]
