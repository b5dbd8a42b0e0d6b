"""New editions of holiday calendars, and what they do to open cases."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import Actor
from dsar.enums import HolidayKind
from dsar.models import Case, Holiday, HolidayCalendar
from dsar.rules.holidays import Day, canonical
from dsar.rules.transitions import NotAllowed
from dsar.services.clocks.events import recompute

NAME_LENGTH = 120


@dataclass(frozen=True)
class Moved:
    """A case whose date a new edition moved."""

    reference: str
    was: date
    on: date


@dataclass(frozen=True)
class Loaded:
    """What became of an edition: None when the data were the same, and the cases that moved."""

    edition: HolidayCalendar | None
    moved: tuple[Moved, ...] = ()


def days_of(edition: HolidayCalendar | None) -> list[Day]:
    """Return the days of an edition as the rules know them."""
    rows = edition.days.order_by("on") if edition else Holiday.objects.none()
    return [Day(one.on, one.name, one.kind, one.counts_for_roll) for one in rows]


def last_edition(code: str) -> HolidayCalendar | None:
    """Return the edition that counts."""
    return HolidayCalendar.objects.filter(code=canonical(code)).order_by("-number").first()


@transaction.atomic
def load(
    *, code: str, days: Iterable[Day], through: date, source: str, actor: Actor, now: datetime, note: str = ""
) -> Loaded:
    """Keep days as a new edition of a calendar and compute the open cases again; nothing when they are known.

    One-offs that somebody added by hand stay. `through`: the last day that the days cover.
    """
    code = canonical(code)
    last = HolidayCalendar.objects.select_for_update().filter(code=code).order_by("-number").first()
    old = days_of(last)
    given = {one.on: one for one in days}
    for one in old:
        if one.kind == HolidayKind.ONE_OFF:
            given.setdefault(one.on, one)
    wanted = sorted(given.values(), key=lambda one: one.on)
    if last and wanted == old and last.through_on == through:
        return Loaded(None)
    edition = HolidayCalendar.objects.create(
        code=code, number=last.number + 1 if last else 1, source=source, note=note[:300], through_on=through,
        loaded_at=now, loaded_by=actor.user,
    )  # fmt: skip
    Holiday.objects.bulk_create(
        Holiday(
            calendar=edition, on=one.on, name=one.name[:NAME_LENGTH], kind=one.kind,
            counts_for_roll=one.counts,
        )
        for one in wanted
    )  # fmt: skip
    details = {"code": code, "edition": edition.number, "days": len(wanted), "source": source}
    audit.record(actor=actor, action="calendar.loaded", obj=edition, details=details)
    return Loaded(edition, tuple(recompute_open(now=now, reason=f"calendar {edition}")))


@transaction.atomic
def add_one_off(*, code: str, on: date, name: str, actor: Actor, now: datetime) -> Loaded:
    """Add a day that was proclaimed (a royal or sporting occasion), as a new edition. Raises NotAllowed."""
    name, last = " ".join(name.split())[:NAME_LENGTH], last_edition(code)
    if last is None:
        raise NotAllowed(_("There is no calendar %(code)s. Load it first.") % {"code": code})
    if not name:
        raise NotAllowed(_("Give the day its name: it appears in letters."))
    if on > last.through_on:
        raise NotAllowed(
            _("This calendar ends on %(on)s. Load a longer one first.") % {"on": last.through_on}
        )
    known = {one.on: one for one in days_of(last)}
    if on in known and known[on].counts:
        raise NotAllowed(
            _("%(on)s is in this calendar already: %(name)s.") % {"on": on, "name": known[on].name}
        )
    known[on] = (
        replace(known[on], kind="one-off", counts=True) if on in known else Day(on, name, "one-off", True)
    )
    return load(
        code=last.code, days=known.values(), through=last.through_on, source=last.source, actor=actor,
        now=now, note=f"added {on}: {name}",
    )  # fmt: skip


def recompute_open(*, now: datetime, reason: str) -> list[Moved]:
    """Compute every open case again; returns those whose answer date moved, old date and new."""
    moved = []
    for case in Case.objects.open().select_related("subject").order_by("number").iterator(chunk_size=500):
        was = case.due_on
        recompute(case=case, now=now, reason=reason)
        if case.due_on != was:
            moved.append(Moved(case.reference, was, case.due_on))
    return moved
