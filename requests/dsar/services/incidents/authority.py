"""The authority's clock of an incident, by the rules, switches and calendars that `manage.py clock` uses."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from config.profile import Profile, active_profile
from config.profile.law import RegimeKey
from dsar.rules import clocks, incidents
from dsar.rules.calendar import WEEKENDS_ONLY, Calendar
from dsar.rules.clocks import Inputs, Switches
from dsar.rules.clocks.statutory import working_calendar
from dsar.rules.holidays import canonical
from dsar.services.clocks import calendars, speaking
from dsar.services.clocks.evaluating import switches_of

OBLIGATION = "breach_72h"
ANY = datetime(2000, 1, 1, tzinfo=UTC)  # which calendar counts depends on no moment


@dataclass(frozen=True)
class AuthorityClock:
    """How the company reckons the 72 hours. Made once for many incidents: it reads the calendar once."""

    regime: str
    zone: str
    code: str
    region: str
    switches: Switches

    @cached_property
    def calendar(self) -> Calendar:
        """Return the free days; read from the database only where working days count."""
        if self.switches["breach_hours"] != "two_working_days":
            return WEEKENDS_ONLY
        return working_calendar(self._inputs(ANY), self.switches, self._calendars)

    @cached_property
    def _calendars(self) -> clocks.Calendars:
        return calendars.current((self.code, self.region))

    def _inputs(self, aware_at: datetime) -> Inputs:
        return Inputs(
            regime=self.regime, right="", received_at=aware_at, zone=self.zone, calendar=self.code,
            region_calendar=self.region,
        )  # fmt: skip

    def due(self, aware_at: datetime) -> datetime:
        """Return when the authority must know, in UTC."""
        return incidents.authority_due(
            aware_at, regime=self.regime, zone=self.zone, switches=self.switches, calendar=self.calendar
        )

    def why(self, aware_at: datetime) -> list[dict[str, Any]]:
        """Return the derivation in the active language: {text, on, source, total}."""
        made = clocks.evaluate(OBLIGATION, self._inputs(aware_at), self.switches, self._calendars)
        return speaking.said(made.steps)


def authority_clock() -> AuthorityClock:
    """Return the clock as the active profile has it."""
    profile = active_profile()
    regime, seat = _regime(profile), profile.identity.seat
    return AuthorityClock(
        regime=regime, zone=profile.clocks.zone, code=canonical(profile.calendar_for(regime)),
        region=f"{seat.country}-{seat.region}" if seat.region and profile.is_home(regime) else "",
        switches=switches_of(profile),
    )  # fmt: skip


def _regime(profile: Profile) -> str:
    """Return the law of the seat that knows the duty; elsewhere the GDPR (Art. 3(2))."""
    homes = [RegimeKey.UK_GDPR, RegimeKey.GDPR]
    return next((one.value for one in homes if profile.is_home(one.value)), RegimeKey.GDPR.value)
