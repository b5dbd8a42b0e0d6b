"""The one place that turns keys into words: platforms, data elements, triggers, endpoints, findings."""

from config.profile import active_profile
from platforms import registry
from platforms.enums import FindingKind
from platforms.models import Processor
from platforms.rules import labels, spoken, wording


def name_of(key: str) -> str:
    """Return the profile's label of a platform: the company's own word. Else as `registered`."""
    for one in active_profile().platforms:
        if one.key == key:
            return one.label
    return registered(key)


def registered(key: str) -> str:
    """Return the name in the registry, which the desk says, else that of a processor's record, or the key."""
    entry = registry.shipped_entries().get(key)
    if entry or not key:
        return entry.name if entry else key
    return Processor.objects.filter(key=key).values_list("name", flat=True).first() or key


def element_of(key: str) -> str:
    """Return what a data element of the registry is, for staff."""
    return labels.element(key)


def trigger_of(key: str) -> str:
    """Return what starts the clock of a deletion."""
    try:
        return str(wording.trigger_label(key))
    except ValueError:
        return labels.plain(key)


def endpoint_of(name: str) -> str:
    """Return what a platform tells us at an endpoint."""
    return labels.endpoint(name)


def concern_of(kind: str, element: str) -> str:
    """Return what a finding is about, by its kind; a setting keeps its name, because that is what to set."""
    if not element or kind == FindingKind.SECRET_MISSING:
        return element
    if kind in labels.OF_ELEMENTS:
        return element_of(element)
    if kind in labels.OF_SCOPES:
        return spoken.scope_words(element)
    if kind == FindingKind.PROMISE_LOOSER:
        return trigger_of(element)
    if kind in labels.OF_JOBS:
        return str(labels.JOB)
    return str(labels.TERMS) if kind == FindingKind.TERMS_UNREVIEWED else labels.fact(element)


def key_of(kind: str, element: str) -> str:
    """Return the key beside the words of `concern_of`; nothing where the words are the key."""
    if kind in labels.OF_JOBS:
        return element[:8]
    return "" if kind in (FindingKind.SECRET_MISSING, FindingKind.TERMS_UNREVIEWED) else element
