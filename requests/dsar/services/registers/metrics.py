"""The yearly figures that 11 CCR 7102 demands of a large business, ready to be published."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _l

from dsar.enums import Regime, Right
from dsar.models import Case
from dsar.services.registers.base import AsOf, Column, Kind, Register, year_bounds
from dsar.services.registers.light import COMPLIED, DENIED, IN_PART, Light, days_of, light

TYPES: tuple[tuple[str, Any, frozenset[str]], ...] = (
    ("delete", _l("Requests to delete"), frozenset({Right.DELETION, Right.PLATFORM_DELETION})),
    ("correct", _l("Requests to correct"), frozenset({Right.RECTIFICATION})),
    ("know", _l("Requests to know"), frozenset({Right.ACCESS, Right.KNOW_CATEGORIES, Right.PORTABILITY})),
    ("opt_out", _l("Requests to opt out of sale or sharing"), frozenset({Right.OPT_OUT})),
    ("limit", _l("Requests to limit the use of sensitive data"), frozenset({Right.LIMIT})),
)


@dataclass(frozen=True, slots=True)
class Metric:
    """One kind of request in one calendar year."""

    kind: str
    year: int
    received: int
    complied: int
    in_part: int
    denied: int
    withdrawn: int
    open: int
    median: float | None
    mean: float | None


def metrics(moment: AsOf, year: int) -> list[Metric]:
    """Return the figures of Californian requests received in a calendar year, as known at a moment.

    A request that was taken back is neither complied with nor denied; it is counted as received.
    """
    first, after = year_bounds(year, moment.zone)
    rows = Case.objects.with_state_at(moment.at).filter(
        regime=Regime.CCPA, received_at__gte=first, received_at__lt=after
    )
    cases = list(light(rows, moment))
    return [_metric(kind, year, [one for one in cases if one.right in rights]) for kind, _, rights in TYPES]


def _metric(kind: str, year: int, cases: list[Light]) -> Metric:
    responded = [one for one in cases if one.outcome in COMPLIED | IN_PART | DENIED]
    middle, mean = days_of(responded)
    complied, in_part = _count(cases, COMPLIED), _count(cases, IN_PART)
    denied, withdrawn = _count(cases, DENIED), _count(cases, {"withdrawn"})
    rest = len(cases) - complied - in_part - denied - withdrawn
    return Metric(kind, year, len(cases), complied, in_part, denied, withdrawn, rest, middle, mean)


def _count(cases: Iterable[Light], outcomes: Iterable[str]) -> int:
    return sum(one.outcome in set(outcomes) for one in cases)


_NAMES = {kind: label for kind, label, _rights in TYPES}
REGISTER = Register(
    key="metrics",
    title=_l("CCPA metrics"),
    about=_l("Californian requests of one calendar year: received, complied with, denied, and how long."),
    source=_l("11 CCR 7102"),
    icon="inventory",
    columns=(
        Column("kind", _l("Kind"), lambda m: m.kind, Kind.CODE, lambda code: _NAMES[code]),
        Column("year", _l("Year"), lambda m: m.year, Kind.TEXT),
        Column("received", _l("Received"), lambda m: m.received, Kind.NUMBER),
        Column("complied", _l("Complied with"), lambda m: m.complied, Kind.NUMBER),
        Column("in_part", _l("In part"), lambda m: m.in_part, Kind.NUMBER),
        Column("denied", _l("Denied"), lambda m: m.denied, Kind.NUMBER),
        Column("withdrawn", _l("Taken back"), lambda m: m.withdrawn, Kind.NUMBER),
        Column("open", _l("Open"), lambda m: m.open, Kind.NUMBER),
        Column("median", _l("Median days"), lambda m: m.median, Kind.NUMBER),
        Column("mean", _l("Mean days"), lambda m: m.mean, Kind.NUMBER),
    ),
    computed=metrics,
)
