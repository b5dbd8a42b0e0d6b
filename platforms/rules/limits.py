"""How long items of a platform's data element may be held, and what must happen then. Pure.

Derived from the registry as it binds (overrides applied): the strictest of the platform's own limit
(`platform_max`) and our period (`ship`); re-verification (YouTube API Services, Developer Policies
III.E.4.b); sync with what was deleted at the platform (X 24 hours, Reddit 48 hours); data that may not be
stored at all (Pinterest Developer Guidelines, "The basics"). The retention executes `schedules`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from config.sentences import Sentence, say, say_n
from platforms.enums import LimitAction, LimitSource
from platforms.rules import periods

NEVER_STORE_STORAGE = "none_live_only"
KEPT_IN_SYNC = "store_in_sync"
CONTENT_DELETED = "content_deleted_on_platform"


STORED = frozenset({LimitAction.DELETE, LimitAction.REFRESH_OR_DELETE, LimitAction.NEVER_STORE})
"""Actions whose period counts from when we fetched an item; the others from when it was last verified."""


@dataclass(frozen=True)
class Schedule:
    """One duty: `period` (ISO 8601) after an item was fetched or verified, `action` must have happened."""

    platform: str
    element: str
    period: str
    action: LimitAction
    source: LimitSource

    @property
    def counts_from_fetch(self) -> bool:
        """Return whether the period counts from the fetch (else: from the last verification)."""
        return self.action in STORED


def schedules(entries: Iterable[Any]) -> tuple[Schedule, ...]:
    """Return every duty of the platforms, in the order of the registry. `entries`: as they bind."""
    return tuple(one for entry in entries for one in schedules_of(entry))


def schedules_of(entry: Any) -> Iterator[Schedule]:
    """Yield the duties of one platform (`registry.Entry`); processors have none here."""
    if entry.kind != "social_platform":
        return
    for element in entry.data_elements:
        stored = _stored(entry, element)
        if stored:
            yield stored
        if stored is None or stored.action != LimitAction.NEVER_STORE:
            yield from _verified(entry, element)


def _stored(entry: Any, element: Any) -> Schedule | None:
    longest = element.platform_max
    if element.storage == NEVER_STORE_STORAGE or (longest and periods.parse(longest) == periods.ZERO):
        return Schedule(entry.key, element.key, "PT0H", LimitAction.NEVER_STORE, LimitSource.PLATFORM)
    ours = element.ship if element.ship and element.ship.startswith("P") else None
    if ours and (longest is None or periods.never_longer(periods.parse(ours), periods.parse(longest))):
        source = (
            LimitSource.PLATFORM if ours == longest else _source(entry, element, "ship", LimitSource.OURS)
        )
        return Schedule(entry.key, element.key, ours, _action(element), source)
    if longest is None:
        return None
    source = _source(entry, element, "platform_max", LimitSource.PLATFORM)
    return Schedule(entry.key, element.key, longest, _action(element), source)


def _action(element: Any) -> LimitAction:
    return LimitAction.REFRESH_OR_DELETE if element.storage == "refresh_or_delete" else LimitAction.DELETE


def _source(entry: Any, element: Any, name: str, plain: LimitSource) -> LimitSource:
    return LimitSource.OVERRIDE if f"data_elements.{element.key}.{name}" in entry.overridden else plain


def _verified(entry: Any, element: Any) -> Iterator[Schedule]:
    if element.reverify_every:
        source = _source(entry, element, "reverify_every", LimitSource.PLATFORM)
        yield Schedule(entry.key, element.key, element.reverify_every, LimitAction.REVERIFY, source)
    synced = [one for one in (element.sync_every, _deleted_there(entry, element)) if one]
    if synced:
        shortest = min(synced, key=lambda text: periods.parse(text).longest)
        source = _source(entry, element, "sync_every", LimitSource.PLATFORM)
        yield Schedule(entry.key, element.key, shortest, LimitAction.SYNC, source)


def _deleted_there(entry: Any, element: Any) -> str | None:
    """Return the term for content that was deleted at the platform, where the element is kept in sync."""
    term = entry.deletion.get(CONTENT_DELETED)
    if element.storage != KEPT_IN_SYNC or term is None or not (term.platform or "").startswith("P"):
        return None
    return str(term.platform)


def cutoff(period: str, now: datetime) -> datetime:
    """Return the last moment whose period is over at `now` (UTC): what was fetched by then is over its limit.

    Months follow the calendar, as in `periods`.
    """
    parsed = periods.parse(period)
    found = now.astimezone(UTC) - timedelta(days=parsed.days, seconds=parsed.seconds)
    found = _months_before(found, parsed.months)
    while parsed.months and parsed.after(found + timedelta(days=1), UTC) <= now:
        found += timedelta(days=1)
    return found


def _months_before(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    last = (datetime(year + (month == 11), (month + 1) % 12 + 1, 1, tzinfo=UTC) - timedelta(days=1)).day
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def spoken(period: str) -> Sentence:
    """Return a period in words: 30 days, 13 months, 48 hours."""
    parsed = periods.parse(period)
    parts = [
        say_n("%(n)s month", "%(n)s months", parsed.months) if parsed.months else None,
        say_n("%(n)s day", "%(n)s days", parsed.days) if parsed.days else None,
        say_n("%(n)s hour", "%(n)s hours", parsed.seconds // 3600) if parsed.seconds else None,
    ]
    found = [one for one in parts if one is not None]
    if not found:
        return say("no time")
    first, *rest = found
    for one in rest:
        first = say("%(first)s and %(second)s", first=first, second=one)
    return first
