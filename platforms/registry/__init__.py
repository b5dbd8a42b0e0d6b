"""What is known of each platform and processor: one file each, typed, and as it binds the company."""

from platforms.registry.current import current, entries
from platforms.registry.errors import RegistryError
from platforms.registry.loading import shipped, shipped_entries
from platforms.registry.schema import Entry

__all__ = ["Entry", "RegistryError", "current", "entries", "shipped", "shipped_entries"]
