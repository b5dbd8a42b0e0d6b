"""What a quarter looked like, as known at a moment inside it or at its end."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Q

from dsar.enums import ClockEventKind, NoticeTo, Operation, Outcome, Right
from dsar.models import (
    Case,
    CaseEvent,
    ClockEvent,
    Ending,
    Incident,
    IncidentAssessment,
    IncidentNotice,
    Step,
)
from dsar.services.registers.base import AsOf, as_of, day_bounds
from dsar.services.registers.light import Light, days_of, light

MONTHS = 12
AGES = ((0, 14), (15, 30), (31, 60), (61, None))


@dataclass(frozen=True, slots=True)
class Quarter:
    """A calendar quarter in the company's zone; `first` and `last` are its days."""

    year: int
    number: int

    @property
    def first(self) -> date:
        """Return the first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Return the last day."""
        return self.after.first - timedelta(days=1)

    @property
    def before(self) -> "Quarter":
        """Return the quarter before."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @property
    def after(self) -> "Quarter":
        """Return the quarter after."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    def __str__(self) -> str:
        return f"Q{self.number} {self.year}"


def quarter_of(day: date) -> Quarter:
    """Return the quarter of a day."""
    return Quarter(day.year, (day.month + 2) // 3)


@dataclass(frozen=True, slots=True)
class SystemPace:
    """How long the steps of one system took that ended in the quarter; hours. `waiting`: begun, not ended."""

    name: str
    steps: int
    median: float | None
    longest: float | None
    waiting: int


Month = tuple[int, int]


@dataclass(frozen=True)
class Figures:
    """Everything that the report says about one quarter, as known at `moment`."""

    quarter: Quarter
    moment: AsOf
    received: int
    answered: int
    late: int
    median: float | None
    mean: float | None
    open: int
    overdue: int
    ages: tuple[int, ...]
    by_right: dict[str, int]
    by_regime: dict[str, int]
    months: tuple[Month, ...]
    month_right: dict[Month, Counter[str]]
    month_regime: dict[Month, Counter[str]]
    month_time: dict[Month, Counter[str]]
    outcomes: dict[str, int]
    extensions: int
    complaints: int
    links_sent: int
    confirmed: int
    incidents: int
    high_risk: int
    notified: int
    notified_late: int
    systems: tuple[SystemPace, ...]

    @property
    def is_whole(self) -> bool:
        """Return whether the quarter was over at the moment."""
        return self.moment.on >= self.quarter.last

    @property
    def on_time(self) -> int:
        """Return how many answers were in time."""
        return self.answered - self.late

    @property
    def share_on_time(self) -> float | None:
        """Return the percentage of answers in time; None without answers."""
        return round(100 * self.on_time / self.answered, 1) if self.answered else None

    @property
    def denials(self) -> int:
        """Return how many answers refused something, in whole or in part."""
        denied = (Outcome.REFUSED, Outcome.UNVERIFIED, Outcome.DUPLICATE, Outcome.PARTLY)
        return sum(self.outcomes.get(outcome, 0) for outcome in denied)


def figures(day: date, *, now: datetime) -> tuple[Figures, Figures]:
    """Return the quarter of a day as known on that day, and the quarter before as known at its end.

    Raises NotAllowed for a day to come.
    """
    moment = as_of(day, now=now)
    quarter = quarter_of(day)
    before = as_of(quarter.before.last, now=now)
    return _measure(quarter, moment, MONTHS), _measure(quarter.before, before, 3)


def _measure(quarter: Quarter, moment: AsOf, back: int) -> Figures:
    """Return the figures; those by month go `back` months, at least the quarter's three."""
    first, after = day_bounds(quarter.first, quarter.last, moment.zone)
    months = _months(min(quarter.last, moment.on), back)
    since, _after = day_bounds(date(*months[0], 1), quarter.last, moment.zone)
    rows = Case.objects.with_state_at(moment.at)
    rows = rows.filter(Q(received_at__gte=since) | Q(closed_at=None) | Q(closed_at__gte=since))
    cases = list(light(rows, moment))
    received = [one for one in cases if first <= one.received_at < after]
    answered = [one for one in cases if one.answered_at and first <= one.answered_at < after]
    waiting = [one for one in cases if one.is_open]
    middle, mean = days_of(answered)
    return Figures(
        quarter=quarter, moment=moment, received=len(received), answered=len(answered),
        late=sum(one.late(moment.at) for one in answered), median=middle, mean=mean, open=len(waiting),
        overdue=sum(one.late(moment.at) for one in waiting), ages=_ages(waiting, moment),
        by_right=dict(Counter(one.right for one in received)),
        by_regime=dict(Counter(one.regime for one in received)), months=months,
        **_by_month(cases, moment, months), outcomes=_outcomes(first, after, moment),
        complaints=sum(one.right == Right.COMPLAINT for one in received),
        **_counts(first, after, moment), systems=_systems(first, after, moment),
    )  # fmt: skip


def _months(day: date, back: int) -> tuple[Month, ...]:
    """Return the months until that of a day."""
    last = day.year * 12 + day.month - 1
    return tuple((n // 12, n % 12 + 1) for n in range(last - back + 1, last + 1))


def _ages(waiting: Iterable[Light], moment: AsOf) -> tuple[int, ...]:
    days = [(moment.on - one.received_on).days for one in waiting]
    return tuple(sum(low <= day and (high is None or day <= high) for day in days) for low, high in AGES)


def _by_month(cases: Iterable[Light], moment: AsOf, months: Iterable[Month]) -> dict[str, Any]:
    found: dict[str, dict[Month, Counter[str]]] = {
        name: {month: Counter() for month in months} for name in ("month_right", "month_regime", "month_time")
    }

    rights, regimes, times = found["month_right"], found["month_regime"], found["month_time"]
    for one in cases:
        month = one.received_on.year, one.received_on.month
        if month in rights:
            rights[month][one.right] += 1
            regimes[month][one.regime] += 1
        if one.answered_on and (one.answered_on.year, one.answered_on.month) in times:
            times[one.answered_on.year, one.answered_on.month][
                "late" if one.late(moment.at) else "on_time"
            ] += 1
    return found


def _outcomes(first: datetime, after: datetime, moment: AsOf) -> dict[str, int]:
    """Return how many cases ended how, in the quarter and until the moment; the last ending counts."""
    endings = Ending.objects.filter(at__gte=first, at__lt=after, at__lte=moment.at).order_by("at", "id")
    last = dict(endings.values_list("case_id", "outcome"))
    return dict(Counter(outcome for outcome in last.values() if outcome))


def _counts(first: datetime, after: datetime, moment: AsOf) -> dict[str, Any]:
    """Return counts of single facts in the quarter and until the moment."""
    end = min(after, moment.at)
    inside = {"at__gte": first, "at__lte": end}
    told = IncidentNotice.objects.filter(
        to=NoticeTo.AUTHORITY, phase=1, sent_at__gte=first, sent_at__lte=end, recorded_at__lte=moment.at
    )
    aware = Incident.objects.known_at(moment.at).filter(aware_at__gte=first, aware_at__lte=end)
    judged = IncidentAssessment.objects.filter(incident__in=aware, at__lte=moment.at).order_by("number")
    risks = dict(judged.values_list("incident_id", "risk"))
    notices = ClockEvent.objects.filter(kind=ClockEventKind.EXTENSION_NOTICE)
    return {
        "extensions": notices.filter(recorded_at__gte=first, recorded_at__lte=end).count(),
        "links_sent": CaseEvent.objects.filter(kind="proof_asked", **inside).count(),
        "confirmed": CaseEvent.objects.filter(kind="verified", **inside).count(),
        "incidents": aware.count(),
        "high_risk": sum(risk == "high" for risk in risks.values()),
        "notified": told.count(),
        "notified_late": told.filter(late=True).count(),
    }


def _systems(first: datetime, after: datetime, moment: AsOf) -> tuple[SystemPace, ...]:
    """Return the pace of each system, the slowest first."""
    end = min(after, moment.at)
    begun = Step.objects.filter(started_at__isnull=False, started_at__lte=end).exclude(
        operation=Operation.PROBE
    )
    rows = begun.filter(Q(finished_at=None) | Q(finished_at__gte=first)).values_list(
        "system__name", "started_at", "finished_at"
    )
    hours: dict[str, list[float]] = {}
    waiting: Counter[str] = Counter()
    for name, started, finished in rows:
        assert started is not None
        hours.setdefault(name, [])
        if finished is None or finished > end:
            waiting[name] += 1
        else:
            hours[name].append((finished - started).total_seconds() / 3600)
    paces = [
        SystemPace(
            name, len(took), round(median(took), 1) if took else None, round(max(took), 1) if took else None,
            waiting[name],
        )
        for name, took in hours.items()
    ]  # fmt: skip
    return tuple(sorted(paces, key=lambda one: -(one.median or 0)))
