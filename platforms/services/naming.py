"""What people call a platform: the company's own word for it, wherever a person reads it."""

from config.profile import active_profile
from platforms import registry


def name_of(key: str) -> str:
    """Return the profile's label of a platform, else the registry's name, else the key itself."""
    for one in active_profile().platforms:
        if one.key == key:
            return one.label
    return next((entry.name for entry in registry.entries() if entry.key == key), key)
