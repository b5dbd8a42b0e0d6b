"""Reading a question: one plain object in, the inputs of the rules out, or the key that is wrong and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config.profile import Profile, ProfileError, load_profile
from dsar.rules.clocks import DEFAULTS, EVENTS, KEEPING, Event, Inputs, Promise, regimes_of
from dsar.rules.holidays import ALIASES, canonical
from dsar.services.reckoning import promised, shipped

# The names of questions -> obligation of the rules, and the right that it implies.
OBLIGATIONS: Mapping[str, tuple[str, str]] = {
    "dsar_response": ("answer", ""),
    "ccpa_confirm_receipt": ("confirm", ""),
    "ccpa_opt_out": ("answer", "opt_out"),
    "ccpa_limit": ("answer", "limit"),
    "ccpa_record_keep_until": ("ccpa_record_keep_until", ""),
    "ccpa_reask_opt_in_from": ("ccpa_reask_opt_in_from", ""),
    "breach_72h": ("breach_72h", ""),
    "complaint_acknowledgement": ("complaint_acknowledgement", "complaint"),
    "art14_information": ("art14_information", ""),
    "promise_rights_response": ("promise_rights_response", ""),
    "promise_account_data_deleted": ("promise_account_data_deleted", ""),
    "promise_platform_data_deleted": ("promise_platform_data_deleted", ""),
    "promise_payment_retention": ("promise_payment_retention", ""),
    "promise_log_deleted": ("promise_log_deleted", ""),
    "promise_backup_purged": ("promise_backup_purged", ""),
    "promise_policy_notice": ("promise_policy_notice", ""),
}
REGIMES = ("eu_gdpr", "uk_gdpr", "ccpa", "policy")
RIGHTS = (
    "access", "know_categories", "deletion", "platform_deletion", "rectification", "portability",
    "objection", "restriction", "withdrawal", "opt_out", "limit", "complaint", "child_report",
)  # fmt: skip
# Words of the laws for the same rights.
RIGHT_ALIASES = {
    "know": "access", "know_pieces": "access", "erasure": "deletion", "delete": "deletion",
    "correct": "rectification", "correction": "rectification", "object": "objection", "opt-out": "opt_out",
}  # fmt: skip
KEYS = frozenset((
    "regime", "obligation", "right", "received_at", "reckoning_tz", "holiday_calendar",
    "roll_to_working_day", "profile", "events", "today",
))  # fmt: skip
ROLLS = ("roll_home_controller", "roll_foreign_controller", "complaint_ack_roll", "ccpa_roll")
BUSINESS = {"US-FED": "federal", "US-CA": "california"}
FIRST_YEAR, LAST_YEAR = 1970, 2199
MOST_EVENTS = 1000


class BadQuestion(ValueError):
    """One key of the object is wrong: `key`, `problem` and what to do about it."""

    def __init__(self, key: str, problem: str, remedy: str) -> None:
        self.key, self.problem, self.remedy = key, problem, remedy
        super().__init__(f"{key}: {problem} {remedy}")


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the rules take it. `unknown` are keys that were not used."""

    obligation: str
    inputs: Inputs
    switches: Mapping[str, Any]
    unknown: tuple[str, ...] = field(default=())


def read(given: Any, *, known: Callable[[], list[str]] = shipped.codes) -> Question:
    """Return the question in an object. `known` lists the calendars there are. Raises BadQuestion."""
    if not isinstance(given, dict):
        raise BadQuestion("(object)", "This is no JSON object.", 'Write {"regime": …, "obligation": …}.')
    regime = _choice(given, "regime", REGIMES)
    name = _choice(given, "obligation", tuple(OBLIGATIONS))
    obligation, implied = OBLIGATIONS[name]
    _fits(name, obligation, regime, implied)
    profile = _profile(given.get("profile"))
    switches = dict(_switches(profile) if profile else DEFAULTS)
    right = implied or _right(given.get("right"))
    zone, fixed_zone = _zone(given.get("reckoning_tz"), profile, regime)
    calendar, fixed_calendar = _calendar(given.get("holiday_calendar"), profile, regime, known)
    if fixed_calendar:
        switches["ccpa_business_days"] = BUSINESS.get(calendar, "monday_friday")
    roll = given.get("roll_to_working_day")
    if roll is not None and not isinstance(roll, bool):
        raise BadQuestion(
            "roll_to_working_day", f"{_shown(roll)} is neither true nor false.", "Write one of them."
        )
    if roll is not None:
        switches |= dict.fromkeys(ROLLS, roll)
    promise, special = _promise(profile, obligation, right, regime)
    inputs = Inputs(
        regime=regime, right=right, received_at=_moment(given.get("received_at")), zone=zone,
        calendar=calendar, home=profile.is_home(regime) if profile else True, promise=promise,
        special=special, region_calendar=_region(profile, regime), fixed_zone=fixed_zone,
        fixed_calendar=fixed_calendar, events=_events(given.get("events"), zone),
        today=_day(given["today"], "today", zone) if given.get("today") else None,
    )  # fmt: skip
    return Question(obligation, inputs, switches, tuple(sorted(str(key) for key in given.keys() - KEYS)))


def _choice(given: Mapping[str, Any], key: str, known: tuple[str, ...]) -> str:
    value = given.get(key)
    if isinstance(value, str) and value in known:
        return value
    problem = "It is missing." if value is None else f"{_shown(value)} is not known."
    raise BadQuestion(key, problem, f"Write one of {', '.join(known)}.")


def _fits(name: str, obligation: str, regime: str, implied: str) -> None:
    """Refuse a duty of one law under another. A promise and an answer may be asked for everywhere."""
    known: tuple[str, ...] = regimes_of(obligation) if obligation != "answer" or implied else ()
    if name.startswith("ccpa_"):
        known = ("ccpa",)
    if known and regime not in known:
        raise BadQuestion("regime", f"{name} does not exist under {regime}.", f"Write {' or '.join(known)}.")


def _right(value: Any) -> str:
    if value is None:
        return "access"
    name = RIGHT_ALIASES.get(value, value) if isinstance(value, str) else value
    if name not in RIGHTS:
        raise BadQuestion("right", f"{_shown(value)} is not known.", f"Write one of {', '.join(RIGHTS)}.")
    return str(name)


@lru_cache(maxsize=32)
def _loaded(name: str) -> Profile:
    return load_profile(name)


def _profile(value: Any) -> Profile | None:
    if value is None:
        return None
    # Only names: a path in a question would open any file of this machine.
    if isinstance(value, str) and value.isidentifier():
        try:
            return _loaded(value)
        except ProfileError:
            pass
    from config.profile.loading import FOLDER

    names = ", ".join(sorted(path.stem for path in FOLDER.glob("*.yaml")))
    raise BadQuestion("profile", f"There is no profile {_shown(value)}.", f"Write null or one of {names}.")


@lru_cache(maxsize=32)
def _switches_of(name: str) -> Mapping[str, Any]:
    return _loaded(name).clocks.switches.model_dump()


def _switches(profile: Profile) -> Mapping[str, Any]:
    return _switches_of(profile.key)


@lru_cache(maxsize=512)
def _known_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _zone(value: Any, profile: Profile | None, regime: str) -> tuple[str, bool]:
    """Return the zone and whether the question fixed it."""
    if value is None and profile:
        return profile.clocks.zone, False
    if value is None and regime == "ccpa":
        return str(DEFAULTS["ccpa_zone"]), False
    if isinstance(value, str) and value and _known_zone(value):
        return value, True
    problem = "It is missing." if value is None else f"{_shown(value)} is no time zone."
    raise BadQuestion(
        "reckoning_tz", problem, "Write for example Europe/Berlin: there a moment becomes a day."
    )


def _calendar(
    value: Any, profile: Profile | None, regime: str, known: Callable[[], list[str]]
) -> tuple[str, bool]:
    if value is None:
        return canonical(profile.calendar_for(regime)) if profile else "NONE", False
    code = canonical(value) if isinstance(value, str) else ""
    codes = known()
    if code in codes:
        return code, True
    raise BadQuestion(
        "holiday_calendar",
        f"There is no calendar {_shown(value)}.",
        f"Write one of {', '.join([*codes, *ALIASES])}.",
    )


def _region(profile: Profile | None, regime: str) -> str:
    if profile is None or not profile.is_home(regime) or not profile.identity.seat.region:
        return ""
    return f"{profile.identity.seat.country}-{profile.identity.seat.region}"


@lru_cache(maxsize=512)
def _promised_answer(name: str, right: str, regime: str) -> tuple[Promise | None, Promise | None]:
    return promised.of_answer(_loaded(name), right, regime)


def _promise(
    profile: Profile | None, obligation: str, right: str, regime: str
) -> tuple[Promise | None, Promise | None]:
    if profile is None:
        return None, None
    if obligation in KEEPING:
        return promised.of_trigger(profile, obligation), None
    return _promised_answer(profile.key, right, regime)


def _moment(value: Any) -> datetime:
    remedy = "Write a moment with its offset from UTC, for example 2026-10-12T09:30:00+02:00."
    if not isinstance(value, str):
        problem = "It is missing." if value is None else f"{_shown(value)} is no moment."
        raise BadQuestion("received_at", problem, remedy)
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError as fault:
        raise BadQuestion("received_at", f"{_shown(value)} is no moment: {fault}.", remedy) from None
    if moment.tzinfo is None:
        raise BadQuestion("received_at", f"{_shown(value)} has no offset.", remedy)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        years = f"Write a year from {FIRST_YEAR} to {LAST_YEAR}."
        raise BadQuestion("received_at", f"{_shown(value)} is too far away.", years)
    return moment


def _day(value: Any, key: str, zone: str) -> date:
    """Return a day; a moment with an offset becomes the day in the reckoning zone."""
    remedy = "Write a day, for example 2026-10-12."
    if not isinstance(value, str):
        raise BadQuestion(key, "It is missing." if value is None else f"{_shown(value)} is no day.", remedy)
    try:
        if len(value) <= 10:
            day = date.fromisoformat(value)
        else:
            moment = datetime.fromisoformat(value)
            day = moment.astimezone(ZoneInfo(zone)).date() if moment.tzinfo else moment.date()
    except (ValueError, OverflowError) as fault:
        raise BadQuestion(key, f"{_shown(value)} is no day: {fault}.", remedy) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadQuestion(
            key, f"{_shown(value)} is too far away.", f"Write a year from {FIRST_YEAR} to {LAST_YEAR}."
        )
    return day


def _events(value: Any, zone: str) -> tuple[Event, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadQuestion("events", "This is no list.", 'Write [{"type": …, "date": …}].')
    if len(value) > MOST_EVENTS:
        raise BadQuestion(
            "events", f"More than {MOST_EVENTS} events.", "Leave out what cannot move this date."
        )
    return tuple(_event(one, number, zone) for number, one in enumerate(value))


def _event(value: Any, number: int, zone: str) -> Event:
    key = f"events[{number}]"
    if not isinstance(value, dict):
        raise BadQuestion(
            key, "This is no object.", 'Write {"type": "identity_requested", "date": "2026-10-12"}.'
        )
    kind = value.get("type")
    if kind not in EVENTS:
        problem = "It is missing." if kind is None else f"{_shown(kind)} is not known."
        raise BadQuestion(f"{key}.type", problem, f"Write one of {', '.join(EVENTS)}.")
    return Event(str(kind), _day(value.get("date"), f"{key}.date", zone))


def _shown(value: Any) -> str:
    text = (
        value
        if isinstance(value, str)
        else type(value).__name__
        if isinstance(value, list | dict)
        else repr(value)
    )
    return f"“{text[:60]}”"
