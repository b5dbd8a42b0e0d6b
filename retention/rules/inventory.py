"""The inventory: what each field of each system is, under which schedule and for which activity. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from config.profile import Profile
from config.sentences import Sentence, say
from platforms.datasets import CollectionSpec, DatasetSpec, FieldSpec
from retention.rules import classes
from retention.rules.covering import is_of_persons, removes, row_categories

OWN_SUBJECT = "customer"
"""The data subject of the datasets whose account it is; every other one is a third person."""

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Gap:
    """Something that the record leaves open. `kind`: field, schedule, activity or support; `where`: a key."""

    kind: str
    where: str
    says: Sentence


def elements_of(
    profile: Profile, system: str, dataset: DatasetSpec, collection: CollectionSpec
) -> Iterator[dict[str, Any]]:
    """Yield one element for each field of a collection that holds a value of its own."""
    if collection.skip:
        return
    for field in collection.walk():
        if not field.fields:
            yield _element(profile, system, dataset, collection, field)


def _element(
    profile: Profile, system: str, dataset: DatasetSpec, collection: CollectionSpec, field: FieldSpec
) -> dict[str, Any]:
    categories = field.categories or row_categories(dataset, collection)
    subjects = field.subjects or collection.subjects or dataset.subjects
    belongs = _category(profile, collection.name, categories)
    return {
        "system": system,
        "collection": collection.key,
        "field": field.path,
        "type": field.data_type or "",
        "data_categories": list(categories),
        "category": belongs,
        "ccpa": classes.ccpa_classes(categories),
        "sensitive": classes.is_sensitive(categories),
        "special": classes.special_kinds(categories),
        "children": classes.is_of_children(categories),
        "subjects": list(subjects),
        "third_persons": any(one != OWN_SUBJECT for one in subjects),
        "source": field.provided_by or collection.provided_by,
        "schedule": schedule_of(profile, system, dataset, collection, categories),
        "activities": [one.key for one in profile.activities if belongs in one.categories],
    }


def _category(profile: Profile, collection: str, categories: Iterable[str]) -> str:
    found = (profile.category_for(one, collection) for one in categories)
    return next((one.key for one in found if one), "")


def schedule_of(
    profile: Profile,
    system: str,
    dataset: DatasetSpec,
    collection: CollectionSpec,
    categories: Iterable[str],
) -> str:
    """Return the schedule that decides about a field: what is kept by law, then its row, then its category.

    Within each, the highest precedence decides. A schedule that would not remove the field is none of it.
    """
    known = list(categories)
    ranked = sorted(profile.schedules, key=lambda one: -one.precedence)
    here = [one for one in ranked if not one.systems or system in one.systems]
    kept = (one for one in here if one.action == "keep" and _keeps(one, dataset, collection, known))
    rows = (one for one in here if removes(one, system, dataset, collection) == "row")
    parts = (
        one
        for one in here
        if removes(one, system, dataset, collection) == "fields" and any(map(one.takes, known))
    )
    found = next((one for group in (kept, rows, parts) for one in group), None)
    return found.key if found else ""


def _keeps(schedule: Any, dataset: DatasetSpec, collection: CollectionSpec, categories: list[str]) -> bool:
    reach = schedule.reach(
        collection.name,
        row_categories(dataset, collection),
        [category for one in collection.walk() for category in one.categories],
        holds_identity=is_of_persons(collection),
    )
    return reach == "row" or (reach == "fields" and any(map(schedule.takes, categories)))


def gaps(document: Document) -> list[Gap]:
    """Return what an inventory leaves open, in its order."""
    return [
        *_unsorted_fields(document),
        *_unscheduled(document),
        *_unused(document),
        *_unsupported(document),
    ]


def _unsorted_fields(document: Document) -> Iterator[Gap]:
    for one in document["elements"]:
        where = f"{one['collection']}.{one['field']}"
        if not one["data_categories"]:
            says = say("The dataset gives %(field)s no data category. Add one.", field=where)
            yield Gap("field", where, says)
        elif not one["category"]:
            says = say("No category of the profile takes %(field)s. Add its prefix to one.", field=where)
            yield Gap("field", where, says)


def _unscheduled(document: Document) -> Iterator[Gap]:
    periods = {one["key"]: one["max_period"] for one in document["schedules"]}
    found: dict[str, set[str]] = {}
    for one in document["elements"]:
        found.setdefault(one["category"], set()).add(one["schedule"])
    for activity in document["activities"]:
        for key in activity["categories"]:
            found.setdefault(key, set()).update(activity["schedules"])
    for one in document["categories"]:
        schedules = found.get(one["key"], set())
        if not schedules or "" in schedules:
            says = say("No schedule says how long “%(name)s” is kept. Add one.", name=one["label"])
            yield Gap("schedule", one["key"], says)
        elif all(periods.get(key) is None for key in schedules):
            says = say("“%(name)s” is kept without a longest period. Set one.", name=one["label"])
            yield Gap("schedule", one["key"], says)


def _unused(document: Document) -> Iterator[Gap]:
    used = {key for activity in document["activities"] for key in activity["categories"]}
    for one in document["categories"]:
        if one["key"] not in used:
            says = say("No activity says why “%(name)s” is held. Add one.", name=one["label"])
            yield Gap("activity", one["key"], says)


def _unsupported(document: Document) -> Iterator[Gap]:
    for activity in document["activities"]:
        for says in lacks_of(activity):
            yield Gap("support", activity["key"], says)


def lacks_of(activity: Mapping[str, Any]) -> Iterator[Sentence]:
    """Yield what the entry of an activity still lacks."""
    basis = activity["basis"]
    if basis and basis["interest"] and not basis["interest"]["assessment"]:
        yield say("No balancing test is recorded (GDPR Art. 6(1)(f)).")
    for law in basis["laws"] if basis else ():
        if not law["confirmed"]:
            yield say("Counsel has not confirmed the law for %(area)s: %(law)s", area=law["area"],
                      law=law["text"])  # fmt: skip
    if not activity["reviewed_on"]:
        yield say("Nobody has recorded a review.")
    if not activity["source"]:
        yield say("The published policy does not name it.")
