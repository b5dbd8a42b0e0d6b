"""Places of personal data and what platforms say, in the staff desk."""

from platforms.admin import connections, datasets, registry, systems

__all__ = ["connections", "datasets", "registry", "systems"]
