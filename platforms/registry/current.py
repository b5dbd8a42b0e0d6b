"""The entries as they bind: the shipped files with the company's stricter values."""

from collections.abc import Iterable, Mapping

from platforms.registry.loading import shipped, shipped_entries
from platforms.registry.paths import put
from platforms.registry.schema import Entry


def current(key: str) -> Entry:
    """Return an entry with its overrides. Raises KeyError for one that nothing is known of."""
    entry = shipped(key)
    return _with(entry, _overrides([key]).get(key, {}))


def entries() -> tuple[Entry, ...]:
    """Return every entry with its overrides, platforms first, by key; one statement."""
    found = shipped_entries()
    overrides = _overrides(found)
    made = [_with(entry, overrides.get(key, {})) for key, entry in found.items()]
    return tuple(sorted(made, key=lambda entry: (entry.kind != "social_platform", entry.key)))


def _with(entry: Entry, values: Mapping[str, str]) -> Entry:
    return put(entry, values) if values else entry


def _overrides(keys: Iterable[str]) -> Mapping[str, Mapping[str, str]]:
    # Rules read the schema beside this module while the models are still being loaded.
    from platforms.models import RegistryOverride

    found: dict[str, dict[str, str]] = {}
    rows = RegistryOverride.objects.filter(key__in=list(keys), ended_at=None)
    for key, path, value in rows.values_list("key", "path", "value"):
        found.setdefault(key, {})[path] = value
    return found
