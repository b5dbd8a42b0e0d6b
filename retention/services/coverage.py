"""The board of limits: which schedule covers which collection, how old the oldest row was when last swept.

Nothing is counted in a system: the figures are those of the last sweep that looked at it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Max

from config.profile import Profile, active_profile
from config.profile.holdings import Category, Schedule
from platforms.models import System
from retention.enums import ProblemKind, StepState
from retention.models import Sweep, SweepProblem, SweepStep
from retention.rules import add_period
from retention.rules.covering import is_of_persons, removes, row_categories
from retention.services.places import Place, places_of
from retention.services.planning import today_of
from retention.services.targets import PERSONAL

OTHER = "other"
BLOCKING = (
    ProblemKind.NO_TRIGGER, ProblemKind.NO_KEY, ProblemKind.NO_TABLE, ProblemKind.READ_ONLY,
    ProblemKind.FAILED,
)  # fmt: skip


@dataclass(frozen=True)
class Cover:
    """One schedule over one collection, with what the last sweep found. `days`: age of the oldest row."""

    schedule: Schedule
    with_person: bool
    step: SweepStep | None = None
    problems: tuple[SweepProblem, ...] = ()
    oldest_on: date | None = None
    share: float | None = None

    @property
    def blocked(self) -> bool:
        """Whether it cannot be carried out."""
        return any(one.kind in BLOCKING for one in self.problems)


@dataclass(frozen=True)
class Line:
    """One collection of one system in one category, and what limits how long its rows stay."""

    category: str
    place: Place
    covers: tuple[Cover, ...] = ()

    @property
    def state(self) -> str:
        """Return "gap" (no longest period), "blocked", "over" (rows left past it) or "fine"."""
        if not self.covers:
            return "gap"
        if all(one.blocked for one in self.covers):
            return "blocked"
        return "over" if any(_is_over(one) for one in self.covers) else "fine"


@dataclass
class Cell:
    """Every collection of one category in one system."""

    lines: list[Line] = field(default_factory=list)

    @property
    def covered(self) -> int:
        """Return how many of them a schedule really limits."""
        return sum(line.state in ("fine", "over") for line in self.lines)

    @property
    def percent(self) -> int | None:
        """Return the covered part; None where the system holds nothing of the category."""
        return self.covered * 100 // len(self.lines) if self.lines else None


@dataclass(frozen=True)
class Board:
    """The matrix: rows of (category, its cells in the order of `systems`), and every line."""

    systems: list[System]
    rows: list[tuple[Category, list[Cell]]]
    lines: list[Line]
    looked_at: datetime | None

    @property
    def total(self) -> Cell:
        """Return all collections, each once."""
        return Cell(self.lines)


def board(*, now: datetime) -> Board:
    """Return the board as of the last sweep of each system; reads the portal's own database alone."""
    profile = active_profile()
    last = _last_sweeps()
    systems = list(
        System.objects.filter(enabled=True).prefetch_related("datasets").order_by("position", "name")
    )
    seen = _Seen(list(last.values()), today_of(now, profile))
    lines = [
        Line(category_of(profile, place), place, tuple(_covers(profile, place, seen.of(last, place))))
        for system in systems
        for place in places_of(system)
        if not place.collection.skip
    ]
    holding = [one for one in systems if any(line.place.system.pk == one.pk for line in lines)]
    rows = [(one, _cells(one.key, holding, lines)) for one in profile.categories]
    looked = max((one.planned_at for one in last.values()), default=None)
    return Board(holding, [row for row in rows if any(cell.lines for cell in row[1])], lines, looked)


def _cells(category: str, systems: list[System], lines: list[Line]) -> list[Cell]:
    return [
        Cell([x for x in lines if x.category == category and x.place.system.pk == one.pk]) for one in systems
    ]


def _last_sweeps() -> dict[Any, Sweep]:
    """Return the last sweep that looked at each system; the key None is that over all systems."""
    last = Sweep.objects.order_by().values("system").annotate(top=Max("number")).values_list("top", flat=True)
    return {one.system_id: one for one in Sweep.objects.filter(number__in=list(last))}


class _Seen:
    """Steps and problems of the last sweeps, by where they are."""

    def __init__(self, sweeps: Iterable[Sweep], today: date) -> None:
        chosen = [one.pk for one in sweeps]
        self.today = today
        self.steps = {
            (one.sweep_id, one.system_id, one.collection, one.schedule): one
            for one in SweepStep.objects.filter(sweep__in=chosen)
        }
        self.problems: dict[tuple[Any, ...], list[SweepProblem]] = {}
        for one in SweepProblem.objects.filter(sweep__in=chosen):
            self.problems.setdefault((one.sweep_id, one.system_id, one.collection, one.schedule), []).append(
                one
            )

    def of(self, last: dict[Any, Sweep], place: Place) -> "_SeenHere":
        """Return what the newer of the two sweeps that may have looked here found."""
        found = [one for one in (last.get(None), last.get(place.system.pk)) if one is not None]
        return _SeenHere(self, max(found, key=lambda one: one.number, default=None), place)


@dataclass(frozen=True)
class _SeenHere:
    seen: _Seen
    sweep: Sweep | None
    place: Place

    def step(self, schedule: str) -> SweepStep | None:
        return self.seen.steps.get(self._at(self.place.key, schedule))

    def problems(self, schedule: str) -> tuple[SweepProblem, ...]:
        """Return what is wrong in the collection, and with the whole system."""
        here = self.seen.problems.get(self._at(self.place.key, schedule), [])
        return (*here, *self.seen.problems.get(self._at("", ""), []))

    def _at(self, collection: str, schedule: str) -> tuple[Any, ...]:
        return (self.sweep.pk if self.sweep else None, self.place.system.pk, collection, schedule)


def _covers(profile: Profile, place: Place, here: _SeenHere) -> Iterable[Cover]:
    for schedule in profile.schedules:
        reach = removes(schedule, place.system.key, place.dataset, place.collection)
        if reach is None or schedule.max_period is None or (schedule.action == "keep" and reach == "fields"):
            continue
        alone = str(schedule.trigger) == PERSONAL and not is_of_persons(place.collection)
        step = here.step(schedule.key)
        oldest = step.oldest_at.date() if step and step.oldest_at and not _is_done(step) else None
        share = _share(oldest, schedule.max_period, here.seen.today) if oldest else None
        yield Cover(schedule, alone, step, here.problems(schedule.key), oldest, share)


def _is_done(step: SweepStep) -> bool:
    return step.state == StepState.DONE and not step.rows_left


def _is_over(one: Cover) -> bool:
    return one.step is not None and not _is_done(one.step) and one.step.rows_due > 0


def _share(began: date, period: str, today: date) -> float:
    """Return what part of its longest period something has used."""
    return (today - began).days / max((add_period(began, period) - began).days, 1)


def category_of(profile: Profile, place: Place) -> str:
    """Return the category of a collection: by its name, else the closest of the categories of its rows."""
    named = next((one.key for one in profile.categories if one.names(place.collection.name)), None)
    if named:
        return named
    whole = row_categories(place.dataset, place.collection)
    marks = whole or tuple(mark for one in place.collection.walk() for mark in one.categories)
    reach = {
        one.key: sum(one.reach(mark) for mark in marks) for one in profile.categories if one.key != OTHER
    }
    best = max(reach, key=lambda key: reach[key], default=OTHER)
    return best if reach.get(best) else OTHER
