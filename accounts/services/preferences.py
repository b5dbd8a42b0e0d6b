"""What somebody chose about the portal itself: language and time zone."""

from django.db import transaction

from accounts.models import DataSubject, User
from accounts.rules import preferences
from accounts.services import audit
from config.profile import active_profile


def languages() -> list[tuple[str, str]]:
    """Return (code, own name) of the languages that people may choose."""
    return preferences.offered_languages(active_profile().languages.offered)


@transaction.atomic
def set_language(*, user: User, language: str, actor: audit.Actor) -> None:
    """Keep the language of pages and letters. Raises ValueError for one that is not offered."""
    if language not in dict(languages()):
        raise ValueError("This language is not offered.")
    user.language = language
    user.save(update_fields=["language"])
    DataSubject.objects.filter(user=user).update(language=language)
    _record(user, "language", actor)


@transaction.atomic
def set_zone(*, user: User, zone: str, actor: audit.Actor) -> None:
    """Keep the time zone of a person's pages; empty means the company's.

    Raises ValueError for an unknown one.
    """
    if zone and zone not in preferences.zones():
        raise ValueError("This time zone is not known.")
    user.time_zone = zone
    user.save(update_fields=["time_zone"])
    _record(user, "time_zone", actor)


def _record(user: User, field: str, actor: audit.Actor) -> None:
    audit.record(actor=actor, action="account.preference_set", obj=user, fields=(field,))
