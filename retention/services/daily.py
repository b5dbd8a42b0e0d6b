"""The sweep of the day: planned once in the hours of the profile, started where nobody has to approve it."""

import logging
from datetime import date, datetime
from zoneinfo import ZoneInfo

from accounts.services.audit import SYSTEM
from config.profile import active_profile
from platforms.connectors import ConnectorError
from retention.enums import SweepOrigin
from retention.models import Hold, Sweep
from retention.services import deciding, holding
from retention.services.planning import plan_day, today_of

log = logging.getLogger(__name__)


def run(*, now: datetime) -> int:
    """Plan the sweeps of the day unless they are planned; returns how many rows are due.

    What runs by itself is started. What nobody approved since an earlier day is planned anew, so that the
    plan that is approved is the plan of its day.
    """
    profile = active_profile()
    hour = now.astimezone(ZoneInfo(profile.clocks.zone)).hour
    today = today_of(now, profile)
    planned = Sweep.objects.filter(origin=SweepOrigin.SCHEDULE, as_of_on=today)
    if not profile.sweeps.hours.open_at(hour) or planned.exists():
        return 0
    if Sweep.objects.under_way().exists():
        log.warning("No new sweep is planned while one is under way.")
        return 0
    _take_back(today, now)
    refresh_holds(now=now)
    sweeps = plan_day(now=now)
    for sweep in sweeps:
        if not sweep.why:
            deciding.start(sweep=sweep, now=now)
    return sum(sweep.rows_due for sweep in sweeps)


def _take_back(today: date, now: datetime) -> None:
    """End the plans of earlier days that nobody approved."""
    for old in Sweep.objects.unapproved().filter(origin=SweepOrigin.SCHEDULE, as_of_on__lt=today):
        deciding.stop(sweep=old, reason="The plan of a later day took its place.", actor=SYSTEM, now=now)


def refresh_holds(*, now: datetime) -> None:
    """Find the rows that came to held persons since. A system that does not answer keeps what was found."""
    for hold in Hold.objects.binding().exclude(subject=None):
        try:
            holding.refresh(hold=hold, now=now)
        except ConnectorError as fault:
            log.warning("The rows of %s could not be looked for: %s", hold, fault)
