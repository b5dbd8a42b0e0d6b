"""Promises that are looser than a platform's term: found, and accepted with a reason. The term binds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import Actor
from config.profile import Profile, written_profile
from platforms import registry
from platforms.enums import Trigger
from platforms.models import TermAcceptance
from platforms.registry import Entry
from platforms.rules import terms
from platforms.services.registry.errors import RegistryRefused
from platforms.services.registry.using import in_use

PROMISED = (
    Trigger.USER_DISCONNECT, Trigger.USER_DELETE_REQUEST, Trigger.ACCOUNT_DELETED, Trigger.PLATFORM_CALLBACK,
)  # fmt: skip
"""What a profile can promise a period for."""


@dataclass(frozen=True)
class Looser:
    """A published promise that may end later than the platform's term. Both as they are written."""

    key: str
    trigger: str
    promise: str
    term: str


def looser_promises(profile: Profile, *, accepted: bool = False) -> list[Looser]:
    """Return the looser promises of the platforms in use, without those that somebody accepted.

    `accepted`: return those as well. An acceptance counts for this promise and this term only: when either
    changes, it must be given anew.
    """
    found = list(_looser(profile))
    if accepted or not found:
        return found
    known = set(TermAcceptance.objects.values_list("key", "trigger", "promise", "term"))
    return [one for one in found if (one.key, one.trigger, one.promise, one.term) not in known]


def _looser(profile: Profile) -> Iterator[Looser]:
    platforms = (entry for entry in in_use(profile) if entry.kind == "social_platform")
    for entry, trigger in product(platforms, PROMISED):
        found = _of(profile, entry, trigger)
        if found:
            yield found


def _of(profile: Profile, entry: Entry, trigger: str) -> Looser | None:
    """Return the looser promise of one trigger, or None. A rule that nobody published is no promise."""
    found = terms.effective_for(profile, entry, trigger)
    if not found.looser_promise or found.promise is None or found.promise.own or found.term is None:
        return None
    return Looser(entry.key, trigger, found.promise.period, found.term)


@transaction.atomic
def accept_promise(*, key: str, trigger: str, reason: str, actor: Actor, now: datetime) -> TermAcceptance:
    """Record that a promise may stay looser than the term. Raises RegistryRefused, KeyError for no entry."""
    looser = _of(written_profile(), registry.current(key), trigger)
    if looser is None:
        raise RegistryRefused(_("Our promise is not looser than the term here: there is nothing to accept."))
    if actor.user is None or not reason.strip():
        raise RegistryRefused(_("Give the reason why the promise stays as it is."))
    values = {"key": key, "trigger": trigger, "promise": looser.promise, "term": looser.term}
    if TermAcceptance.objects.filter(**values).exists():
        raise RegistryRefused(_("This difference is accepted already."))
    made = TermAcceptance.objects.create(**values, reason=reason.strip(), made_at=now, made_by=actor.user)
    audit.record(actor=actor, action="registry.promise_accepted", obj=made, details=values)
    return made
