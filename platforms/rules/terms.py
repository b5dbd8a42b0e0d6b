"""How long platform data may stay: the strictest of our promise, the law and the platform's own terms.

Pure: an entry, the profile's promise and a moment come in, a limit with its derivation goes out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import cast

from config.profile import Profile
from config.sentences import Sentence
from platforms.enums import Trigger
from platforms.registry.schema import ASAP, UNKNOWN, Deadline, Element, Entry
from platforms.rules import periods, wording
from platforms.rules.periods import ZERO, Period

LAW = "P1M"
"""GDPR Art. 12(3): within one month of receipt. Counts where somebody asked and no case has its own date."""
ASKED = frozenset({Trigger.USER_DELETE_REQUEST, Trigger.ACCOUNT_DELETED, Trigger.PLATFORM_CALLBACK})

TRIGGERS = tuple(trigger.value for trigger in Trigger)
"""The triggers that every platform can have; files may name a few more of their own."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast work goes where the limit is nought: aim for `target`, warn at `alert`, due at `breach`."""

    target: Period
    alert: Period
    breach: Period


# "As soon as reasonably possible": our working aim is 72 hours.
SOON = Pace(periods.parse("PT72H"), periods.parse("P7D"), periods.parse("PT72H"))
# "Immediately": the job starts within minutes.
AT_ONCE = Pace(periods.parse("PT15M"), periods.parse("PT1H"), periods.parse("PT24H"))


@dataclass(frozen=True, slots=True)
class Promise:
    """What we said ourselves. `own`: a rule of the company's own that nobody published."""

    period: str
    source: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Effective:
    """The limit of one trigger at one platform, and where it comes from.

    `limit` None: nothing sets one. `limit` nought: at once, at `pace`. `source`: platform, promise, own,
    law or none. `term`: the platform's term as its file has it. `fell_back`: the file has no such trigger, so
    that the one of a disconnection counts. `happens` false: there is no such trigger at this platform.
    `shipped`: what the file says where the company made it stricter, or an empty text for nothing.
    """

    limit: Period | None
    source: str
    term: str | None
    promise: Promise | None
    law: str | None
    pace: Pace | None = None
    fell_back: bool = False
    happens: bool = True
    shipped: str | None = None

    @property
    def unknown(self) -> bool:
        """Return whether the platform's term is not established."""
        return self.term == UNKNOWN

    @property
    def looser_promise(self) -> bool:
        """Return whether we promise a later day than the platform allows."""
        term = _as_period(self.term)
        return bool(
            term is not None
            and self.promise
            and not periods.never_longer(periods.parse(self.promise.period), term)
        )


def place_of(entry: Entry, trigger: str) -> str:
    """Return the trigger whose deadline counts: this one or, where the file lacks it, a disconnection.

    Processors know no disconnection: there it is the end of the account.
    """
    fallback = (trigger, Trigger.USER_DISCONNECT.value, Trigger.ACCOUNT_DELETED.value)
    return next((name for name in fallback if name in entry.deletion), trigger)


def term_of(entry: Entry, trigger: str) -> Deadline:
    """Return the deadline of a trigger, or the one that counts in its place."""
    known = cast("Mapping[str, Deadline]", entry.deletion)
    return known.get(place_of(entry, trigger)) or Deadline(platform=None, promise=None)


def promise_of(profile: Profile, entry: Entry, trigger: str) -> Promise | None:
    """Return what we say about a trigger: the policy, else our own schedule, else what policies usually say.

    Nothing is promised where the file says so for this trigger (content deleted at the platform).
    """
    deadline = term_of(entry, trigger)
    if deadline.promise is None or not deadline.happens:
        return None
    return next(_promises(profile, entry, trigger), Promise(deadline.promise, entry.name, own=True))


def _promises(profile: Profile, entry: Entry, trigger: str) -> Iterator[Promise]:
    if entry.kind != "social_platform":
        return
    for platform in (one for one in profile.platforms if one.key == entry.key):
        limit = getattr(platform.limits, trigger, platform.limits.user_disconnect)
        if limit:
            yield Promise(limit, platform.source or platform.label)
    schedule = profile.schedule(profile.named_schedules.platform_data)
    if schedule.max_period:
        yield Promise(schedule.max_period, schedule.label, own=True)


def effective(entry: Entry, trigger: str, promise: Promise | None, law_due: str | None = None) -> Effective:
    """Return min(promise, law, platform term) of a trigger.

    `law_due`: ISO 8601 period that the law gives from the same moment, or None. An unknown term and a term
    of null count for nothing; the first is said on the screen.
    """
    deadline, place = term_of(entry, trigger), place_of(entry, trigger)
    said = [
        ("platform", deadline.platform),
        (_source(promise), promise.period if promise else None),
        ("law", law_due),
    ]
    limits = [(limit, source) for source, text in said if (limit := _as_period(text)) is not None]
    limit, source = min(limits, key=lambda one: one[0].longest, default=(None, "none"))
    return Effective(
        limit=limit,
        source=source,
        term=deadline.platform,
        promise=promise,
        law=law_due,
        pace=_pace(deadline.platform),
        fell_back=place != trigger,
        happens=deadline.happens,
        shipped=entry.overridden.get(f"deletion.{place}"),
    )


def effective_for(profile: Profile, entry: Entry, trigger: str) -> Effective:
    """Return the effective limit of a trigger with the promises of a profile."""
    return effective(entry, trigger, promise_of(profile, entry, trigger))


def _as_period(text: str | None) -> Period | None:
    """Return the period of a term; `asap` counts as nought, `unknown` and null as none."""
    if text is None or text == UNKNOWN:
        return None
    return ZERO if text == ASAP else periods.parse(text)


def _source(promise: Promise | None) -> str:
    return "own" if promise and promise.own else "promise"


def _pace(text: str | None) -> Pace | None:
    if text == ASAP:
        return SOON
    return AT_ONCE if _as_period(text) == ZERO else None


@dataclass(frozen=True, slots=True)
class Due:
    """When platform data must be gone: the date, the derivation to read, and when to warn before."""

    due_at: datetime
    target_at: datetime
    alert_at: datetime
    source: str
    why: tuple[Sentence, ...]


def due(
    entry: Entry,
    trigger: str,
    promise: Promise | None,
    *,
    clock_from: datetime,
    zone: tzinfo,
    case_due: datetime | None = None,
) -> Due:
    """Return the date of a trigger that we learned of at `clock_from`.

    `zone`: where calendar days and months are counted. `case_due`: the date that the law gives the case of
    this request; without one a request has the month of GDPR Art. 12(3). A limit of nought is due at the
    end of its pace: asap after 72 hours, at once after 24.
    """
    found = effective(entry, trigger, promise, LAW if trigger in ASKED and case_due is None else None)
    if found.limit is None and case_due is None:
        found = effective(entry, trigger, promise, LAW)
    dates = list(_dates(found, clock_from, zone, case_due))
    due_at, source = min(dates)
    pace = found.pace if source == "platform" else None
    why = (
        wording.started(trigger, clock_from, zone),
        *wording.reasons(entry, found),
        *([wording.case_date(case_due, zone)] if case_due else []),
        wording.outcome(source, due_at, zone),
    )
    return Due(
        due_at=due_at,
        target_at=pace.target.after(clock_from, zone) if pace else due_at,
        alert_at=pace.alert.after(clock_from, zone) if pace else due_at,
        source=source,
        why=why,
    )


def _dates(
    found: Effective, clock_from: datetime, zone: tzinfo, case_due: datetime | None
) -> Iterator[tuple[datetime, str]]:
    """Yield every date that binds, with its source; the earliest counts."""
    said = [
        ("platform", found.pace.breach if found.pace else _as_period(found.term)),
        (_source(found.promise), periods.parse(found.promise.period) if found.promise else None),
        ("law", _as_period(found.law)),
    ]
    yield from ((period.after(clock_from, zone), source) for source, period in said if period is not None)
    if case_due:
        yield case_due, "law"


# How long each word keeps data, the shortest first.
RANKS = {
    word: rank
    for rank, word in enumerate(
        (
            "never_standalone",
            "until_disconnect",
            "until_account_deleted",
            "by_schedule",
            "hashed_forever",
            "forever",
        )
    )
}


def is_stricter(path: str, old: str | None, new: str) -> bool:
    """Whether a value is stricter than what stands at a path of an entry. Raises ValueError for no value.

    Paths: `deletion.TRIGGER`, `data_elements.ELEMENT.ship` or `.platform_max`, `liveness.every`,
    `legal.review_every`. Stricter = data go earlier, or somebody looks more often, whenever the period
    starts: P1M is not stricter than P30D, because a month may have 31 days.
    """
    if path.endswith(".ship"):
        return _stricter_ship(old, new)
    if path.startswith(("liveness.", "legal.")):
        return periods.parse(new) != ZERO and _shorter(new, old)
    return _stricter_deadline(old, new) if path.startswith("deletion.") else _shorter(new, old)


def _stricter_deadline(old: str | None, new: str) -> bool:
    """`asap` and PT0H both count as nought, but PT0H is worked on faster."""
    if new == ASAP:
        return _as_period(old) != ZERO
    return periods.parse(new) == ZERO if old == ASAP else _shorter(new, old)


def _stricter_ship(old: str | None, new: str) -> bool:
    if new in RANKS:
        return old in RANKS and old != "never_standalone" and RANKS[new] < RANKS[old]
    return periods.parse(new) == ZERO if old == "never_standalone" else old in RANKS or _shorter(new, old)


def _shorter(new: str, old: str | None) -> bool:
    """Whether a period is shorter than another one; any is shorter than none."""
    value = periods.parse(new)
    if old is None or old == UNKNOWN:
        return True
    known = periods.parse(old)
    return value != known and periods.never_longer(value, known)


def ship_exceeds_limit(element: Element) -> bool:
    """Whether we keep a data element for longer than the platform allows."""
    if element.platform_max is None or element.ship is None:
        return False
    if element.ship in RANKS:
        return element.ship != "never_standalone"
    return not periods.never_longer(periods.parse(element.ship), periods.parse(element.platform_max))


def review_period(entry: Entry, review_every_days: int | None) -> Period:
    """Return how long a reading of the terms counts: the registry's period or the profile's, if shorter."""
    said = [entry.legal.review_every, *([f"P{review_every_days}D"] if review_every_days else [])]
    return min((periods.parse(text) for text in said), key=lambda one: one.longest)
