"""Systems, datasets and callbacks in the staff desk."""

from platforms.admin import datasets, receipts, systems

__all__ = ["datasets", "receipts", "systems"]
