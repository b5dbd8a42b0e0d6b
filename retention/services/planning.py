"""Planning a sweep: what is due where, counted in the systems; nothing is changed."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from accounts.services import audit
from accounts.services.audit import SYSTEM, Actor
from config.jobs import JobStatus
from config.profile import Profile, active_profile
from config.sentences import Sentence, say, say_n, stored
from platforms.connectors import ConnectorError
from platforms.connectors.purging import Purging, Survey
from platforms.models import System
from platforms.services import connector_of
from retention.enums import ProblemKind, SweepOrigin, SweepState, SweepWhy
from retention.models import Sweep, SweepProblem, SweepStep
from retention.services import held
from retention.services.codec import due_to_json
from retention.services.places import Place, places_of, systems
from retention.services.targets import Target, Trouble, survey_ground, targets


@dataclass(frozen=True)
class Counted:
    """A target with what stands in its table."""

    target: Target
    survey: Survey

    @property
    def ready(self) -> int:
        """Return how many rows can go: also those that are kept only by rows which this sweep removes.

        The masking of what then still stays counts nothing of its own.
        """
        return self.survey.due + self.survey.referenced


@dataclass(frozen=True)
class Unread:
    """A system that could not be looked at."""

    system: System
    why: Sentence | str
    kind: ProblemKind = ProblemKind.FAILED


def today_of(now: datetime, profile: Profile) -> date:
    """Return the company's day at a moment."""
    return now.astimezone(ZoneInfo(profile.clocks.zone)).date()


def survey_system(
    system: System, profile: Profile, today: date, now: datetime
) -> tuple[list[Counted], list[Trouble], Unread | None]:
    """Count in one system what is due on a day. Reads only."""
    places = list(places_of(system))
    try:
        connector = connector_of(system)
        if connector.level != "rows" or not places:
            return [], [], None
        with connector.session() as session, session.transaction(write=False):
            if not isinstance(session, Purging):
                return [], [], None
            return _count(session, system, places, profile, today, now)
    except ConnectorError as fault:
        return [], [], Unread(system, str(fault))


def _count(
    session: Any, system: System, places: Iterable[Place], profile: Profile, today: date, now: datetime
) -> tuple[list[Counted], list[Trouble], Unread | None]:
    ground = survey_ground(session, places, profile, today)
    counted, troubles = [], ground.troubles
    for target in targets(ground):
        kept = held.held_in(system, target.place.key, now)
        survey = session.survey(kept.leave_out(target.due))
        if kept.everything:
            every = survey.due + survey.held + survey.referenced
            survey = replace(survey, held=every, due=0, referenced=0)
        counted.append(Counted(target, survey))
        troubles += _remarks(target, survey)
    read_only = str(getattr(ground.schema, "read_only", "") or "")
    unread = None
    if read_only and any(one.ready for one in counted):
        why = say("Rows are due, but nothing can be removed: %(why)s.", why=read_only)
        unread = Unread(system, why, ProblemKind.READ_ONLY)
    return counted, troubles, unread


def _remarks(target: Target, survey: Survey) -> list[Trouble]:
    found = []
    if not target.indexed and survey.due and not target.rest:
        why = say("Each window reads the whole table: put an index on %(way)s.", way=target.trigger)
        found.append(Trouble(ProblemKind.NO_INDEX, target.place, target.schedule, why, survey.rows))
    if survey.undated and target.dated:
        why = say_n(
            "%(n)s row has no date in %(way)s: its period never ends. Fill it in, or delete the row by hand.",
            "%(n)s rows have no date in %(way)s: no period ends. Fill the dates in, or delete them by hand.",
            survey.undated, way=target.trigger,
        )  # fmt: skip
        found.append(Trouble(ProblemKind.UNDATED, target.place, target.schedule, why, survey.undated))
    return found


def plan_sweep(
    *,
    now: datetime,
    actor: Actor = SYSTEM,
    origin: str = SweepOrigin.SCHEDULE,
    system: System | None = None,
    as_of: datetime | None = None,
) -> Sweep:
    """Count what is due and store the plan. A small one is ready at once, a large one waits for somebody.

    `as_of`: the moment at which periods are looked at, when it is not `now`. Systems that cannot be read are
    stored as problems of the sweep; the others go on.
    """
    profile = active_profile()
    today = today_of(as_of or now, profile)
    counted, troubles, unread = _looked(system, profile, today, now)
    return _store(now, actor, origin, system, today, profile, counted, troubles, unread)


def plan_day(*, now: datetime) -> list[Sweep]:
    """Plan the sweeps of a day: one that runs by itself, and one of what somebody has to approve, if any.

    So nothing that is due waits for a person because something large fell due on the same day.
    """
    profile = active_profile()
    today = today_of(now, profile)
    counted, troubles, unread = _looked(None, profile, today, now)
    small, large = _parted(counted, profile)
    first = _store(now, SYSTEM, SweepOrigin.SCHEDULE, None, today, profile, small, troubles, unread)
    if not any(one.ready for one in large):
        return [first]
    return [first, _store(now, SYSTEM, SweepOrigin.SCHEDULE, None, today, profile, large, [], [])]


def _parted(counted: list[Counted], profile: Profile) -> tuple[list[Counted], list[Counted]]:
    """Part what runs by itself from what waits; a masking of the rest goes with its deletion."""
    waits = {_where(one) for one in counted if reasons([one], profile)}
    small = [one for one in counted if _where(one) not in waits]
    if reasons(small, profile):  # many small ones together are large
        return [], counted
    return small, [one for one in counted if _where(one) in waits]


def _where(one: Counted) -> tuple[Any, str, str]:
    return one.target.place.system.pk, one.target.place.key, one.target.schedule


def _looked(
    system: System | None, profile: Profile, today: date, now: datetime
) -> tuple[list[Counted], list[Trouble], list[Unread]]:
    found = [(one, *survey_system(one, profile, today, now)) for one in systems(system)]
    counted = [one for _, many, _, _ in found for one in many]
    troubles = [one for _, _, many, _ in found for one in many]
    return counted, troubles, [one for _, _, _, one in found if one]


@transaction.atomic
def _store(
    now: datetime,
    actor: Actor,
    origin: str,
    system: System | None,
    today: date,
    profile: Profile,
    counted: list[Counted],
    troubles: list[Trouble],
    unread: list[Unread],
) -> Sweep:
    due = [one for one in counted if one.ready]
    why = reasons(due, profile)
    steps = [_step(one, place) for place, one in enumerate(due, 1)]
    sweep = Sweep.objects.create(
        number=(Sweep.objects.aggregate(top=Max("number"))["top"] or 0) + 1,
        origin=origin, system=system, as_of_on=today, profile_sha256=profile.version,
        plan_sha256=plan_hash(today, steps), why=why,
        rows_due=sum(one.ready for one in due if not one.target.rest),
        planned_by=actor.user, planned_at=now, status=JobStatus.WAITING,
        state=SweepState.WAITING if why else SweepState.PLANNED,
    )  # fmt: skip
    for step in steps:
        step.sweep = sweep
    SweepStep.objects.bulk_create(steps)
    SweepProblem.objects.bulk_create(
        [*(_problem(sweep, one) for one in troubles), *(_unread(sweep, u) for u in unread)]
    )
    details = {"as_of": today.isoformat(), "rows": sweep.rows_due, "steps": len(steps), "why": why,
               "plan": sweep.plan_sha256}  # fmt: skip
    audit.record(actor=actor, action="sweep.planned", obj=sweep, details=details)
    return sweep


def reasons(due: Iterable[Counted], profile: Profile) -> list[str]:
    """Return why a plan needs a second person: its size, its share of a collection, or nothing (empty)."""
    rules, found = profile.sweeps, set[str]()
    many = [one for one in due if not one.target.rest]
    if sum(one.ready for one in many) > rules.automatic_rows:
        found.add(SweepWhy.SIZE)
    for one in many:
        if one.ready * 100 > one.survey.rows * rules.unusual_percent:
            found.add(SweepWhy.SHARE)
    return sorted(found)


def plan_hash(today: date, steps: Iterable[SweepStep]) -> str:
    """Return the hash of what a plan will do: day, places, conditions and counts."""
    said = [
        [str(step.system_id), step.collection, step.schedule, step.mode, step.action, step.due, step.rows_due]
        for step in steps
    ]
    return sha256(json.dumps([today.isoformat(), said], sort_keys=True).encode()).hexdigest()


def _step(one: Counted, position: int) -> SweepStep:
    target, survey = one.target, one.survey
    return SweepStep(
        position=position, system=target.place.system, collection=target.place.key,
        schedule=target.schedule, mode=target.mode, action=target.action, due=due_to_json(target.due),
        trigger=target.trigger[:240], through_on=target.through_on, rows_before=survey.rows,
        rows_due=one.ready, rows_held=survey.held, rows_referenced=survey.referenced,
        rows_undated=survey.undated, oldest_at=survey.oldest_at,
    )  # fmt: skip


def _problem(sweep: Sweep, one: Trouble) -> SweepProblem:
    return SweepProblem(
        sweep=sweep, system=one.place.system, collection=one.place.key, schedule=one.schedule,
        kind=one.kind, detail=stored(one.detail), rows=one.rows,
    )  # fmt: skip


def _unread(sweep: Sweep, one: Unread) -> SweepProblem:
    return SweepProblem(sweep=sweep, system=one.system, kind=one.kind, detail=stored(one.why))
