"""Clocks and risk of a personal data breach. Pure: hours are elapsed hours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from django.utils.translation import gettext as _

from dsar.rules.calendar import WEEKENDS_ONLY, Calendar
from dsar.rules.clocks import DEFAULTS, Switches, law_for
from dsar.rules.clocks.breach import breach_end

AUTHORITY_SOURCE = "GDPR Art. 33(1)"


class NoAwareness(ValueError):
    """An incident without the time of our awareness has no clock."""


class Term(Protocol):
    """How soon a platform's terms want to hear of an incident. `hours` 0: at once."""

    @property
    def label(self) -> str:
        """Return the platform's name."""
        ...

    @property
    def hours(self) -> int:
        """Return the elapsed hours after our awareness."""
        ...

    @property
    def source(self) -> str:
        """Return where the terms say so."""
        ...


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock of an incident: whom to tell, until when, by which rule.

    `at_once`: the rule names no hour, so that a notice is never late by the clock alone.
    """

    to: str
    recipient: str
    due_at: datetime
    source: str
    at_once: bool = False

    def is_missed_by(self, sent_at: datetime) -> bool:
        """Whether a first notice at a moment was late."""
        return not self.at_once and sent_at > self.due_at


def authority_due(
    aware_at: datetime | None,
    *,
    regime: str = "eu_gdpr",
    zone: str = "UTC",
    switches: Switches = DEFAULTS,
    calendar: Calendar = WEEKENDS_ONLY,
) -> datetime:
    """Return when the authority must know: 72 elapsed hours after OUR awareness, in UTC.

    By default weekends, holidays and clock changes do not move it (the careful reading; Regulation 1182/71
    is not applied to hours). The switch `breach_hours` names the other readings; for two working days `zone`
    and `calendar` decide. What a processor knew earlier is no argument. Raises NoAwareness without a time,
    ValueError for one without offset.
    """
    if aware_at is None:
        raise NoAwareness(_("Say when we became aware: the 72 hours run from then."))
    if aware_at.tzinfo is None:
        raise ValueError("The time of awareness needs an offset from UTC.")
    law = law_for("breach_72h", regime, "")
    assert law is not None
    return breach_end(aware_at, zone, law.length, switches, calendar).astimezone(UTC)


def deadlines(
    aware_at: datetime,
    *,
    platforms: Iterable[str],
    terms: Mapping[str, Term],
    authority_at: datetime | None,
) -> list[Deadline]:
    """Return every clock of an incident, the soonest first.

    `authority_at`: when the authority must know (`authority_due`), None where it need not be told.
    """
    found = [Deadline("authority", "", authority_at, AUTHORITY_SOURCE)] if authority_at else []
    for key in dict.fromkeys(platforms):
        term = terms.get(key)
        if term:
            due = aware_at.astimezone(UTC) + timedelta(hours=term.hours)
            found.append(Deadline("platform", term.label, due, term.source, not term.hours))
    return sorted(found, key=lambda one: (one.due_at, one.recipient))


def hours_left(due_at: datetime, now: datetime) -> int:
    """Return the whole hours until a moment; negative once it has passed, 0 in the last hour."""
    seconds = (due_at - now).total_seconds()
    return int(seconds // 3600) if seconds >= 0 else -int(-seconds // 3600) - 1


_MATRIX = (
    # severity 1         2           3         4      likelihood
    ("unlikely", "unlikely", "risk", "risk"),  # 1
    ("unlikely", "risk", "risk", "high"),  # 2
    ("risk", "risk", "high", "high"),  # 3
    ("risk", "risk", "high", "high"),  # 4
)
LEVELS = ("unlikely", "risk", "high")


def risk_of(likelihood: int, severity: int) -> str:
    """Return the least risk that a judgement amounts to: unlikely, risk or high; both 1 to 4.

    A person may call it higher, never lower (EDPB Guidelines 9/2022, section IV: likelihood and severity).
    """
    if not (1 <= likelihood <= 4 and 1 <= severity <= 4):
        raise ValueError("Likelihood and severity go from 1 to 4.")
    return _MATRIX[likelihood - 1][severity - 1]


def must_tell(risk: str) -> tuple[bool, bool]:
    """Return whether the authority (Art. 33(1)) and the people (Art. 34(1)) must be told at a risk."""
    level = LEVELS.index(risk)
    return level >= 1, level == 2
