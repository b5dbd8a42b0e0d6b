"""The sweep of the day: planned once in the hours of the profile, started where nobody has to approve it."""

import logging
from datetime import datetime
from zoneinfo import ZoneInfo

from config.profile import active_profile
from platforms.connectors import ConnectorError
from retention.enums import SweepOrigin
from retention.models import Hold, Sweep
from retention.services import deciding, holding
from retention.services.planning import plan_sweep, today_of

log = logging.getLogger(__name__)


def run(*, now: datetime) -> int:
    """Plan the sweep of the day unless it is planned; returns how many rows it found due."""
    profile = active_profile()
    hour = now.astimezone(ZoneInfo(profile.clocks.zone)).hour
    today = today_of(now, profile)
    planned = Sweep.objects.filter(origin=SweepOrigin.SCHEDULE, as_of_on=today)
    if not profile.sweeps.hours.open_at(hour) or planned.exists():
        return 0
    if Sweep.objects.open().exists():
        log.warning("No new sweep is planned while one is open.")
        return 0
    refresh_holds(now=now)
    sweep = plan_sweep(now=now)
    if not sweep.why:
        deciding.start(sweep=sweep, now=now)
    return sweep.rows_due


def refresh_holds(*, now: datetime) -> None:
    """Find the rows that came to held persons since. A system that does not answer keeps what was found."""
    for hold in Hold.objects.binding().exclude(subject=None):
        try:
            holding.refresh(hold=hold, now=now)
        except ConnectorError as fault:
            log.warning("The rows of %s could not be looked for: %s", hold, fault)
