"""Until when platform data must be gone, with the values that bind now."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from config.profile import written_profile
from config.sentences import stored
from platforms import registry
from platforms.rules import terms, wording
from platforms.rules.terms import Due


def due(*, platform: str, trigger: str, clock_from: datetime, case_due: datetime | None = None) -> Due:
    """Return the date of a trigger with its derivation; raises KeyError for a platform without a file.

    `clock_from`: when we learned of the trigger. `case_due`: the date of the case that the law gives.
    """
    profile, entry = written_profile(), registry.current(platform)
    return terms.due(
        entry,
        trigger,
        terms.promise_of(profile, entry, trigger),
        clock_from=clock_from,
        zone=ZoneInfo(profile.clocks.zone),
        case_due=case_due,
    )


def due_at(
    *, platform: str, trigger: str, clock_from: datetime, case_due: datetime | None = None
) -> tuple[datetime, list[dict[str, Any]]]:
    """Return when the data must be gone (UTC), and the derivation as stored sentences; see `due`."""
    found = due(platform=platform, trigger=trigger, clock_from=clock_from, case_due=case_due)
    return found.due_at, [stored(sentence) for sentence in found.why]


def days_of_case(
    deletions: Iterable[tuple[str, str, datetime]], *, received_at: datetime
) -> tuple[int, str] | None:
    """Return the strictest term of the platforms of a case: days from its receipt, and its source; or None.

    `deletions`: platform, trigger, and when we learned of it, of each. Fits `dsar`'s `platform_terms`. Our
    promises and the law are left out: the clock of the case knows them.
    """
    zone = ZoneInfo(written_profile().clocks.zone)
    start = received_at.astimezone(zone).date()
    found = [(due(platform=p, trigger=t, clock_from=at), p) for p, t, at in deletions]
    bound = [(one.due_at, platform) for one, platform in found if one.source == "platform"]
    if not bound:
        return None
    first, platform = min(bound)
    entry = registry.shipped(platform)
    days = (first.astimezone(zone).date() - start).days
    return max(days, 0), f"{entry.name}: {wording.cited(entry)}"
