"""The end of the 72 hours of GDPR Article 33(1): elapsed hours from our own awareness, DST or not."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dsar.rules.calendar import DAY, Calendar, add_working_days, end_of, local_date
from dsar.rules.clocks.facts import Switches


def breach_end(aware_at: datetime, zone: str, hours: int, switches: Switches, calendar: Calendar) -> datetime:
    """Return the last moment of the period, in `zone`.

    `aware_at`: when we knew, with its offset. The hours are counted in UTC, so that a night with a change of
    clocks has its real length. Readings (switch breach_hours): the first hour counts (default, never longer
    than 72 hours); it does not (Regulation 1182/71, Article 3(1)); or the period holds at least two working
    days (Article 3(5)).
    """
    start = aware_at.astimezone(UTC)
    if switches["breach_hours"] == "first_hour_not_counted":
        start = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    end = (start + timedelta(hours=hours)).astimezone(ZoneInfo(zone))
    if switches["breach_hours"] != "two_working_days":
        return end
    first = local_date(aware_at, zone)
    within = sum(not calendar.free(first + DAY * n) for n in range(1, (end.date() - first).days + 1))
    return end if within >= 2 else end_of(add_working_days(first, 2, calendar), zone)
