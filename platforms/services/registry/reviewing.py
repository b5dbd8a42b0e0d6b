"""Reading the terms again: every so many days, by somebody who says what changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import Actor
from config.profile import Profile, written_profile
from platforms import registry
from platforms.models import TermReview
from platforms.registry import Entry
from platforms.rules import terms
from platforms.services.registry.errors import RegistryRefused


@dataclass(frozen=True)
class Reading:
    """When the terms of an entry were last read, and until when that counts. `last_on` None: never."""

    key: str
    last_on: date | None
    until_on: date | None

    def is_due(self, today: date) -> bool:
        """Return whether somebody must read them again."""
        return self.until_on is None or self.until_on < today


@transaction.atomic
def record_review(*, key: str, reviewed_on: date, note: str, actor: Actor, now: datetime) -> TermReview:
    """Record that the terms of an entry were read on a day. Raises RegistryRefused, KeyError for no entry."""
    registry.shipped(key)
    if actor.user is None:
        raise RegistryRefused(_("Terms are read by a person."))
    if not note.strip():
        raise RegistryRefused(_("Say what was read and what changed."))
    if reviewed_on > now.astimezone(ZoneInfo(written_profile().clocks.zone)).date():
        raise RegistryRefused(_("That day is in the future. Give the day on which the terms were read."))
    made = TermReview.objects.create(
        key=key, reviewed_on=reviewed_on, note=note.strip(), made_at=now, made_by=actor.user
    )
    details = {"key": key, "on": reviewed_on.isoformat(), "sha256": registry.shipped(key).sha256}
    audit.record(actor=actor, action="registry.reviewed", obj=made, details=details)
    return made


def readings(profile: Profile, entries: Iterable[Entry]) -> list[Reading]:
    """Return the readings of several entries; one statement."""
    entries = list(entries)
    recorded: dict[str, date] = {}
    rows = TermReview.objects.filter(key__in=[entry.key for entry in entries]).order_by("reviewed_on")
    recorded.update(rows.values_list("key", "reviewed_on"))
    return [_reading(profile, entry, recorded.get(entry.key)) for entry in entries]


def reading_of(profile: Profile, entry: Entry) -> Reading:
    """Return when the terms of one entry were last read."""
    return readings(profile, [entry])[0]


def _reading(profile: Profile, entry: Entry, recorded: date | None) -> Reading:
    platform = next((one for one in profile.platforms if one.key == entry.key), None)
    said = [recorded, _day(platform.terms_reviewed_on if platform else None), _seen(entry)]
    last = max((day for day in said if day), default=None)
    if last is None:
        return Reading(entry.key, None, None)
    period = terms.review_period(entry, platform.review_every_days if platform else None)
    return Reading(entry.key, last, period.after(datetime.combine(last, time(), UTC), UTC).date())


def _seen(entry: Entry) -> date | None:
    """Return the day on which the file last saw all of its documents; None when it never saw one."""
    days = [_day(term.seen) for term in entry.legal.terms]
    known = [day for day in days if day]
    return min(known) if len(known) == len(days) else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
