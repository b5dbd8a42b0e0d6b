"""What a date is computed from, and what is known about it afterwards. Plain values only."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from dsar.rules.calendar import Calendar

ENGINE = "clocks 2"
Calendars = Mapping[str, Calendar]
Switches = Mapping[str, Any]

ASKED = {
    "identity_requested": "identity",
    "fee_requested": "fee",
    "clarification_requested": "clarification",
}
ANSWERED = {"identity_received": "identity", "fee_paid": "fee", "clarification_received": "clarification"}
EXTENSION = "extension_notice"
# Art. 14(3)(b) and (c): the first message to the person, the first disclosure to somebody else.
SOONER = ("first_contact", "first_disclosure")
EVENTS = (*ASKED, *ANSWERED, EXTENSION, "processor_aware", *SOONER)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that may move a date, on the day of its letter or message in the reckoning zone."""

    kind: str
    on: date


@dataclass(frozen=True, slots=True)
class Promise:
    """A promised period: years, months or days (calendar days), and the sentence of the policy."""

    days: int = 0
    months: int = 0
    source: str = "our policy"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a date is computed from.

    `received_at`: aware, time of the sender's channel; for promises the moment of the trigger. `zone`: the
    reckoning zone; `fixed_zone` says that the caller chose it, so that no switch overrides it. `calendar`:
    free days of this regime's place; `fixed_calendar` likewise. `home`: the company is established where the
    regime is law. `special`: the promise of a section for this regime alone. `platform_days`: the strictest
    term of the platforms concerned. `target_days`: our own aim, never law. `today` is used for nothing but
    "due if answered today".
    """

    regime: str
    right: str
    received_at: datetime
    zone: str
    calendar: str = "NONE"
    home: bool = True
    promise: Promise | None = None
    special: Promise | None = None
    platform_days: int | None = None
    platform_source: str = ""
    target_days: int | None = None
    region_calendar: str = ""
    fixed_zone: bool = False
    fixed_calendar: bool = False
    events: tuple[Event, ...] = ()
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A question to the person and its answer; `answered` is None while we wait."""

    topic: str
    asked: date
    answered: date | None


@dataclass(frozen=True, slots=True)
class Refused:
    """An event that moves nothing, and the code of the sentence that says why."""

    kind: str
    on: date
    why: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """The date under another reading of law that is not settled; `level`: low or high."""

    reading: str
    level: str
    on: date


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The answer, with everything that explains it.

    `due_on` binds: the earliest of statute, promise and platform; where none of them sets a date it is our
    target and `binds` is False. `due_at` is its last moment. `conservative_on`: the earliest over all
    unsettled readings. `last_day_to_extend` is None where no extension exists; `refusal_by_on` is the last
    day to refuse (GDPR art. 12(4)). `if_answered_today_on` is there while a question of ours is open.
    """

    obligation: str
    rule: str
    regime: str
    right: str
    local_date: date
    zone: str
    start_on: date
    start_reason: str
    binds: bool = True
    statutory_on: date | None = None
    promised_on: date | None = None
    platform_on: date | None = None
    target_on: date | None = None
    due_on: date | None = None
    due_at: datetime | None = None
    conservative_on: date | None = None
    last_day_to_extend: date | None = None
    refusal_by_on: date | None = None
    extension_valid: bool | None = None
    pause_valid: bool | None = None
    excluded_days: int = 0
    used: tuple[Event, ...] = ()
    refused: tuple[Refused, ...] = ()
    open_pauses: tuple[Pause, ...] = ()
    if_answered_today_on: date | None = None
    raw_on: date | None = None
    clipped: bool = False
    rolled: tuple[tuple[date, str], ...] = ()
    keep_through: date | None = None
    delete_from: date | None = None
    not_before: date | None = None
    effective_on: date | None = None
    ambiguity: str = "none"
    alternatives: tuple[Alternative, ...] = ()
    warnings: tuple[str, ...] = ()
    steps: tuple[Mapping[str, Any], ...] = ()
    engine: str = ENGINE

    def as_json(self) -> dict[str, Any]:
        """Return plain values; the same inputs give the same bytes in canonical JSON."""
        return {one.name: plain(getattr(self, one.name)) for one in fields(self) if one.name != "steps"}


class NoSuchClock(ValueError):
    """The obligation does not exist under this regime; the message says where it does."""


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: dates as text, tuples as lists, records as objects."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if isinstance(value, Event | Pause | Refused | Alternative | Promise):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    return value
