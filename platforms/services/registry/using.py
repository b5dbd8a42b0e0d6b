"""Which entries this company uses, and what they still lack."""

from collections.abc import Iterator

from config.profile import Profile
from platforms import registry
from platforms.registry import Entry
from platforms.services import secrets


def keys_in_use(profile: Profile) -> tuple[str, ...]:
    """Return the keys of the enabled platforms, and those that the profile's processors name.

    Whether there is a file for each is another question (platforms.E005).
    """
    named = [platform.key for platform in profile.platforms if platform.enabled]
    named += [processor.registry for processor in profile.processors if processor.registry]
    return tuple(dict.fromkeys(named))


def in_use(profile: Profile) -> tuple[Entry, ...]:
    """Return the entries in use, as they bind."""
    named = keys_in_use(profile)
    return tuple(entry for entry in registry.entries() if entry.key in named)


def missing_secrets(profile: Profile) -> Iterator[tuple[str, str]]:
    """Yield (key of the entry, name of the setting) of every secret in use that is not set; no statement.

    A platform's secrets are those of its file and of its line in the profile.
    """
    own = {platform.key: platform.secrets for platform in profile.platforms}
    files = registry.shipped_entries()
    for key in keys_in_use(profile):
        needed = files[key].secrets if key in files else ()
        for name in dict.fromkeys((*own.get(key, ()), *needed)):
            if not secrets.values(name):
                yield key, name
