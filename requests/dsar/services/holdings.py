"""What one system holds about a person, counted live; nothing is kept and no content is read."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import DataSubject
from config.profile import Category, active_profile
from dsar import engine
from dsar.services import sources, subjects
from platforms.connectors import ConnectorError
from platforms.datasets import CollectionSpec
from platforms.models import System


@dataclass(frozen=True, slots=True)
class Holding:
    """One category of data in one system. `error`: why it could not be counted, as a sentence."""

    category_key: str
    label: str
    rows: int
    error: str = ""


def holdings_of(*, subject: DataSubject, system: System, now: datetime) -> list[Holding]:
    """Return what a system holds about a person by category, most rows first.

    One entry with an error when the system cannot be counted; empty when it holds nothing, or when the person
    has no proved identity to look for.
    """
    identities = subjects.identities_of(subject)
    if not identities:
        return []
    try:
        source = sources.source_of(system)
        if not source.by_rows:
            return [Holding("", system.name, 0, _("This system cannot be counted at once."))]
        (held,) = engine.count(sources=[source], identities=identities, now=now)
    except (ConnectorError, engine.EngineError) as fault:
        return [Holding("", system.name, 0, str(fault))]
    if held.status != "ready":
        return [Holding("", system.name, 0, held.reason)]
    specs = {one.key: one for dataset in source.datasets for one in dataset.collections}
    return _by_category(held.collections, specs)


def _by_category(counts: dict[str, int], specs: dict[str, CollectionSpec]) -> list[Holding]:
    rows: dict[tuple[str, str], int] = {}
    for key, n in counts.items():
        category = _category(specs[key])
        place = (category.key, category.label) if category else ("", _("Other data"))
        rows[place] = rows.get(place, 0) + n
    found = [Holding(key, label, n) for (key, label), n in rows.items()]
    return sorted(found, key=lambda one: -one.rows)


def _category(spec: CollectionSpec) -> Category | None:
    """Return the category of a collection: by its name, else by its first field that belongs to one."""
    profile = active_profile()
    named = profile.category_for("", spec.name)
    fields = (category for field in spec.walk() for category in (*spec.categories, *field.categories))
    return named or next((found for one in fields if (found := profile.category_for(one))), None)
