"""Who gets data, by name, as people are told (GDPR Art. 15(1)(c)): by the register, else the profile."""

from collections.abc import Mapping

from django.utils.translation import get_language

from config.profile import Profile, speaking
from config.profile.holdings import Category
from platforms.models import Processor


def legal_names() -> Mapping[str, str]:
    """Return the legal name of every processor that works for us and has one, by its key."""
    rows = Processor.objects.running().exclude(legal_name="")
    return dict(rows.values_list("key", "legal_name"))


def register() -> dict[str, Processor]:
    """Return the whole register by key, for naming the recipients of many categories; one statement."""
    return {one.key: one for one in Processor.objects.all()}


def named_recipients(profile: Profile, category: Category, known: Mapping[str, Processor]) -> list[str]:
    """Return who gets data of a category, by legal name where it is known, with what it does.

    `known` is `register()`; an empty one leaves the word to the profile.
    The register comes first: processors that it ended are left out, those that only it knows are added.
    Recipients that the register does not know, such as platforms, are named as the profile names them.
    """
    if not known:
        return profile.named_recipients(category)
    labels = {one.label: one.key for one in profile.processors}
    keys = [(labels.get(name, ""), name) for name in profile.recipients(category)]
    told = [_named(known.get(key), name, profile) for key, name in keys]
    listed = {key for key, _ in keys}
    more = [one for one in known.values() if category.key in one.categories and one.key not in listed]
    return [name for name in [*told, *(_named(one, one.name, profile) for one in more)] if name]


def _named(one: Processor | None, name: str, profile: Profile) -> str:
    if one is None:
        return name
    if one.ended_on:
        return ""
    does = speaking.texts_of(profile.key, get_language() or "en").get(one.does, one.does).rstrip(".")
    return f"{one.legal_name} ({does})" if one.legal_name and does else one.legal_name or name
