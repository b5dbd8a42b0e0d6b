"""Systems, datasets, platforms and processors in the staff desk."""

from platforms.admin import datasets, registry, systems

__all__ = ["datasets", "registry", "systems"]
