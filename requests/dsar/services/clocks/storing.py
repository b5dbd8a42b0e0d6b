"""Keeping evaluations, and the dates that a case takes from them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from config.profile import Profile
from dsar.models import Case, ClockEvaluation
from dsar.rules.clocks import PACK, Calendars, Evaluation, Inputs
from dsar.rules.clocks.facts import plain
from dsar.services.clocks.evaluating import CONFIRMING, switches_of


def dates_of(made: Iterable[Evaluation]) -> dict[str, date | None]:
    """Return the date fields of a case: statute, promise, platform, aim and careful date, each apart."""
    made = list(made)
    answer = made[-1]
    confirm = next((one.due_on for one in made if one.obligation in CONFIRMING), None)
    return {
        "statutory_due_on": answer.statutory_on,
        "promised_due_on": answer.promised_on,
        "platform_due_on": answer.platform_on,
        "target_due_on": answer.target_on,
        "conservative_due_on": answer.conservative_on,
        "extend_by_on": answer.last_day_to_extend,
        "confirm_by_on": confirm,
        "due_on": answer.due_on,
    }


def inputs_json(profile: Profile, inputs: Inputs, used: Calendars, regime_reason: str) -> dict[str, Any]:
    """Return what an evaluation was computed from, with the versions of everything."""
    return {
        "regime": inputs.regime,
        "regime_reason": regime_reason,
        "right": inputs.right,
        "received_at": inputs.received_at.isoformat(),
        "zone": inputs.zone,
        "calendar": inputs.calendar,
        "home": inputs.home,
        "promise": plain(inputs.promise),
        "events": plain(inputs.events),
        "switches": dict(switches_of(profile)),
        "profile": profile.version,
        "pack": PACK,
        "calendars": {code: [one.version, one.source] for code, one in sorted(used.items())},
    }


def store(
    *, case: Case, inputs: dict[str, Any], made: Iterable[Evaluation], reason: str, now: datetime
) -> list[ClockEvaluation]:
    """Keep evaluations with everything that they were computed from; one statement. Append-only."""
    rows = [
        ClockEvaluation(
            case=case, obligation=one.obligation, computed_at=now, rule=one.rule, inputs=inputs,
            result=one.as_json(), steps=[dict(step) for step in one.steps], reason=reason[:80],
        )
        for one in made
    ]  # fmt: skip
    return ClockEvaluation.objects.bulk_create(rows)
