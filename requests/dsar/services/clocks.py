"""The dates of a case: the pure rules fed from profile and calendars, every evaluation kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import holidays
from django.utils.translation import gettext as _

from config.profile import Profile, active_profile
from config.profile.areas import contains
from dsar.models import Case, ClockEvaluation
from dsar.rules import clocks
from dsar.rules.calendar import Calendar
from dsar.rules.transitions import NotAllowed

YEARS_AHEAD = 2
SWITCHES = (
    "roll_home_controller", "roll_foreign_controller", "regional_holidays", "extension_count",
    "ccpa_receipt_day", "ccpa_roll", "ccpa_business_days", "ccpa_zone",
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """When somebody would hear from us. `why`: [{text, on, source, total?}]."""

    due_on: date
    why: list[dict[str, Any]]


@lru_cache(maxsize=64)
def calendar(code: str, first_year: int) -> Calendar:
    """Return the public holidays of a place from `first_year` to two years later."""
    if code == "NONE":
        return Calendar()
    country, _, part = code.partition("-")
    years = range(first_year, first_year + YEARS_AHEAD + 1)
    days = holidays.country_holidays(country, subdiv=part or None, years=years)
    return Calendar(code, dict(days), date(years[-1], 12, 31), f"holidays {holidays.__version__}")


def _calendars(codes: Iterable[str], year: int) -> dict[str, Calendar]:
    return {code: calendar(code, year) for code in {*codes, "US", "US-CA"} if code}


def _inputs(profile: Profile, *, right: str, regime: str, received_at: datetime) -> clocks.Inputs:
    rule = next((one for one in profile.regimes.rules if one.key == regime), None)
    seat = profile.identity.seat
    home = rule is not None and any(contains(area, seat.country, seat.region) for area in rule.areas)
    days = profile.promise_days(right, regime)
    return clocks.Inputs(
        regime=regime,
        right=right,
        received_at=received_at,
        zone=profile.clocks.zone,
        calendar=rule.calendar if rule else "NONE",
        home=home,
        promise_days=days,
        promise_source=_source_of(profile, right, regime, days),
        region_calendar=f"{seat.country}-{seat.region}" if home and seat.region else "",
    )


def _source_of(profile: Profile, right: str, regime: str, days: int | None) -> str:
    fitting = (
        p for p in profile.rights.promises if p.days == days and right in p.rights and regime in p.regimes
    )
    return next((promise.source for promise in fitting), "our policy")


def evaluate(
    profile: Profile, *, right: str, regime: str, received_at: datetime, obligation: str = "answer"
) -> tuple[clocks.Inputs, clocks.Evaluation]:
    """Return the inputs and the date of one obligation. Raises NotAllowed when nothing sets a date here."""
    inputs = _inputs(profile, right=right, regime=regime, received_at=received_at)
    switches = profile.clocks.switches.model_dump()
    calendars = _calendars((inputs.calendar, inputs.region_calendar), received_at.year)
    try:
        return inputs, clocks.evaluate(obligation, inputs, switches, calendars)
    except clocks.NoDate as fault:
        raise NotAllowed(
            _("Our policy does not offer this where you live, and no law there asks for it.")
        ) from fault


def answer_date(
    *, right: str, country: str, region: str, received_at: datetime, now: datetime
) -> Answer | None:
    """Return when somebody who asks now would hear from us, or None when the right is not offered there."""
    del now
    profile = active_profile()
    regime = profile.regime_for(country or None, region or None)
    try:
        _, found = evaluate(profile, right=right, regime=regime, received_at=received_at)
    except NotAllowed:
        return None
    return Answer(found.due_on, [{**step, "on": date.fromisoformat(step["date"])} for step in found.steps])


def store(*, case: Case, inputs: clocks.Inputs, found: clocks.Evaluation, now: datetime) -> ClockEvaluation:
    """Keep an evaluation, with the versions of everything that it was computed from. Append-only."""
    profile = active_profile()
    switches = profile.clocks.switches.model_dump()
    return ClockEvaluation.objects.create(
        case=case,
        obligation=found.obligation,
        computed_at=now,
        rule=found.rule,
        inputs={
            "regime": inputs.regime, "right": inputs.right, "received_at": inputs.received_at.isoformat(),
            "zone": inputs.zone, "calendar": inputs.calendar, "home": inputs.home,
            "promise_days": inputs.promise_days, "switches": {name: switches[name] for name in SWITCHES},
            "profile": profile.version, "calendar_data": f"holidays {holidays.__version__}",
        },
        result=found.as_json(),
        steps=[dict(step) for step in found.steps],
    )  # fmt: skip
